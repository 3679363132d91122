//! The user's function: its source, kind and settings, and the inputs it is called with.

use std::path::PathBuf;

use serde::Deserialize;
use serde::Serialize;

/// What a function is to the platform (spec section 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    Source,
    Destination,
    InsertDestination,
    InsertSource,
}

/// A user's function, read and ready to load.
#[derive(Clone, Debug)]
pub struct Function {
    /// The JavaScript file, as the user named it.
    pub path: PathBuf,
    /// Its text, without a leading byte order mark.
    pub source: String,
    /// The kind that was asked for; without one the engine finds it out from the handlers.
    pub kind: Option<Kind>,
    /// The second argument of every handler: a JSON object's text, `{}` by default.
    pub settings: String,
}

/// One thing to call the function with.
#[derive(Clone, Debug)]
pub struct Input {
    /// See [`crate::outcome::Outcome::input`].
    pub name: String,
    /// JSON text: an event, an array of events for `onBatch`, or a request.
    pub json: String,
}
