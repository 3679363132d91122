//! Memory that a worker process shares with its supervisor. What stands on it can be read when the
//! process is gone, however it went, and costs the worker no system call.

use std::cell::UnsafeCell;
use std::io;
use std::num::NonZeroUsize;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use nix::sys::mman::{MapFlags, ProtFlags, mmap_anonymous, munmap};

use crate::engine::isolate::watchdog::Announce;

/// Pages that are never written to take no memory.
const SIZE: usize = 1 << 20;
/// For the message of a panic, in bytes.
const LAST_WORDS: usize = 1 << 10;
/// For the outputs of a chunk, in bytes.
const ROOM: usize = SIZE / AREAS - LAST_WORDS;
/// A process has a chunk, and the next.
pub const AREAS: usize = 2;

/// A worker writes; its supervisor reads, and believes no length without a look at it.
pub struct Board {
    memory: NonNull<Layout>,
    /// Times on the board count from here, in nanoseconds.
    origin: Instant,
}

#[repr(C)]
struct Layout {
    /// Until when JavaScript may run; 0 while none does.
    deadline: AtomicU64,
    /// When that changed last.
    since: AtomicU64,
    /// How many bytes the last words have.
    words: AtomicU32,
    last_words: UnsafeCell<[u8; LAST_WORDS]>,
    areas: [Area; AREAS],
}

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

// SAFETY: the numbers are atomic. The bytes are written by the one worker process, and read by its
// supervisor only as far as the numbers say that they are written.
unsafe impl Send for Board {}
// SAFETY: as above; in one process only one thread has to do with a board at a time.
unsafe impl Sync for Board {}

impl Board {
    /// # Errors
    /// There is no memory for it.
    pub fn new() -> io::Result<Board> {
        const { assert!(size_of::<Layout>() <= SIZE) };
        let size = NonZeroUsize::new(SIZE).ok_or(io::ErrorKind::InvalidInput)?;
        let access = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
        // SAFETY: new memory, in a place that the system chooses.
        let memory = unsafe { mmap_anonymous(None, size, access, MapFlags::MAP_SHARED) }?;
        Ok(Board {
            memory: memory.cast(),
            origin: Instant::now(),
        })
    }

    fn layout(&self) -> &Layout {
        // SAFETY: the memory is as large as a layout, aligned to a page, zero at first, and mapped
        // as long as `self` is there.
        unsafe { self.memory.as_ref() }
    }

    fn nanos(&self, time: Instant) -> u64 {
        let nanos = time.saturating_duration_since(self.origin).as_nanos();
        u64::try_from(nanos).unwrap_or(u64::MAX)
    }

    /// Wipes it for a new process.
    pub fn clear(&self) {
        let layout = self.layout();
        layout.words.store(0, Ordering::Relaxed);
        layout.areas.iter().for_each(Area::clear);
        self.set_deadline(Instant::now(), None);
    }

    /// What a worker's watchdog tells until when JavaScript may run.
    pub fn announce(self: &Arc<Board>) -> Announce {
        let board = self.clone();
        Arc::new(move |now, deadline| board.set_deadline(now, deadline))
    }

    /// Notes until when JavaScript may run from now on, or that none runs.
    fn set_deadline(&self, now: Instant, deadline: Option<Instant>) {
        let layout = self.layout();
        let deadline = deadline.map_or(0, |deadline| self.nanos(deadline).max(1));
        layout.deadline.store(deadline, Ordering::Relaxed);
        layout.since.store(self.nanos(now), Ordering::Release);
    }

    /// Until when JavaScript may run, if it does, and since when.
    pub fn deadline(&self) -> (Option<Instant>, Instant) {
        let layout = self.layout();
        let since = self.time(layout.since.load(Ordering::Acquire));
        let deadline = match layout.deadline.load(Ordering::Relaxed) {
            0 => None,
            nanos => Some(self.time(nanos)),
        };
        (deadline, since)
    }

