//! Memory that a worker process shares with its supervisor. What stands on it can be read when the
//! process is gone, however it went, and costs the worker no system call.

use std::cell::UnsafeCell;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use memmap2::{MmapAsRawDesc, MmapOptions, MmapRaw};

use super::area::Area;
use super::journal::Journal;
use crate::engine::run::outside::Outside;
use crate::secrets::Secrets;

/// Of the file that a board is in, so many bytes are the board. Pages that are never written to take no
/// memory.
pub const SIZE: usize = 3 << 19;
/// For the message of a panic, in bytes.
const LAST_WORDS: usize = 1 << 10;
/// A process has a chunk, and the next.
pub const AREAS: usize = 2;

/// A worker writes; its supervisor reads, and believes no length without a look at it.
pub struct Board {
    memory: MmapRaw,
    /// Times on the board count from here, in nanoseconds.
    origin: Instant,
}

#[repr(C)]
struct Layout {
    /// Until when JavaScript may run; 0 while none does.
    deadline: AtomicU64,
    /// When that changed last.
    since: AtomicU64,
    /// The origin by the machine's clock, in nanoseconds from 1970: a process that was started has no
    /// [`Instant`] in common with its supervisor.
    origin: AtomicU64,
    /// How many bytes the last words have.
    words: AtomicU32,
    last_words: UnsafeCell<[u8; LAST_WORDS]>,
    journal: Journal,
    areas: [Area; AREAS],
}

// SAFETY: the numbers are atomic. The bytes are written by the one worker process, and read by its
// supervisor only as far as the numbers say that they are written.
unsafe impl Send for Board {}
// SAFETY: as above; in one process only one thread has to do with a board at a time.
unsafe impl Sync for Board {}

impl Board {
    /// The board at the beginning of a file, which is at least as large. `is_new` where no other process
    /// has it yet.
    ///
    /// # Errors
    /// There is no memory for it.
    pub fn map(file: impl MmapAsRawDesc, is_new: bool) -> io::Result<Board> {
        const { assert!(size_of::<Layout>() <= SIZE) };
        let mut board = Board {
            memory: MmapOptions::new().len(SIZE).map_raw(file)?,
            origin: Instant::now(),
        };
        if is_new {
            board.clear();
        } else {
            let origin = Duration::from_nanos(board.layout().origin.load(Ordering::Acquire));
            let passed = since_1970().saturating_sub(origin);
            board.origin = board.origin.checked_sub(passed).unwrap_or(board.origin);
        }
        Ok(board)
    }

    fn layout(&self) -> &Layout {
        // SAFETY: the memory is as large as a layout, aligned to a page, zero at first, and mapped
        // as long as `self` is there.
        unsafe { &*self.memory.as_ptr().cast::<Layout>() }
    }

    fn nanos(&self, time: Instant) -> u64 {
        nanos(time.saturating_duration_since(self.origin))
    }

    /// Wipes it for a new process.
    pub fn clear(&self) {
        let layout = self.layout();
        let origin = since_1970().saturating_sub(self.origin.elapsed());
        layout.origin.store(nanos(origin), Ordering::Release);
        layout.words.store(0, Ordering::Relaxed);
        layout.journal.clear();
        layout.areas.iter().for_each(Area::clear);
        self.set_deadline(Instant::now(), None);
    }

    /// What a worker tells while it runs.
    pub fn outside(self: &Arc<Board>) -> Outside {
        let (times, logs) = (self.clone(), self.clone());
        Outside {
            deadline: Arc::new(move |now, deadline| times.set_deadline(now, deadline)),
            log: Arc::new(move |log| logs.journal().add_log(log)),
        }
    }

    /// Has what becomes known to `secrets` written into the journal.
    pub fn watch(self: &Arc<Board>, secrets: &Secrets) {
        let board = self.clone();
        secrets.tell(move |secret| board.journal().add_secret(secret));
    }

    /// What the input that is running has said.
    pub fn journal(&self) -> &Journal {
        &self.layout().journal
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
        // SAFETY: it reads no more than there is.
        unsafe { std::ptr::copy_nonoverlapping(place, words.as_mut_ptr(), words.len()) };
        String::from_utf8_lossy(&words).into_owned()
    }
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

fn since_1970() -> Duration {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::run::process::shared_file::SharedFile;

    impl Board {
        /// One of a process that isn't there.
        pub fn of_test() -> Board {
            let file = SharedFile::new().expect("a file");
            file.board().expect("memory")
        }
    }

    #[test]
    fn times_are_the_same_for_who_maps_it_later() {
        let file = SharedFile::new().expect("a file");
        let board = file.board().expect("memory");
        std::thread::sleep(Duration::from_millis(20));
        let other = Board::map(file.file(), false).expect("memory");
        let (now, deadline) = (Instant::now(), Instant::now() + Duration::from_secs(5));
        other.set_deadline(now, Some(deadline));
        let (seen, since) = board.deadline();
        let near = |one: Instant, other: Instant| {
            let differ = one.max(other) - one.min(other);
            assert!(differ < Duration::from_millis(10), "{differ:?}");
        };
        near(seen.expect("a deadline"), deadline);
        near(since, now);
    }

    #[test]
    fn a_length_of_words_that_a_broken_worker_writes_is_not_believed() {
        let board = Board::of_test();
        board.leave_words("a panic");
        assert_eq!(board.words(), "a panic");
        board.layout().words.store(u32::MAX, Ordering::Release);
        assert_eq!(board.words().len(), LAST_WORDS);
    }
}
