//! What a case is expected to do: its outcome, without what changes from run to run.

use serde::Deserialize;
use serde::Serialize;
use serde::Serializer;
use serde::ser::SerializeMap;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use serde_json::value::RawValue;

use crate::cassette::{MASKED, Rules};
use crate::json::{Difference, FieldPath, Numbers, differences};
use crate::outcome::Outcome;
use crate::outcome::StoredObject;
use crate::secrets::Secrets;

/// The version of the form that this segfn writes (docs/testing.md).
pub const FORMAT_VERSION: u64 = 1;

/// The differences of one case that are kept: more of them help nobody.
const MOST: usize = 200;

/// What a case did or should do, as `expected.json` holds it: one outcome where there is only one,
/// else a list of `outcomes`, and what was left in the embedded S3.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Expected(Value);

/// Why a text is no [`Expected`].
#[derive(Debug, thiserror::Error)]
pub enum ExpectedError {
    #[error("not JSON: {problem}")]
    Json {
        line: u32,
        column: u32,
        problem: String,
    },
    #[error("expected an object in braces")]
    NoObject,
    #[error("expected `\"v\": {FORMAT_VERSION}`, the version of the form")]
    NoVersion,
    #[error("it has version {0} of the form, and this segfn knows up to {FORMAT_VERSION}")]
    Newer(u64),
}

impl ExpectedError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            ExpectedError::Newer(_) => "a newer segfn wrote it: update segfn",
            _ => "`segfn test --accept` writes it anew from what the function does",
        }
    }
}

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

impl Expected {
    /// What of `outcomes` and of the embedded S3 is the same at each run; logs only where they are
    /// asked for.
    pub fn new(
        outcomes: &[Outcome],
        objects: &[StoredObject],
        deleted: &[String],
        logs: bool,
    ) -> Expected {
        let mut did: Vec<Map<String, Value>> = outcomes.iter().map(|o| outcome(o, logs)).collect();
        let mut document = match did.len() {
            1 => did.remove(0),
            _ => Map::from_iter([(
                "outcomes".into(),
                did.into_iter().map(Value::Object).collect(),
            )]),
        };
        put(&mut document, "objects", objects);
        put(&mut document, "deleted", deleted);
        Expected(Value::Object(document))
    }

    /// Reads what [`Expected::to_text`] wrote, or a person.
    pub fn parse(text: &str) -> Result<Expected, ExpectedError> {
        let value = serde_json::from_str(text).map_err(|error| {
            let place = crate::text::place_of(text, &error);
            ExpectedError::Json {
                line: place.line,
                column: place.column,
                problem: crate::text::problem_of(text, &error),
            }
        })?;
        Expected::from_json(value)
    }

    /// An expectation that stands in a line of `cases.ndjson`.
    pub fn from_json(value: Value) -> Result<Expected, ExpectedError> {
        let Value::Object(document) = value else {
            return Err(ExpectedError::NoObject);
        };
        match document.get("v").and_then(Value::as_u64) {
            Some(FORMAT_VERSION) => {
                let rest = document.into_iter().filter(|(key, _)| key != "v");
                Ok(Expected(Value::Object(rest.collect())))
            }
            Some(newer) if newer > FORMAT_VERSION => Err(ExpectedError::Newer(newer)),
            _ => Err(ExpectedError::NoVersion),
        }
    }

    /// The document with its version, for a line of `cases.ndjson`.
    pub fn to_json(&self) -> String {
        let line = serde_json::to_string(&Ordered::new(&self.versioned()));
        line.unwrap_or_default()
    }

    /// The text of an `expected.json`: indented, ending in a newline.
    pub fn to_text(&self) -> String {
        let text = serde_json::to_string_pretty(&Ordered::new(&self.versioned()));
        text.unwrap_or_default() + "\n"
    }

    fn versioned(&self) -> Value {
        let mut document = self.0.clone();
        document["v"] = FORMAT_VERSION.into();
        document
    }

    /// Takes out what must not be written or shown.
    pub fn redact(&mut self, secrets: &Secrets) {
        secrets.redact_value(&mut self.0);
    }

    /// Covers the fields that aren't compared, in each of its outcomes.
    pub fn mask(&mut self, rules: &Rules) {
        let root = FieldPath::default();
        match self.0.get_mut("outcomes") {
            Some(Value::Array(outcomes)) => {
                let outcomes = outcomes.iter_mut();
                outcomes.for_each(|outcome| mask_outcome(outcome, rules));
                for key in ["objects", "deleted"] {
                    if let Some(value) = self.0.get_mut(key) {
                        mask(value, &root.key(key), rules);
                    }
                }
            }
            _ => mask_outcome(&mut self.0, rules),
        }
    }

