//! Why a cassette can't be read or written.

use std::io;
use std::path::PathBuf;
use std::str::Utf8Error;

use super::limits::{MAX_SIZE, VERSION};
use crate::hints;

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
    NotUtf8 {
        path: PathBuf,
        line: usize,
        source: Utf8Error,
    },
    #[error("{}:{line}:{column}: not a HAR: {problem}", path.display())]
    Json {
        path: PathBuf,
        line: usize,
        column: usize,
        /// The source, in the words of someone who wrote the JSON by hand.
        problem: String,
        source: serde_json::Error,
    },
    #[error("{}: this cassette has version {version}, but this segfn reads versions up to {VERSION}", path.display())]
    Newer { path: PathBuf, version: u64 },
    /// Entries count from 1.
    #[error("{}: entry {entry}: {source}", path.display())]
    Entry {
        path: PathBuf,
        entry: usize,
        source: EntryError,
    },
}

/// What is wrong with one entry of a cassette.
#[derive(Debug, thiserror::Error)]
pub enum EntryError {
    #[error("request.method: `{0}` is not a method")]
    Method(String),
    #[error("request.url: `{url}` is not a URL: {source}")]
    Url {
        url: String,
        source: url::ParseError,
    },
    #[error("request.url: `{0}` has no host")]
    NoHost(String),
    #[error("response.status: `{0}` is not a status")]
    Status(i64),
    #[error("{field}: it is not base64")]
    Base64 {
        field: &'static str,
        source: base64::DecodeError,
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
            CassetteError::Newer { .. } => Some(hints::NEWER_CASSETTE),
            CassetteError::TooLarge { .. } => Some("record fewer events, each into its own case"),
            CassetteError::Json { .. } | CassetteError::Entry { .. } => Some(hints::NO_CASSETTE),
            CassetteError::Read { .. }
            | CassetteError::Write { .. }
            | CassetteError::NotAFile(_) => None,
        }
    }
}
