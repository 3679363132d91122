//! How threads are lost.

use crate::engine::error::{EngineError, Lost};

/// Why a thread can't be used any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crash {
    /// V8 can't go on: it has no memory, and its own code doesn't stop for that.
    OutOfMemory,
    Panic,
}

impl From<Crash> for EngineError {
    fn from(crash: Crash) -> EngineError {
        EngineError::Lost(match crash {
            Crash::OutOfMemory => Lost::OutOfMemory,
            Crash::Panic => Lost::Panic,
        })
    }
}
