//! A function as the engine takes it: its source, kind and settings, and an input to call it with.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use crate::json::{Json, JsonObject};
use serde::{Deserialize, Serialize};

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
pub type Settings = JsonObject;

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
        Json::Object((*self.settings).clone()).to_string()
    }
}

/// One thing to call the function with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Input {
    /// See [`crate::outcome::Outcome::input`].
    pub name: String,
    /// JSON text: an event, an array of events for `onBatch`, or a request.
    pub json: String,
    /// Whether it is known that no name in it tells of a secret, so that nobody has to look.
    pub is_silent: bool,
    /// What a frozen clock says when the invocation with it begins; the run's own time without.
    #[serde(with = "any_time")]
    pub time: Option<SystemTime>,
    pub place: InputPlace,
}

/// An [`Input`] of texts that are somebody else's, in the same form to serde.
#[derive(Serialize)]
pub struct LentInput<'i> {
    name: &'i str,
    json: &'i str,
    is_silent: bool,
    #[serde(with = "any_time")]
    time: Option<SystemTime>,
    place: InputPlace,
}

/// Where an input stands among all inputs of a run, so that it is known which comes first.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct InputPlace {
    /// The number of its file or object among all of them.
    pub object: u32,
    /// Where the piece of the object that was read begins, in bytes: 0 unless it was read in pieces.
    pub start: u64,
    /// Its number in that, from 0.
    pub number: u64,
}

/// A time for other processes. Serde has none before 1970.
pub mod any_time {
    use std::time::{Duration, SystemTime};

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// Since 1970, and until then.
    type Parts = Option<Result<Duration, Duration>>;

    pub fn serialize<S: Serializer>(
        time: &Option<SystemTime>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let parts: Parts = time.map(|time| {
            time.duration_since(SystemTime::UNIX_EPOCH)
                .map_err(|error| error.duration())
        });
        parts.serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<SystemTime>, D::Error> {
        let time = |parts| match parts {
            Ok(since) => SystemTime::UNIX_EPOCH.checked_add(since),
            Err(until) => SystemTime::UNIX_EPOCH.checked_sub(until),
        };
        Ok(Parts::deserialize(deserializer)?.and_then(time))
    }
}

impl Input {
    pub fn new(name: impl Into<String>, json: impl Into<String>) -> Input {
        Input {
            name: name.into(),
            json: json.into(),
            is_silent: false,
            time: None,
            place: InputPlace::default(),
        }
    }
}

impl<'i> LentInput<'i> {
    pub fn new(name: &'i str, json: &'i str, is_silent: bool) -> LentInput<'i> {
        LentInput {
            name,
            json,
            is_silent,
            time: None,
            place: InputPlace::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lent_input_is_read_as_an_input() {
        let lent = LentInput::new("#7", "{\"type\":\"track\"}", true);
        let bytes = postcard::to_allocvec(&lent).expect("memory");
        let input: Input = postcard::from_bytes(&bytes).expect("an input");
        assert_eq!((&*input.name, &*input.json), (lent.name, lent.json));
        assert!(input.is_silent && input.time.is_none());
        assert_eq!(postcard::to_allocvec(&input), Ok(bytes));
    }
}
