//! Why a cassette can't be read or written.

use std::io;
use std::path::PathBuf;

use super::limits::{MAX_SIZE, VERSION};

/// What is wrong with a cassette's file.
#[derive(Debug, thiserror::Error)]
pub enum CassetteError {
    #[error("can't read {}: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("can't write {}: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("{} is not a file", .0.display())]
    NotAFile(PathBuf),
    #[error("{} has {} MiB, but a cassette may have at most {} MiB", path.display(), size >> 20, MAX_SIZE >> 20)]
    TooLarge { path: PathBuf, size: u64 },
    #[error("{}:{line}: not UTF-8", path.display())]
    NotUtf8 { path: PathBuf, line: usize },
    #[error("{}:{line}:{column}: not a HAR: {problem}", path.display())]
    Json {
        path: PathBuf,
        line: usize,
        column: usize,
        problem: String,
    },
    #[error("{}: this cassette has version {version}, but this segfn reads versions up to {VERSION}", path.display())]
    Newer { path: PathBuf, version: u64 },
    /// Entries count from 1.
    #[error("{}: entry {entry}: {field}: {problem}", path.display())]
    Entry {
        path: PathBuf,
        entry: usize,
        field: &'static str,
        problem: String,
    },
}

impl CassetteError {
    /// What to do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            CassetteError::Read { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                Some("`segfn record` makes it")
            }
            CassetteError::NotUtf8 { .. } => Some("save the file as UTF-8"),
            CassetteError::Newer { .. } => {
                Some("update segfn, or record it again with `segfn record --update`")
            }
            CassetteError::TooLarge { .. } => Some("record fewer events, each into its own case"),
            CassetteError::Json { .. } | CassetteError::Entry { .. } => Some(
                "a cassette is a HAR 1.2 file, as saved by `segfn record` or a browser's developer tools; record it again with `segfn record --update`",
            ),
            CassetteError::Read { .. }
            | CassetteError::Write { .. }
            | CassetteError::NotAFile(_) => None,
        }
    }
}
