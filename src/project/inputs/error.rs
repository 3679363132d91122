//! Why an input can't be read.

use std::borrow::Cow;
use std::io;
use std::path::PathBuf;
use std::str::Utf8Error;

use crate::hints;
use crate::history::HistoryError;
use crate::host::aws::ListedChange;
use crate::project::samples::UnknownSample;
use crate::text::Place;

/// Why an input can't be read.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    #[error("can't read {}: {source}", path.display())]
    Open { path: PathBuf, source: io::Error },
    #[error("can't read {} after line {line}: {source}", path.display())]
    Read {
        path: PathBuf,
        line: u32,
        gzip: bool,
        source: io::Error,
    },
    #[error(transparent)]
    Sample(#[from] UnknownSample),
    #[error("{} can't be listed, so that it can't be taken in parts", .0.display())]
    NotListed(PathBuf),
    #[error(transparent)]
    History(#[from] HistoryError),
    #[error("the folder {} has no events in it", .0.display())]
    NoFiles(PathBuf),
    #[error("{} is Parquet, which segfn doesn't read", .0.display())]
    Parquet(PathBuf),
    #[error("{} has no event in it", .0.display())]
    Empty(PathBuf),
    #[error("{}:{line}: longer than {} MB", path.display(), longest >> 20)]
    TooLong {
        path: PathBuf,
        line: u32,
        /// In bytes.
        longest: usize,
    },
    #[error("{}:{line}: not UTF-8", path.display())]
    NotUtf8 {
        path: PathBuf,
        line: u32,
        source: Utf8Error,
    },
    #[error("{}:{}:{}: not JSON: {problem}", path.display(), place.line, place.column)]
    Json {
        path: PathBuf,
        place: Place,
        problem: String,
    },
}

/// What an error says of the inputs, and of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputErrorKind {
    /// What was written there is no input; it will be the same the next time.
    Data,
    /// It isn't what was listed.
    Changed,
    /// It could not be read this time.
    Machine,
}

impl InputError {
    pub fn kind(&self) -> InputErrorKind {
        let source = match self {
            InputError::Open { source, .. } | InputError::Read { source, .. } => source,
            _ => return InputErrorKind::Data,
        };
        if ListedChange::of(source).is_some() {
            return InputErrorKind::Changed;
        }
        let is_damaged = matches!(
            source.kind(),
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof
        );
        match self {
            InputError::Read { gzip: true, .. } if is_damaged => InputErrorKind::Data,
            _ => InputErrorKind::Machine,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<Cow<'static, str>> {
        let text = match self {
            InputError::Sample(error) => return Some(error.hint().into()),
            InputError::History(error) => return error.hint().map(Cow::Owned),
            InputError::Read { gzip: true, .. } => {
                Some("the gzip data is cut short or damaged; `gzip -t FILE` tests it")
            }
            InputError::NotListed(_) => Some(
                "parts are taken of files, folders and archives in S3, which are the same every time",
            ),
            InputError::Open { source, .. } | InputError::Read { source, .. }
                if ListedChange::of(source).is_some() =>
            {
                Some(hints::LIST_AGAIN)
            }
            InputError::NoFiles(_) => {
                Some("events are files ending in .json, .ndjson, .jsonl or .gz")
            }
            InputError::Parquet(_) => Some(hints::BY_SPARK),
            InputError::Empty(_) => Some("write a JSON event into it, or one event a line"),
            InputError::TooLong { .. } => Some(hints::LONGER_LINE),
            InputError::NotUtf8 { .. } => Some("save the file as UTF-8"),
            InputError::Json { .. } => Some(
                "an input is an event, an array of events or a request, as JSON or one a line (NDJSON)",
            ),
            InputError::Open { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                Some("paths are relative to the folder where segfn runs")
            }
            InputError::Open { .. } | InputError::Read { .. } => None,
        };
        text.map(Cow::Borrowed)
    }
}
