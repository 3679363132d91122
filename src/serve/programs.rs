//! segfn's own commands, which the server starts as processes.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::{Deserialize, Serialize};

use crate::json::Json;

/// How the server starts segfn again. The command line knows its own flags, so that it implements this.
pub trait Programs: Send + Sync + 'static {
    /// The process that runs a function by [`run_for_server`](super::run_for_server), with what the
    /// server's own flags say about functions.
    fn runner(&self, function: &Path) -> Command;

    /// Another of segfn's commands, which prints JSON where it can.
    fn task(&self, task: &Task) -> Command;
}

/// What another command of segfn is to do.
#[derive(Clone, Debug)]
pub enum Task {
    /// Run a function's cases: all of them, or those with these ids.
    Test {
        function: PathBuf,
        cases: Vec<String>,
    },
    /// Accept what the case with this id does.
    Accept { function: PathBuf, case: String },
    /// Make cases of events.
    Record {
        function: PathBuf,
        events: PathBuf,
        name: Option<String>,
    },
    /// Compare a function with another version of it.
    Compare {
        base: PathBuf,
        function: PathBuf,
        events: Option<PathBuf>,
    },
}

/// What is said about a function beside its files and the server's flags. A runner gets it first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FunctionSaid {
    /// An object of settings that come before all others.
    pub settings: Json,
    /// The handler to call, whatever an event's type says.
    pub handler: Option<String>,
    /// Whether the whole text of an outcome is wanted, or its first line alone.
    pub text: bool,
    /// The file of the faults that requests meet.
    pub faults: Option<PathBuf>,
}

impl Default for FunctionSaid {
    fn default() -> FunctionSaid {
        FunctionSaid {
            settings: Json::object([]),
            handler: None,
            text: false,
            faults: None,
        }
    }
}
