//! Why nothing more was recorded.

use std::io;
use std::path::PathBuf;

use crate::cassette::CassetteError;
use crate::engine::EngineError;
use crate::project::source::SourceError;
use crate::suite::accept::AcceptError;
use crate::suite::case_error::CaseError;
use crate::suite::suite::SuiteError;

/// Why nothing more was recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    #[error("a revision can't be recorded")]
    Revision,
    #[error("there are several functions: {}", listed(.0))]
    SeveralFunctions(Vec<PathBuf>),
    /// Of so many events, none or each of several would have the name.
    #[error("a name is for a single event, but there are {0}")]
    NameForSeveral(usize),
    #[error("{} already exists", .0.display())]
    Exists(PathBuf),
    #[error("the function has no cases yet")]
    NoCases,
    #[error("none of these events is a case yet")]
    NoneIsCase,
    #[error("can't write {}: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("can't read {}: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("can't change {}: {}", path.display(), source.message())]
    CaseFile {
        path: PathBuf,
        source: toml_edit::TomlError,
    },
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error(transparent)]
    Suite(#[from] SuiteError),
    #[error(transparent)]
    Cassette(#[from] CassetteError),
    #[error(transparent)]
    Case(#[from] CaseError),
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error(transparent)]
    Accept(#[from] AcceptError),
}

fn listed(paths: &[PathBuf]) -> String {
    let paths = paths.iter().map(|path| path.display().to_string());
    paths.collect::<Vec<_>>().join(", ")
}
