//! Why nothing more was recorded.

use std::io;
use std::path::PathBuf;

use crate::cassette::CassetteError;
use crate::engine::EngineError;
use crate::suite::case_error::CaseError;

/// Why nothing more was recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    #[error("can't write {}: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("can't read {}: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Cassette(#[from] CassetteError),
    #[error(transparent)]
    Case(#[from] CaseError),
    #[error(transparent)]
    Engine(#[from] EngineError),
}
