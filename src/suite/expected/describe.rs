//! What of an outcome is the same at each run.

use crate::json::{Document, Json, JsonObject, MAX_DEPTH};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::outcome::Outcome;

/// How deep a value may be nested to be compared as JSON: as deep as it can be read back, less what lies
/// around an event of a batch in a line of a file of cases.
const MOST_NESTED: usize = MAX_DEPTH - 6;

/// What of an outcome is the same at each run. Its logs are left out unless `logs` asks for them.
pub fn describe(outcome: &Outcome, logs: bool) -> JsonObject {
    let mut did = JsonObject::new();
    put(&mut did, "handler", &outcome.handler);
    put(&mut did, "class", outcome.class);
    if let Some(error) = &outcome.error {
        let error = Json::object([
            ("name", error.name.as_str().into()),
            ("message", error.message.as_str().into()),
        ]);
        put(&mut did, "error", error);
    }
    if let Some(value) = &outcome.value {
        // An empty object that was returned is a value, too.
        did.insert("value", parsed(value));
    }
    let mut messages = JsonObject::new();
    let parsed_all = |all: &[Box<RawValue>]| all.iter().map(|one| parsed(one)).collect::<Vec<_>>();
    put(
        &mut messages,
        "events",
        parsed_all(&outcome.messages.events),
    );
    put(
        &mut messages,
        "objects",
        parsed_all(&outcome.messages.objects),
    );
    put(&mut did, "messages", messages);
    let batch = outcome.batch.iter().map(|item| {
        let mut fields = JsonObject::new();
        put(&mut fields, "class", item.class);
        put(&mut fields, "status", item.status);
        put(&mut fields, "message", &item.message);
        if let Some(event) = &item.event {
            fields.insert("event", parsed(event));
        }
        fields
    });
    put(&mut did, "batch", batch.collect::<Vec<_>>());
    let exchanges = outcome.exchanges.iter().map(|exchange| {
        let mut fields = JsonObject::new();
        put(&mut fields, "via", exchange.via);
        put(&mut fields, "method", &exchange.method);
        put(&mut fields, "url", &exchange.url);
        put(&mut fields, "request", &exchange.request);
        put(&mut fields, "status", exchange.status);
        put(&mut fields, "error", &exchange.error);
        fields
    });
    put(&mut did, "exchanges", exchanges.collect::<Vec<_>>());
    if logs {
        let logs = outcome.logs.iter();
        let logs = logs.map(|log| {
            Json::object([
                ("level", Json::of(&log.level)),
                ("text", log.text.as_str().into()),
            ])
        });
        put(&mut did, "logs", logs.collect::<Vec<_>>());
    }
    did
}

/// Adds `value` unless it is empty.
pub fn put(document: &mut JsonObject, key: &str, value: impl Serialize) {
    let value = Json::of(&value);
    let empty = match &value {
        Json::Null => true,
        Json::Array(items) => items.is_empty(),
        Json::Object(fields) => fields.is_empty(),
        _ => false,
    };
    if !empty {
        document.insert(key, value);
    }
}

/// What came out of V8, as it is compared. What is nested too deeply to be kept is compared as text.
fn parsed(json: &RawValue) -> Json {
    let read = Document::parse(json.get()).filter(|document| document.depth() <= MOST_NESTED);
    let value = read.and_then(|document| Json::from_document(&document).ok());
    value.unwrap_or_else(|| json.get().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nested_too_deeply_to_be_read_back_is_compared_as_text() {
        let nested = |depth: usize| {
            let json = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
            RawValue::from_string(json).expect("JSON")
        };
        assert!(parsed(&nested(MOST_NESTED)).is_array());
        assert!(parsed(&nested(MOST_NESTED + 1)).is_string());
        let mut line = parsed(&nested(MOST_NESTED));
        for name in ["event", "batch", "outcomes", "expected"] {
            line = Json::object([(name, line)]);
        }
        assert!(Json::parse(&line.to_string()).is_ok());
    }
}
