//! The user's function: its source, kind and settings, and the inputs it is called with.

pub mod config;
pub mod inputs;
pub mod samples;
pub mod settings;
pub mod source;

use std::path::PathBuf;

use serde::Deserialize;
use serde::Serialize;

use crate::outcome::Place;

/// What a function is to the platform (spec section 1).
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

/// The handlers that a function may define, in the platform's order (spec section 1).
pub const HANDLERS: [&str; 9] = [
    "onRequest",
    "onIdentify",
    "onTrack",
    "onPage",
    "onScreen",
    "onGroup",
    "onAlias",
    "onDelete",
    "onBatch",
];

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

/// The place of the byte at `offset` in `text`; columns count characters.
fn place_in(text: &str, offset: usize) -> Place {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = &text[..offset];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let count = |n: usize| u32::try_from(n + 1).unwrap_or(u32::MAX);
    Place {
        line: count(before.matches('\n').count()),
        column: count(before[line_start..].chars().count()),
    }
}

/// Where serde_json found `text` wrong.
pub(crate) fn place_of(text: &str, error: &serde_json::Error) -> Place {
    place_in(text, offset_of(text, error))
}

/// The byte of `text` that serde_json found wrong; it counts columns in bytes.
fn offset_of(text: &str, error: &serde_json::Error) -> usize {
    let line_start = match error.line() {
        0 | 1 => 0,
        line => text
            .match_indices('\n')
            .nth(line - 2)
            .map_or(text.len(), |(newline, _)| newline + 1),
    };
    line_start + error.column().saturating_sub(1)
}

/// What serde_json found wrong, without the place that it adds.
pub(crate) fn problem_of(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&place).unwrap_or(&text).to_owned()
}