    fn time(&self, nanos: u64) -> Instant {
        let time = self.origin.checked_add(Duration::from_nanos(nanos));
        time.unwrap_or(self.origin)
    }

    /// The area of a chunk: they have them in turn.
    pub fn area(&self, chunk: usize) -> &Area {
        &self.layout().areas[chunk % AREAS]
    }

    /// Leaves a message for the supervisor, before the process ends.
    pub fn leave_words(&self, message: &str) {
        let layout = self.layout();
        let length = message.floor_char_boundary(LAST_WORDS);
        let place = layout.last_words.get().cast::<u8>();
        // SAFETY: it fits, and nobody reads it before `words` says that it is there.
        unsafe { std::ptr::copy_nonoverlapping(message.as_ptr(), place, length) };
        let length = u32::try_from(length).unwrap_or_default();
        layout.words.store(length, Ordering::Release);
    }

    /// The message that the process left.
    pub fn words(&self) -> String {
        let layout = self.layout();
        let length = layout.words.load(Ordering::Acquire) as usize;
        let mut words = vec![0; length.min(LAST_WORDS)];
        let place = layout.last_words.get().cast::<u8>();
        // SAFETY: as for `outputs`.
        unsafe { std::ptr::copy_nonoverlapping(place, words.as_mut_ptr(), words.len()) };
        String::from_utf8_lossy(&words).into_owned()
    }
}

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
    pub fn push(&self, output: &[u8]) -> bool {
        let (count, used) = unpack(self.outputs.load(Ordering::Relaxed));
        let end = used + PREFIX + output.len();
        let (Ok(length), true) = (u32::try_from(output.len()), end <= ROOM) else {
            return false;
        };
        let place = self.bytes.get().cast::<u8>();
        // SAFETY: all of it lies in `bytes`, as was checked, and nobody reads it before `outputs`
        // says that it is there.
        unsafe {
            let place = place.add(used);
            std::ptr::copy_nonoverlapping(length.to_le_bytes().as_ptr(), place, PREFIX);
            std::ptr::copy_nonoverlapping(output.as_ptr(), place.add(PREFIX), output.len());
        }
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

impl Drop for Board {
    fn drop(&mut self) {
        // SAFETY: `new` mapped it, and nothing refers to it any more.
        let _ = unsafe { munmap(self.memory.cast(), SIZE) };
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

    fn outputs(area: &Area, from: usize) -> Vec<Vec<u8>> {
        area.outputs().from(from).map(<[u8]>::to_vec).collect()
    }

    #[test]
    fn outputs_are_read_from_any_number_on_and_forgotten() {
        let board = Board::new().expect("memory");
        let (board, other) = (board.area(0), board.area(1));
        assert!(other.push(b"of another chunk"));
        assert!(board.push(b"one") && board.push(b"") && board.push(b"three"));
        assert_eq!(outputs(board, 1), [&b""[..], b"three"]);
        board.forget_outputs(1);
        assert!(outputs(board, 0).is_empty());
        assert!(board.push(b"five"));
        assert_eq!(outputs(board, 4), [b"five"]);
        assert!(outputs(board, 5).is_empty());
    }

    #[test]
    fn an_output_that_is_too_large_is_refused() {
        let board = Board::new().expect("memory");
        let board = board.area(0);
        assert!(!board.push(&vec![0; ROOM]));
        assert!(board.push(&vec![0; ROOM / 2]) && !board.push(&vec![0; ROOM / 2]));
        assert_eq!(outputs(board, 0).len(), 1);
    }

    #[test]
    fn lengths_that_a_broken_worker_writes_are_not_believed() {
        let board = Board::new().expect("memory");
        let area = board.area(1);
        assert!(area.push(&u32::MAX.to_le_bytes()));
        area.outputs.store(u64::MAX, Ordering::Release);
        assert!(outputs(area, 0).len() < SIZE);
        board.layout().words.store(u32::MAX, Ordering::Release);
        assert_eq!(board.words().len(), LAST_WORDS);
    }
}
