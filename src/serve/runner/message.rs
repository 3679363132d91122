//! What a runner tells the server.

use std::path::PathBuf;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::function::Kind;
use crate::outcome::Class;
use crate::text::Place;

/// What a runner tells: first [`RunnerMessage::Ready`] or [`RunnerMessage::NotLoaded`], then what came of each input, in
/// their order.
#[derive(Debug, Serialize, Deserialize)]
pub enum RunnerMessage {
    Ready(Ready),
    NotLoaded(NotLoaded),
    Called(Called),
}

/// A function that is loaded.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ready {
    pub kind: Kind,
    /// In the platform's order.
    pub handlers: Vec<String>,
    /// Sentences about the function and its files.
    pub warnings: Vec<String>,
    /// A JSON object, with `[secret NAME]` for each secret.
    pub settings: String,
}

/// Why a function can't be loaded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotLoaded {
    pub message: String,
    pub hint: Option<String>,
    /// The file with the fault, where that is the function's own.
    pub file: Option<PathBuf>,
    pub at: Option<Place>,
    /// The lines around the place.
    pub excerpt: Option<String>,
}

/// What came of an input.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Called {
    pub class: Class,
    /// In milliseconds.
    pub ms: f64,
    /// Why it failed, without secrets.
    pub error: Option<String>,
    /// The outcome's JSON (docs/outcome.md) as one line with its newline, without secrets.
    pub outcome: Bytes,
    /// The same for people.
    pub shown: ShownOutcome,
    /// What the handler returned, as JSON, with all secrets: for insert functions, whose event goes on.
    pub value: Option<String>,
    /// One for each event of a batch.
    pub batch: Vec<CalledItem>,
    /// What a source function sent to the Tracking API, as JSON, with all secrets.
    pub events: Vec<String>,
}

/// What came of an event of a batch.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CalledItem {
    pub class: Class,
    /// Why it failed, without secrets.
    pub error: Option<String>,
    /// The event that goes on, as JSON, with all secrets.
    pub event: Option<String>,
}

/// An outcome as `segfn run` prints it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ShownOutcome {
    /// Its first line, or all of it where that was asked for.
    pub text: Bytes,
    /// The function's lines where it failed.
    pub frame: Option<String>,
}
