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
pub fn write_frame(to: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let mut frame = Vec::with_capacity(bytes.len() + 8);
    frame.extend((bytes.len() as u64).to_le_bytes());
    frame.extend(bytes);
    to.write_all(&frame)
}

/// Reads what [`write_frame`] wrote.
pub fn read_frame(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut length = [0; 8];
    from.read_exact(&mut length)?;
    let length = u64::from_le_bytes(length);
    let mut bytes = Vec::new();
    from.take(length).read_to_end(&mut bytes)?;
    match bytes.len() as u64 == length {
        true => Ok(bytes),
        false => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}
