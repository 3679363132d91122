//! Writes an expectation in the order of reading.

use crate::json::Json;

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

/// What stands under these keys is the function's, and stays in its order.
const FOREIGN: [&str; 5] = ["value", "event", "events", "headers", "json"];

/// A document whose names are segfn's, in the order in which it is written.
pub fn ordered(document: &Json) -> Json {
    sorted(document, true)
}

/// `own` tells whether the names are segfn's.
fn sorted(value: &Json, own: bool) -> Json {
    match value {
        Json::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            let rank = |key: &str| ORDER.iter().position(|known| *known == key);
            if own {
                fields.sort_by_key(|(key, _)| rank(key).unwrap_or(ORDER.len()));
            }
            let fields = fields.into_iter().map(|(key, value)| {
                let own = own && !FOREIGN.contains(&key.as_str());
                (key.clone(), sorted(value, own))
            });
            Json::Object(fields.collect())
        }
        Json::Array(items) => items.iter().map(|item| sorted(item, own)).collect(),
        other => other.clone(),
    }
}
