//! Writes an expectation in the order of reading.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

/// The keys in the order in which they are written, wherever segfn gives the names.
const ORDER: [&str; 32] = [
    "v",
    "attempt",
    "handler",
    "class",
    "error",
    "name",
    "message",
    "via",
    "method",
    "url",
    "status",
    "request",
    "bucket",
    "key",
    "size",
    "sha256",
    "headers",
    "body",
    "filename",
    "type",
    "value",
    "messages",
    "events",
    "batch",
    "event",
    "exchanges",
    "logs",
    "level",
    "text",
    "outcomes",
    "objects",
    "deleted",
];

/// What stands under these keys is the function's, and is written by the names' alphabet.
const FOREIGN: [&str; 5] = ["value", "event", "events", "headers", "json"];

/// Writes a document by [`ORDER`].
pub struct Ordered<'a> {
    value: &'a Value,
    /// Whether its names are segfn's.
    own: bool,
}

impl<'a> Ordered<'a> {
    /// A document whose names are segfn's.
    pub fn new(value: &'a Value) -> Ordered<'a> {
        Ordered { value, own: true }
    }
}

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.value {
            Value::Object(fields) => {
                let mut fields: Vec<_> = fields.iter().collect();
                let rank = |key: &str| ORDER.iter().position(|known| *known == key);
                if self.own {
                    fields.sort_by_key(|(key, _)| rank(key).unwrap_or(ORDER.len()));
                }
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (key, value) in fields {
                    let own = self.own && !FOREIGN.contains(&key.as_str());
                    map.serialize_entry(key, &Ordered { value, own })?;
                }
                map.end()
            }
            Value::Array(items) => {
                let own = self.own;
                serializer.collect_seq(items.iter().map(|value| Ordered { value, own }))
            }
            other => other.serialize(serializer),
        }
    }
}
