//! How far the reading of inputs has come.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How much of the inputs has been read, in bytes of the files.
#[derive(Debug)]
pub struct InputProgress {
    /// Unknown when there is a pipe among the inputs.
    pub total: Option<u64>,
    read: AtomicU64,
}

impl InputProgress {
    pub(super) fn new(total: Option<u64>) -> InputProgress {
        InputProgress {
            total,
            read: AtomicU64::new(0),
        }
    }

    pub fn read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }
}

/// Counts what is read through it.
pub(super) struct Counted<R> {
    pub(super) source: R,
    pub(super) progress: Arc<InputProgress>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.progress.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
