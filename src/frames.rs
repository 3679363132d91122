//! How processes tell each other something.

use std::io;
use std::io::{Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A value as it goes from process to process.
pub fn encode(value: &impl Serialize) -> Vec<u8> {
    // Only maps with keys that aren't texts can't be written, and there are none.
    serde_json::to_vec(value).unwrap_or_default()
}

/// The value that [`encode`] was given.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> serde_json::Result<T> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    // What a function returned may be as deep as JSON may be, and lies somewhere inside of this.
    reader.disable_recursion_limit();
    T::deserialize(&mut reader)
}

/// Writes bytes so that their end can be told.
pub fn write_frame(to: &mut (impl Write + ?Sized), bytes: &[u8]) -> io::Result<()> {
    let mut frame = Vec::with_capacity(bytes.len() + 8);
    frame.extend((bytes.len() as u64).to_le_bytes());
    frame.extend(bytes);
    to.write_all(&frame)
}

/// Appends a value as a frame, in postcard's form.
pub fn add_frame(mut bytes: Vec<u8>, value: &impl Serialize) -> Vec<u8> {
    let begin = bytes.len();
    bytes.extend(0_u64.to_le_bytes());
    // Postcard writes all that there can be.
    let mut bytes = postcard::to_extend(value, bytes).unwrap_or_default();
    let length = bytes.len().saturating_sub(begin + 8) as u64;
    if let Some(head) = bytes.get_mut(begin..begin + 8) {
        head.copy_from_slice(&length.to_le_bytes());
    }
    bytes
}

/// So much room is made for a frame before it is there, in bytes.
const BELIEVED: u64 = 1 << 20;

/// Reads what [`write_frame`] wrote.
pub fn read_frame(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut length = [0; 8];
    from.read_exact(&mut length)?;
    let length = u64::from_le_bytes(length);
    let mut bytes = Vec::with_capacity(length.min(BELIEVED) as usize);
    from.take(length).read_to_end(&mut bytes)?;
    match bytes.len() as u64 == length {
        true => Ok(bytes),
        false => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

/// Frames on their way to a process that may not read.
#[derive(Default)]
pub struct Unsent {
    bytes: Vec<u8>,
    /// So many of them are sent.
    sent: usize,
}

impl Unsent {
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub fn add(&mut self, frame: &[u8]) {
        self.bytes.extend((frame.len() as u64).to_le_bytes());
        self.bytes.extend(frame);
    }

    /// Sends what `to` takes without waiting, all of it to a process that is gone.
    pub fn send(&mut self, to: &mut impl Write) {
        while self.sent < self.bytes.len() {
            match to.write(&self.bytes[self.sent..]) {
                Ok(count @ 1..) => self.sent += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Ok(0) | Err(_) => break,
            }
        }
        self.bytes.clear();
        self.sent = 0;
    }
}

/// No process says more at once, in bytes.
const LARGEST_FRAME: u64 = 1 << 30;

/// Frames of a process that may break the rules: they are read as they come.
#[derive(Default)]
pub struct FrameBuffer {
    bytes: Vec<u8>,
    /// So many of them were in frames that have been given out.
    given: usize,
}

impl FrameBuffer {
    /// Reads what there is, and tells how much; nothing at the end.
    pub fn read_from(&mut self, from: &mut impl Read) -> io::Result<usize> {
        let mut bytes = [0; 16 << 10];
        let count = from.read(&mut bytes)?;
        self.add(&bytes[..count]);
        Ok(count)
    }

    /// Adds what was read elsewhere.
    pub fn add(&mut self, bytes: &[u8]) {
        self.bytes.drain(..self.given);
        self.given = 0;
        self.bytes.extend_from_slice(bytes);
    }

    /// The next frame, once it is whole.
    ///
    /// # Errors
    /// It would be too large.
    pub fn next(&mut self) -> io::Result<Option<&[u8]>> {
        let Some((length, rest)) = self.bytes[self.given..].split_first_chunk() else {
            return Ok(None);
        };
        let length = u64::from_le_bytes(*length);
        if length > LARGEST_FRAME {
            return Err(io::Error::other("a worker process says too much"));
        }
        let length = length as usize;
        if rest.len() < length {
            return Ok(None);
        }
        self.given += 8 + length;
        Ok(Some(&rest[..length]))
    }
}
