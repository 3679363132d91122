//! Why no case is added.

use std::io;
use std::path::PathBuf;

use crate::engine::EngineError;
use crate::suite::accept::AcceptError;
use crate::suite::new_lines::LinesError;
use crate::suite::suite::SuiteError;

/// Why no case is added.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    #[error("can't write {}: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
    /// An event that ran, but can't be written down.
    #[error("{input}: {problem}")]
    Input { input: String, problem: String },
    #[error("the function takes requests, and a tracking plan is about events")]
    Requests,
    #[error(transparent)]
    Suite(#[from] SuiteError),
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error(transparent)]
    Lines(#[from] LinesError),
    #[error(transparent)]
    Accept(#[from] AcceptError),
}
