//! What of an outcome is the same at each run.

use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::outcome::Outcome;

/// How deep a value may be nested to be compared as JSON: as deep as serde_json reads, less what lies
/// around an event of a batch in a line of a file of cases, where it will be read from.
const MOST_NESTED: usize = 127 - 6;

/// What of an outcome is the same at each run. Its logs are left out unless `logs` asks for them.
pub fn describe(outcome: &Outcome, logs: bool) -> Map<String, Value> {
    let mut did = Map::new();
    put(&mut did, "handler", &outcome.handler);
    put(&mut did, "class", outcome.class);
    if let Some(error) = &outcome.error {
        let error = json!({"name": error.name, "message": error.message});
        put(&mut did, "error", error);
    }
    if let Some(value) = &outcome.value {
        // An empty object that was returned is a value, too.
        did.insert("value".into(), parsed(value));
    }
    let mut messages = Map::new();
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
        let mut fields = Map::new();
        put(&mut fields, "class", item.class);
        put(&mut fields, "status", item.status);
        put(&mut fields, "message", &item.message);
        if let Some(event) = &item.event {
            fields.insert("event".into(), parsed(event));
        }
        fields
    });
    put(&mut did, "batch", batch.collect::<Vec<_>>());
    let exchanges = outcome.exchanges.iter().map(|exchange| {
        let mut fields = Map::new();
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
        let logs = logs.map(|log| json!({"level": log.level, "text": log.text}));
        put(&mut did, "logs", logs.collect::<Vec<_>>());
    }
    did
}

/// Adds `value` unless it is empty.
pub fn put(document: &mut Map<String, Value>, key: &str, value: impl Serialize) {
    // It is made of strings and numbers, so there is nothing that JSON can't hold.
    let value = serde_json::to_value(value).unwrap_or_default();
    let empty = match &value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    };
    if !empty {
        document.insert(key.into(), value);
    }
}

/// What came out of V8, as it is compared. It is JSON; what serde_json can't read back (a lone
/// surrogate, or deeper nesting than [`MOST_NESTED`]) is compared as text.
fn parsed(json: &RawValue) -> Value {
    match serde_json::from_str(json.get()) {
        Ok(value) if nesting(&value) <= MOST_NESTED => value,
        _ => Value::String(json.get().to_owned()),
    }
}

/// How many lists and objects lie in one another at most.
fn nesting(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(nesting).max().unwrap_or_default(),
        Value::Object(fields) => 1 + fields.values().map(nesting).max().unwrap_or_default(),
        _ => 0,
    }
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
        let event = parsed(&nested(MOST_NESTED));
        let line = json!({"expected": {"outcomes": [{"batch": [{"event": event}]}]}});
        assert!(serde_json::from_str::<Value>(&line.to_string()).is_ok());
    }
}
