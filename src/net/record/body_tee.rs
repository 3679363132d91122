//! Bodies that are looked at while they go by.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use bytes::Bytes;
use parking_lot::Mutex;

use crate::cassette::MAX_SIZE;

/// What went by so far. Clones share it.
#[derive(Clone, Debug, Default)]
pub(in crate::net) struct BodyTee {
    bytes: Arc<Mutex<Vec<u8>>>,
    budget: SizeBudget,
    /// There was no room for all of it.
    cut: Arc<AtomicBool>,
}

/// How much may still be kept. Clones share it.
#[derive(Clone, Debug)]
pub(in crate::net) struct SizeBudget(Arc<AtomicU64>);

impl Default for SizeBudget {
    fn default() -> SizeBudget {
        SizeBudget(Arc::new(AtomicU64::new(MAX_SIZE)))
    }
}

impl SizeBudget {
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

impl BodyTee {
    pub fn new(budget: SizeBudget) -> BodyTee {
        BodyTee {
            bytes: Arc::default(),
            budget,
            cut: Arc::default(),
        }
    }

    /// Keeps a piece; false when there is no room for it.
    pub fn add(&self, piece: &[u8]) -> bool {
        let fits = self.budget.take(piece.len());
        if fits {
            let mut bytes = self.bytes.lock();
            bytes.extend_from_slice(piece);
        } else {
            self.cut.store(true, Ordering::SeqCst);
        }
        fits
    }

    /// What went by.
    pub fn bytes(&self) -> Bytes {
        let bytes = self.bytes.lock();
        Bytes::copy_from_slice(&bytes)
    }
}

/// The body of a request that is being sent.
#[derive(Clone, Debug)]
pub(in crate::net) enum BodyCopy {
    Whole(Bytes),
    Streamed(BodyTee),
}

impl BodyCopy {
    /// As much of it as was sent.
    pub fn bytes(&self) -> Bytes {
        match self {
            BodyCopy::Whole(bytes) => bytes.clone(),
            BodyCopy::Streamed(tee) => tee.bytes(),
        }
    }

    /// Whether there was no room for all of it.
    pub fn is_cut(&self) -> bool {
        match self {
            BodyCopy::Whole(_) => false,
            BodyCopy::Streamed(tee) => tee.cut.load(Ordering::SeqCst),
        }
    }
}
