//! Why nothing could run.

use std::{fmt, io};

use serde::{Deserialize, Serialize};

use crate::aws_local::LocalAwsError;
use crate::outcome::Failure;
use crate::text::io_error;

/// Why nothing could run. An error of the machine goes from process to process as its text.
#[derive(Debug, Serialize, Deserialize, thiserror::Error)]
pub enum EngineError {
    /// The function's top-level code did not finish. The failure says where.
    #[error("the function can't be loaded: {}", .0.message)]
    Load(Box<Failure>),
    #[error("{problem}")]
    NoKind {
        /// Why it is not known what the function is, and what to do about it.
        problem: String,
        hint: String,
    },
    /// The embedded AWS can't be what the options ask for.
    #[error(transparent)]
    Aws(#[from] LocalAwsError),
    /// The embedded S3 can't hold what a plan gives it.
    #[error("the object {bucket}/{key} can't be stored: {source}")]
    Object {
        bucket: String,
        key: String,
        #[serde(with = "io_error")]
        source: io::Error,
    },
    /// The machine doesn't give what a run needs.
    #[error("segfn failed: {need}: {source}")]
    Machine {
        need: Need,
        #[serde(with = "io_error")]
        source: io::Error,
    },
    /// A worker is gone, and can't answer for what it was running.
    #[error("segfn failed: {0}")]
    Lost(Lost),
}

impl EngineError {
    /// A worker process said what it should not, or nothing.
    pub(crate) fn lost_process(why: String) -> EngineError {
        EngineError::Lost(Lost::Process(why))
    }

    /// For `map_err`.
    pub(crate) fn machine<E: Into<io::Error>>(need: Need) -> impl FnOnce(E) -> EngineError {
        move |source| EngineError::Machine {
            need,
            source: source.into(),
        }
    }
}

/// What a run needs of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Need {
    Thread,
    Process,
    EventLoop,
    TemporaryFolder,
    /// Room for what functions store in the embedded AWS.
    Storage,
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Need::Thread => "can't start a thread",
            Need::Process => "can't start a process",
            Need::EventLoop => "can't start an event loop",
            Need::TemporaryFolder => "can't make a temporary folder",
            Need::Storage => "the embedded AWS can't keep its objects",
        })
    }
}

/// How a worker was lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Lost {
    /// V8 could not go on, and an input was running.
    #[error("V8 ran out of memory")]
    OutOfMemory,
    /// The same while the function was loaded.
    #[error("loading the function needs more memory than it is allowed")]
    OutOfMemoryAtLoad,
    #[error("a thread panicked: see above")]
    Panic,
    #[error("a process panicked: {0}")]
    PanicInProcess(String),
    #[error("nothing came of an input")]
    Unanswered,
    #[error("a worker process was lost: {0}")]
    Process(String),
    #[error("a process that starts worker processes has ended: {0}")]
    Zygote(String),
}