    /// The classes of its outcomes, as far as it has them.
    pub fn classes(&self) -> Vec<&str> {
        fn class(outcome: &Value) -> Option<&str> {
            outcome.get("class")?.as_str()
        }
        match &self.0["outcomes"] {
            Value::Array(outcomes) => outcomes.iter().filter_map(class).collect(),
            _ => class(&self.0).into_iter().collect(),
        }
    }

    /// The document, without its version.
    pub(crate) fn into_document(self) -> Value {
        self.0
    }

    /// Where `got` is not as expected: the left values are the expected ones.
    pub fn compare(&self, got: &Expected) -> Vec<Difference> {
        let lists = [&self.0, &got.0].map(|document| document.get("outcomes").is_some());
        let compare =
            |expected: &Value, got: &Value| differences(expected, got, Numbers::Strict, MOST);
        match lists {
            [true, false] => compare(&self.0, &listed(&got.0)),
            [false, true] => compare(&listed(&self.0), &got.0),
            _ => compare(&self.0, &got.0),
        }
    }
}

fn mask_outcome(outcome: &mut Value, rules: &Rules) {
    if let Some(Value::Array(exchanges)) = outcome.get_mut("exchanges") {
        let exchanges = exchanges.iter_mut();
        exchanges.for_each(|exchange| rules.mask_exchange_json(exchange));
    }
    mask(outcome, &FieldPath::default(), rules);
}

fn mask(value: &mut Value, place: &FieldPath, rules: &Rules) {
    if !place.0.is_empty() && rules.masks_outcome(place) {
        *value = MASKED.into();
        return;
    }
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                mask(item, &place.index(index), rules);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                mask(field, &place.key(name), rules);
            }
        }
        _ => {}
    }
}

/// A document of one outcome in the form of several.
fn listed(document: &Value) -> Value {
    let mut outcome = document.as_object().cloned().unwrap_or_default();
    let rest = ["objects", "deleted"].map(|key| (key, outcome.remove(key)));
    let mut document = json!({ "outcomes": [outcome] });
    for (key, value) in rest {
        if let Some(value) = value {
            document[key] = value;
        }
    }
    document
}

/// Adds `value` unless it is empty.
fn put(document: &mut Map<String, Value>, key: &str, value: impl Serialize) {
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

fn outcome(outcome: &Outcome, logs: bool) -> Map<String, Value> {
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

/// It came out of V8, so it is JSON; what serde_json can't hold (a nesting of more than 128, a lone
/// surrogate) is compared as text.
/// What is deeper than serde_json reads stays a text. It will be read inside of a document, so a few
/// levels more are counted: as many as there are around an event of a batch in a line of cases.ndjson.
fn parsed(json: &RawValue) -> Value {
    type Around<T> = ((((((T,),),),),),);
    let text = json.get();
    match serde_json::from_str::<Around<Value>>(&format!("[[[[[[{text}]]]]]]")) {
        Ok(around) => around.0.0.0.0.0.0,
        Err(_) => Value::String(text.to_owned()),
    }
}

/// Writes a document by [`ORDER`].
struct Ordered<'a> {
    value: &'a Value,
    /// Whether its names are segfn's.
    own: bool,
}

impl<'a> Ordered<'a> {
    fn new(value: &'a Value) -> Ordered<'a> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_in_the_order_of_reading_and_read_back() {
        let text = r#"{
  "v": 1,
  "handler": "onTrack",
  "class": "success",
  "value": {
    "b": 1,
    "v": 2
  },
  "exchanges": [
    {
      "via": "http",
      "method": "POST",
      "url": "https://example.com/",
      "status": 200,
      "request": {
        "headers": {
          "a": "1",
          "url": "2"
        }
      }
    }
  ]
}
"#;
        let expected = Expected::parse(text).expect("an expectation");
        assert_eq!(expected.to_text(), text);
        assert_eq!(expected.classes(), ["success"]);
        let line = Expected::from_json(serde_json::from_str(&expected.to_json()).expect("JSON"));
        assert_eq!(line.expect("an expectation"), expected);
    }

    #[test]
    fn what_is_no_expectation_is_told() {
        let problem = |text: &str| Expected::parse(text).expect_err("a problem").to_string();
        assert_eq!(problem("{\n"), "not JSON: it ends in the middle of a value");
        assert_eq!(problem("[]"), "expected an object in braces");
        assert!(problem("{}").starts_with("expected `\"v\": 1`"));
        assert!(problem("{\"v\":99}").contains("version 99"));
    }

    #[test]
    fn one_outcome_is_compared_with_several() {
        let one = Expected::parse(r#"{"v":1,"class":"retry"}"#).expect("one");
        let two = r#"{"v":1,"outcomes":[{"class":"retry"},{"class":"success"}]}"#;
        let two = Expected::parse(two).expect("two");
        let differences = one.compare(&two);
        assert_eq!(differences.len(), 1);
        assert_eq!(differences[0].path.to_string(), "outcomes[1]");
        assert_eq!(two.compare(&one)[0].path.to_string(), "outcomes[1]");
    }
}
