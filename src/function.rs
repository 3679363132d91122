//! A function as the engine takes it: its source, kind and settings, and an input to call it with.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What a function is to the platform (docs/platform.md section 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Kind {
    Source,
    Destination,
    InsertDestination,
    InsertSource,
}

impl Kind {
    pub const ALL: [Kind; 4] = [
        Kind::Source,
        Kind::Destination,
        Kind::InsertDestination,
        Kind::InsertSource,
    ];

    /// The kind that users call `name`.
    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The name that users give it, the same as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Source => "source",
            Kind::Destination => "destination",
            Kind::InsertDestination => "insert-destination",
            Kind::InsertSource => "insert-source",
        }
    }
}

/// The handler of source functions.
pub const REQUEST_HANDLER: &str = "onRequest";
/// The handler of arrays of events.
pub const BATCH_HANDLER: &str = "onBatch";

/// The handlers that a function may define, in the platform's order (docs/platform.md section 1).
pub const HANDLERS: [&str; 9] = [
    REQUEST_HANDLER,
    "onIdentify",
    "onTrack",
    "onPage",
    "onScreen",
    "onGroup",
    "onAlias",
    "onDelete",
    BATCH_HANDLER,
];

/// The values of a function's settings by their names.
pub type Settings = Map<String, Value>;

/// A user's function, read and ready to load. A clone shares the source and the settings.
#[derive(Clone, Debug)]
pub struct Function {
    /// The JavaScript file, as the user named it.
    pub path: PathBuf,
    /// Its text, without a leading byte order mark.
    pub source: Arc<str>,
    /// The kind that was asked for; without one the engine finds it out from the handlers.
    pub kind: Option<Kind>,
    /// The second argument of every handler.
    pub settings: Arc<Settings>,
}

impl Function {
    /// The settings as the text of a JSON object, from which an instance makes the handlers' second
    /// argument.
    pub fn settings_json(&self) -> String {
        serde_json::to_string(&*self.settings).unwrap_or_else(|_| "{}".to_owned())
    }
}

/// One thing to call the function with.
#[derive(Clone, Debug)]
pub struct Input {
    /// See [`crate::outcome::Outcome::input`].
    pub name: String,
    /// JSON text: an event, an array of events for `onBatch`, or a request.
    pub json: String,
    /// What a frozen clock says when the invocation with it begins; the run's own time without.
    pub time: Option<SystemTime>,
}

impl Input {
    pub fn new(name: impl Into<String>, json: impl Into<String>) -> Input {
        Input {
            name: name.into(),
            json: json.into(),
            time: None,
        }
    }
}
