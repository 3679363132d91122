//! The user's function: its source, kind and settings, and the inputs it is called with.

pub mod config;
pub mod inputs;
pub mod samples;
pub mod settings;
pub mod source;
pub mod time;

use std::path::PathBuf;
use std::time::SystemTime;

use serde::Deserialize;
use serde::Serialize;

use crate::outcome::Place;

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

/// The lines of `source` as JavaScript counts them.
pub(crate) fn js_lines(source: &str) -> impl Iterator<Item = &str> {
    source
        .split_inclusive(['\n', '\u{2028}', '\u{2029}'])
        .flat_map(|line| {
            let line = line
                .strip_suffix("\r\n")
                .or_else(|| line.strip_suffix(['\n', '\u{2028}', '\u{2029}']))
                .unwrap_or(line);
            line.split('\r')
        })
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

/// What serde_json found wrong with `text`, without the place that it adds, and in the words of
/// someone who wrote the JSON by hand.
pub(crate) fn problem_of(text: &str, error: &serde_json::Error) -> String {
    let full = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let problem = full.strip_suffix(&place).unwrap_or(&full);
    let offset = offset_of(text, error);
    let there = text.get(offset..).unwrap_or_default();
    let after_comma = text
        .get(..offset)
        .is_some_and(|before| before.trim_end().ends_with(','));
    match problem {
        _ if error.is_eof() && text.trim().is_empty() => "there is nothing in it",
        _ if error.is_eof() => "it ends in the middle of a value",
        "expected value" | "key must be a string" if there.starts_with(['\'', '`', '“', '‘']) => {
            "texts stand in double quotes (\")"
        }
        "expected value" | "key must be a string"
            if after_comma && there.starts_with(['}', ']']) =>
        {
            "trailing comma"
        }
        "expected value" if there.starts_with("//") || there.starts_with("/*") => {
            "JSON has no comments"
        }
        "key must be a string" => "a name stands in double quotes (\")",
        "trailing characters" => "something follows the value",
        _ if problem.starts_with("control character") => {
            "a line break or other control character inside a text (write \\n)"
        }
        _ => problem,
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_where_javascript_ends_them() {
        let lines: Vec<_> = js_lines("a\r\nb\rc\u{2028}d\n\ne").collect();
        assert_eq!(lines, ["a", "b", "c", "d", "", "e"]);
    }

    #[test]
    fn what_is_wrong_with_json_is_said_in_plain_words() {
        for (text, problem) in [
            ("", "there is nothing in it"),
            ("{\"a\":", "it ends in the middle of a value"),
            ("{'a':1}", "texts stand in double quotes (\")"),
            ("[“a”]", "texts stand in double quotes (\")"),
            ("{a:1}", "a name stands in double quotes (\")"),
            ("{\"a\":1,}", "trailing comma"),
            ("[1,]", "trailing comma"),
            ("]", "expected value"),
            ("[\n// one\n1]", "JSON has no comments"),
            ("{} x", "something follows the value"),
            (
                "[\"a\nb\"]",
                "a line break or other control character inside a text (write \\n)",
            ),
            ("[1 2]", "expected `,` or `]`"),
        ] {
            let error = serde_json::from_str::<serde_json::Value>(text).expect_err(text);
            assert_eq!(problem_of(text, &error), problem, "{text}");
        }
    }
}
