//! Why there is no comparison.

use std::io;

use crate::engine::EngineError;

/// Why there is no comparison.
#[derive(Debug, thiserror::Error)]
pub enum DiffError {
    #[error("the base: {0}")]
    Base(#[source] EngineError),
    #[error("the candidate: {0}")]
    Candidate(#[source] EngineError),
    #[error("the runs of the two versions didn't stay in step")]
    OutOfStep,
    #[error("can't read what the runs stored: {0}")]
    Stored(#[source] io::Error),
}
