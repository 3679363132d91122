//! The part of a board that has the outputs of a chunk.

use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use postcard::ser_flavors::Flavor;
use serde::Serialize;

/// For the outputs of a chunk, in bytes.
const ROOM: usize = 511 << 10;

/// What there is of a chunk.
#[repr(C)]
pub struct Area {
    /// How many of its items have begun.
    begun: AtomicU32,
    /// The number of the first output below, in the chunk.
    first: AtomicU32,
    /// How many outputs are below, and how many bytes they take.
    outputs: AtomicU64,
    bytes: UnsafeCell<[u8; ROOM]>,
}

/// The bytes that stand before each output: its length.
const PREFIX: usize = size_of::<u32>();

impl Area {
    /// Wipes it for another chunk.
    pub fn clear(&self) {
        self.outputs.store(0, Ordering::Release);
        self.first.store(0, Ordering::Release);
        self.begun.store(0, Ordering::Release);
    }

    /// The next item of the chunk begins.
    pub fn begin_item(&self) {
        let next = self.begun.load(Ordering::Relaxed).wrapping_add(1);
        self.begun.store(next, Ordering::Release);
    }

    /// How many items of the chunk have begun.
    pub fn begun(&self) -> usize {
        self.begun.load(Ordering::Acquire) as usize
    }

    /// Adds an output of the chunk. False where there is no room for it.
    pub fn push(&self, output: &impl Serialize) -> bool {
        let (count, used) = unpack(self.outputs.load(Ordering::Relaxed));
        let mut room = Room {
            area: self,
            end: used,
        };
        let written = room.try_extend(&[0; PREFIX]).and_then(|()| {
            let end = postcard::serialize_with_flavor(output, room)?;
            let length = (end - used - PREFIX) as u32;
            let mut prefix = Room {
                area: self,
                end: used,
            };
            prefix.try_extend(&length.to_le_bytes())?;
            Ok(end)
        });
        let Ok(end) = written else {
            return false;
        };
        self.outputs.store(pack(count + 1, end), Ordering::Release);
        true
    }

    /// Forgets the outputs: they, and `more` that were never here, went another way.
    pub fn forget_outputs(&self, more: u32) {
        let (count, _) = unpack(self.outputs.load(Ordering::Relaxed));
        // In this order: of no output there is ever a wrong number.
        self.outputs.store(0, Ordering::Release);
        let first = self
            .first
            .load(Ordering::Relaxed)
            .wrapping_add(count + more);
        self.first.store(first, Ordering::Release);
    }

    /// The outputs that are there.
    pub fn outputs(&self) -> Outputs {
        let (_, used) = unpack(self.outputs.load(Ordering::Acquire));
        let mut bytes = vec![0; used.min(ROOM)];
        // SAFETY: it reads no more than there is, and a worker that breaks the rules and writes
        // now changes bytes that are only copied.
        unsafe {
            std::ptr::copy_nonoverlapping(
                self.bytes.get().cast::<u8>(),
                bytes.as_mut_ptr(),
                bytes.len(),
            );
        }
        Outputs {
            first: self.first.load(Ordering::Acquire),
            bytes,
        }
    }
}

/// The room of an area behind its outputs, for one more.
struct Room<'a> {
    area: &'a Area,
    end: usize,
}

impl Flavor for Room<'_> {
    /// Where it ends.
    type Output = usize;

    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        let end = self.end + bytes.len();
        if end > ROOM {
            return Err(postcard::Error::SerializeBufferFull);
        }
        // SAFETY: all of it lies in `bytes`, as was checked, and nobody reads it before `outputs` says that it
        // is there.
        unsafe {
            let place = self.area.bytes.get().cast::<u8>().add(self.end);
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), place, bytes.len());
        }
        self.end = end;
        Ok(())
    }

    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.try_extend(&[byte])
    }

    fn finalize(self) -> postcard::Result<usize> {
        Ok(self.end)
    }
}

fn pack(count: u32, used: usize) -> u64 {
    (u64::from(count) << 32) | used as u64
}

fn unpack(outputs: u64) -> (u32, usize) {
    ((outputs >> 32) as u32, (outputs as u32) as usize)
}

/// Outputs one after another, each behind its length.
#[derive(Debug)]
pub struct Outputs {
    /// The number of the first in its chunk.
    pub first: u32,
    pub bytes: Vec<u8>,
}

impl Outputs {
    pub fn push(&mut self, output: &[u8]) {
        let length = u32::try_from(output.len()).unwrap_or(u32::MAX);
        self.bytes.extend(length.to_le_bytes());
        self.bytes.extend(output);
    }

    /// As they go to the supervisor when there is no room for them on the board.
    pub fn into_frame(self, tag: u8) -> Vec<u8> {
        let mut frame = vec![tag];
        frame.extend(self.first.to_le_bytes());
        frame.extend(self.bytes);
        frame
    }

    /// What [`Outputs::into_frame`] made, behind its tag.
    pub fn from_frame(frame: &[u8]) -> Option<Outputs> {
        let (first, bytes) = frame.split_first_chunk()?;
        Some(Outputs {
            first: u32::from_le_bytes(*first),
            bytes: bytes.to_vec(),
        })
    }

    /// Those from the one with the number `from` in the chunk on.
    pub fn from(&self, from: usize) -> impl Iterator<Item = &[u8]> {
        let mut left = &self.bytes[..];
        let outputs = std::iter::from_fn(move || {
            let (output, rest) = split_first(left)?;
            left = rest;
            Some(output)
        });
        outputs.skip(from.saturating_sub(self.first as usize))
    }
}

/// The first output in bytes of the board, and what follows it.
fn split_first(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<PREFIX>()?;
    rest.split_at_checked(u32::from_le_bytes(*length) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::run::process::board::Board;

    fn outputs(area: &Area, from: usize) -> Vec<String> {
        let outputs = area.outputs();
        let read = |output| postcard::from_bytes(output).expect("a text");
        outputs.from(from).map(read).collect()
    }

    #[test]
    fn outputs_are_read_from_any_number_on_and_forgotten() {
        let board = Board::of_test();
        let (board, other) = (board.area(0), board.area(1));
        assert!(other.push(&"of another chunk"));
        assert!(board.push(&"one") && board.push(&"") && board.push(&"three"));
        assert_eq!(outputs(board, 1), ["", "three"]);
        board.forget_outputs(1);
        assert!(outputs(board, 0).is_empty());
        assert!(board.push(&"five"));
        assert_eq!(outputs(board, 4), ["five"]);
        assert!(outputs(board, 5).is_empty());
    }

    #[test]
    fn an_output_that_is_too_large_is_refused() {
        let board = Board::of_test();
        let board = board.area(0);
        assert!(!board.push(&"x".repeat(ROOM)));
        let half = "x".repeat(ROOM / 2);
        assert!(board.push(&half) && !board.push(&half));
        assert_eq!(outputs(board, 0).len(), 1);
    }

    #[test]
    fn lengths_that_a_broken_worker_writes_are_not_believed() {
        let board = Board::of_test();
        let area = board.area(1);
        assert!(area.push(&u32::MAX.to_le_bytes()));
        area.outputs.store(u64::MAX, Ordering::Release);
        assert!(area.outputs().from(0).count() < ROOM);
    }
}
