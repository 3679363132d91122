//! The part of a board that has what the input that is running has logged, for the case that its process
//! is ended, and the secrets that the process has learned and not told yet, without which nobody could take
//! them out of the logs.

use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

use crate::outcome::Log;
use crate::secrets::LearnedSecret;

/// For logs, in bytes: of more, the last ones are kept.
const LOGS: usize = 256 << 10;
/// For secrets, in bytes.
const SECRETS: usize = 64 << 10;
/// The bytes that stand before each log, or secret: its length.
const PREFIX: usize = size_of::<u32>();

/// A worker process writes it, and its supervisor reads it when the process has ended.
#[repr(C)]
pub struct Journal {
    /// All bytes of logs are counted, those from `start` to `end` are there. Each stands at its number by
    /// the size of the room.
    start: AtomicU64,
    end: AtomicU64,
    /// How many logs were not kept.
    dropped: AtomicU32,
    /// How many bytes of secrets are there.
    secret_bytes: AtomicU32,
    /// There was no room for a secret: nothing is kept, as it couldn't be redacted.
    is_closed: AtomicBool,
    logs: UnsafeCell<[u8; LOGS]>,
    secrets: UnsafeCell<[u8; SECRETS]>,
}

/// What is in a journal.
#[derive(Default)]
pub struct JournalEntries {
    pub logs: Vec<Log>,
    /// How many logs were there before.
    pub dropped: u32,
    pub secrets: Vec<LearnedSecret>,
}

impl Journal {
    /// Wipes it for a new process.
    pub fn clear(&self) {
        self.is_closed.store(false, Ordering::Relaxed);
        self.begin_input();
        self.forget_secrets();
    }

    /// Wipes the logs for another input.
    pub fn begin_input(&self) {
        // In this order: from `start` to `end` there are always whole logs.
        let end = self.end.load(Ordering::Relaxed);
        self.start.store(end, Ordering::Release);
        self.dropped.store(0, Ordering::Relaxed);
    }

    /// The secrets were told.
    pub fn forget_secrets(&self) {
        self.secret_bytes.store(0, Ordering::Release);
    }

    pub fn add_log(&self, log: &Log) {
        let Ok(bytes) = postcard::to_allocvec(log) else {
            return;
        };
        let size = (PREFIX + bytes.len()) as u64;
        if size > LOGS as u64 || self.is_closed.load(Ordering::Relaxed) {
            self.drop_log();
            return;
        }
        let (mut start, end) = (
            self.start.load(Ordering::Relaxed),
            self.end.load(Ordering::Relaxed),
        );
        while end + size - start > LOGS as u64 {
            start += self.size_at(start);
            self.drop_log();
        }
        self.start.store(start, Ordering::Release);
        self.put(end, &(bytes.len() as u32).to_le_bytes());
        self.put(end + PREFIX as u64, &bytes);
        self.end.store(end + size, Ordering::Release);
    }

    fn drop_log(&self) {
        let dropped = self.dropped.load(Ordering::Relaxed);
        self.dropped.store(dropped + 1, Ordering::Relaxed);
    }

    /// How many bytes the log at `place` takes with its length.
    fn size_at(&self, place: u64) -> u64 {
        let mut length = [0; PREFIX];
        self.get(place, &mut length);
        u64::from(u32::from_le_bytes(length)) + PREFIX as u64
    }

    fn put(&self, place: u64, bytes: &[u8]) {
        let at = (place % LOGS as u64) as usize;
        let (first, rest) = bytes.split_at(bytes.len().min(LOGS - at));
        let room = self.logs.get().cast::<u8>();
        // SAFETY: both parts lie in the room, and nobody reads them before `end` says that they are there.
        unsafe {
            std::ptr::copy_nonoverlapping(first.as_ptr(), room.add(at), first.len());
            std::ptr::copy_nonoverlapping(rest.as_ptr(), room, rest.len());
        }
    }

    fn get(&self, place: u64, bytes: &mut [u8]) {
        let at = (place % LOGS as u64) as usize;
        let split = bytes.len().min(LOGS - at);
        let (first, rest) = bytes.split_at_mut(split);
        let room = self.logs.get().cast::<u8>();
        // SAFETY: both parts lie in the room: no caller asks for more than it has. Whatever bytes they are,
        // they are only copied.
        unsafe {
            std::ptr::copy_nonoverlapping(room.add(at), first.as_mut_ptr(), first.len());
            std::ptr::copy_nonoverlapping(room, rest.as_mut_ptr(), rest.len());
        }
    }

