//! Bodies that are looked at while they go by.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use bytes::Bytes;

use crate::cassette::MAX_SIZE;

/// What went by so far. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Tap {
    bytes: Arc<Mutex<Vec<u8>>>,
    room: Room,
    /// There was no room for all of it.
    cut: Arc<AtomicBool>,
}

/// How much may still be kept. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Room(Arc<AtomicU64>);

impl Default for Room {
    fn default() -> Room {
        Room(Arc::new(AtomicU64::new(MAX_SIZE)))
    }
}

impl Room {
    /// Takes so much of it; false when there isn't as much, and then there is none for others.
    pub fn take(&self, bytes: usize) -> bool {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        let taken = self
            .0
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
                left.checked_sub(bytes)
            });
        if taken.is_err() {
            self.0.store(0, Ordering::SeqCst);
        }
        taken.is_ok()
    }
}

impl Tap {
    pub fn new(room: Room) -> Tap {
        Tap {
            bytes: Arc::default(),
            room,
            cut: Arc::default(),
        }
    }

    /// Keeps a piece; false when there is no room for it.
    pub fn add(&self, piece: &[u8]) -> bool {
        let fits = self.room.take(piece.len());
        if fits {
            let mut bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
            bytes.extend_from_slice(piece);
        } else {
            self.cut.store(true, Ordering::SeqCst);
        }
        fits
    }

    /// What went by.
    pub fn bytes(&self) -> Bytes {
        let bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        Bytes::copy_from_slice(&bytes)
    }
}

/// The body of a request that is being sent.
#[derive(Clone, Debug)]
pub(crate) enum Watched {
    Whole(Bytes),
    Streamed(Tap),
}

impl Watched {
    /// As much of it as was sent.
    pub fn bytes(&self) -> Bytes {
        match self {
            Watched::Whole(bytes) => bytes.clone(),
            Watched::Streamed(tap) => tap.bytes(),
        }
    }

    /// Whether there was no room for all of it.
    pub fn is_cut(&self) -> bool {
        match self {
            Watched::Whole(_) => false,
            Watched::Streamed(tap) => tap.cut.load(Ordering::SeqCst),
        }
    }
}