    pub fn add_secret(&self, secret: &LearnedSecret) {
        let used = self.secret_bytes.load(Ordering::Relaxed) as usize;
        let bytes = postcard::to_allocvec(secret).unwrap_or_default();
        let end = used + PREFIX + bytes.len();
        if end > SECRETS {
            self.is_closed.store(true, Ordering::Release);
            return;
        }
        let room = self.secrets.get().cast::<u8>();
        // SAFETY: all of it lies in the room, as was checked, and nobody reads it before `secret_bytes`
        // says that it is there.
        unsafe {
            let place = room.add(used);
            let length = (bytes.len() as u32).to_le_bytes();
            std::ptr::copy_nonoverlapping(length.as_ptr(), place, PREFIX);
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), place.add(PREFIX), bytes.len());
        }
        self.secret_bytes.store(end as u32, Ordering::Release);
    }

    /// What is there. No length is believed.
    pub fn entries(&self) -> JournalEntries {
        let is_closed = self.is_closed.load(Ordering::Acquire);
        JournalEntries {
            logs: match is_closed {
                true => Vec::new(),
                false => self.all_logs(),
            },
            dropped: self.dropped.load(Ordering::Relaxed),
            secrets: self.all_secrets(),
        }
    }

    fn all_logs(&self) -> Vec<Log> {
        let end = self.end.load(Ordering::Acquire);
        let mut start = self.start.load(Ordering::Acquire);
        let mut logs = Vec::new();
        while let Some(left) = end.checked_sub(start)
            && (PREFIX as u64..=LOGS as u64).contains(&left)
        {
            let size = self.size_at(start);
            if size > left {
                break;
            }
            let mut bytes = vec![0; size as usize - PREFIX];
            self.get(start + PREFIX as u64, &mut bytes);
            logs.extend(postcard::from_bytes::<Log>(&bytes));
            start += size;
        }
        logs
    }

    fn all_secrets(&self) -> Vec<LearnedSecret> {
        let used = self.secret_bytes.load(Ordering::Acquire) as usize;
        let mut bytes = vec![0; used.min(SECRETS)];
        let room = self.secrets.get().cast::<u8>();
        // SAFETY: it reads no more than there is.
        unsafe { std::ptr::copy_nonoverlapping(room, bytes.as_mut_ptr(), bytes.len()) };
        let (mut left, mut secrets) = (&bytes[..], Vec::new());
        while let Some((length, rest)) = left.split_first_chunk::<PREFIX>()
            && let Some((secret, rest)) =
                rest.split_at_checked(u32::from_le_bytes(*length) as usize)
        {
            secrets.extend(postcard::from_bytes::<LearnedSecret>(secret));
            left = rest;
        }
        secrets
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::run::process::board::Board;
    use crate::outcome::Level;
    use crate::secrets::Secrets;

    fn log(text: &str) -> Log {
        Log {
            level: Level::Warn,
            time: "2025-02-03T04:05:06.007Z".to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn logs_are_those_of_the_input_that_is_running() {
        let board = Board::of_test();
        let journal = board.journal();
        journal.add_log(&log("of the input before"));
        journal.begin_input();
        journal.add_log(&log("one"));
        journal.add_log(&log(""));
        assert_eq!(journal.entries().logs, [log("one"), log("")]);
        journal.clear();
        assert!(journal.entries().logs.is_empty());
    }

    #[test]
    fn of_too_many_logs_the_last_are_kept_whole() {
        let board = Board::of_test();
        let journal = board.journal();
        for number in 0..5000 {
            // So that they come to lie across the end of the room.
            journal.add_log(&log(&format!("{number}").repeat(number % 97 + 1)));
            if number % 1000 == 0 {
                journal.add_log(&log(&"x".repeat(LOGS)));
            }
        }
        let JournalEntries { logs, dropped, .. } = journal.entries();
        assert_eq!(logs.len() + dropped as usize, 5005);
        assert!(logs.len() > 100, "{}", logs.len());
        for (log, number) in logs.iter().rev().zip((0..5000).rev()) {
            assert_eq!(log.text, format!("{number}").repeat(number % 97 + 1));
        }
    }

    #[test]
    fn secrets_stay_until_they_are_told_and_without_room_for_them_nothing_is_kept() {
        let board = std::sync::Arc::new(Board::of_test());
        let secrets = Secrets::default();
        board.watch(&secrets);
        secrets.add("token", "value-of-the-token");
        let journal = board.journal();
        journal.add_log(&log("value-of-the-token"));
        let entries = journal.entries();
        let other = Secrets::default();
        entries
            .secrets
            .iter()
            .for_each(|secret| other.learn(secret));
        assert_eq!(other.redact_text(&entries.logs[0].text), "[secret token]");
        journal.forget_secrets();
        assert!(journal.entries().secrets.is_empty());
        for number in 0..10_000 {
            secrets.add("token", &format!("value-of-the-token-{number}"));
        }
        journal.add_log(&log("value-of-the-token-9999"));
        assert!(journal.entries().logs.is_empty());
    }

    #[test]
    fn numbers_that_a_broken_worker_writes_are_not_believed() {
        let board = Board::of_test();
        let journal = board.journal();
        journal.add_log(&log("one"));
        for (start, end) in [
            (0, u64::MAX),
            (u64::MAX, 0),
            (3, 900),
            (u64::MAX - 5, u64::MAX),
        ] {
            journal.start.store(start, Ordering::Release);
            journal.end.store(end, Ordering::Release);
            assert!(journal.entries().logs.len() < 2);
        }
        journal.secret_bytes.store(u32::MAX, Ordering::Release);
        assert!(journal.entries().secrets.is_empty());
    }
}
