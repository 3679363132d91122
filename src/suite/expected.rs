//! What a case is expected to do: its outcome, without what changes from run to run.

mod describe;
mod error;
mod ordered;

use serde::{Deserialize, Serialize};

use self::describe::{describe, put};
pub use self::error::{ExpectedError, FORMAT_VERSION};
use self::ordered::ordered;
use crate::cassette::{MASKED, Redactor, Rules};
use crate::json::{Difference, FieldPath, Json, JsonObject, differences};
use crate::outcome::{Outcome, StoredObject};
use crate::secrets::Secrets;
use crate::text::place_in;

/// The differences of one case that are kept: more of them help nobody.
const MOST: usize = 200;

/// What a case did or should do, as `expected.json` holds it: one outcome where there is only one,
/// else a list of `outcomes`, and what was left in the embedded S3.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Expected(Json);

impl Expected {
    /// What of `outcomes` and of the embedded S3 is the same at each run; logs only where they are
    /// asked for.
    pub fn new(
        outcomes: &[Outcome],
        objects: &[StoredObject],
        deleted: &[String],
        logs: bool,
    ) -> Expected {
        let mut did: Vec<JsonObject> = outcomes
            .iter()
            .map(|outcome| describe(outcome, logs))
            .collect();
        let mut document = match did.len() {
            1 => did.remove(0),
            _ => {
                let mut document = JsonObject::new();
                document.insert(
                    "outcomes",
                    did.into_iter().map(Json::Object).collect::<Json>(),
                );
                document
            }
        };
        put(&mut document, "objects", objects);
        put(&mut document, "deleted", deleted);
        Expected(Json::Object(document))
    }

    /// Reads what [`Expected::to_text`] wrote, or a person.
    pub fn parse(text: &str) -> Result<Expected, ExpectedError> {
        let value = Json::parse(text).map_err(|error| {
            let place = place_in(text, error.offset());
            ExpectedError::Json {
                line: place.line,
                column: place.column,
                problem: error.to_string(),
            }
        })?;
        Expected::from_json(value)
    }

    /// An expectation that stands in a line of `cases.ndjson`.
    pub fn from_json(value: Json) -> Result<Expected, ExpectedError> {
        let Json::Object(mut document) = value else {
            return Err(ExpectedError::NoObject);
        };
        match document.get("v").and_then(Json::as_u64) {
            Some(FORMAT_VERSION) => {
                document.remove("v");
                Ok(Expected(Json::Object(document)))
            }
            Some(newer) if newer > FORMAT_VERSION => Err(ExpectedError::Newer(newer)),
            _ => Err(ExpectedError::NoVersion),
        }
    }

    /// The document with its version, for a line of `cases.ndjson`.
    pub fn to_json(&self) -> String {
        ordered(&self.versioned()).to_string()
    }

    /// The text of an `expected.json`: indented, ending in a newline.
    pub fn to_text(&self) -> String {
        ordered(&self.versioned()).to_string_pretty() + "\n"
    }

    fn versioned(&self) -> Json {
        let mut document = self.0.clone();
        document["v"] = FORMAT_VERSION.into();
        document
    }

    /// Takes out what must not be written: known secrets, and what is told by names and forms.
    pub fn redact(&mut self, redactor: &Redactor) {
        let Json::Object(fields) = &mut self.0 else {
            return;
        };
        for (key, value) in fields.iter_mut() {
            match (key.as_str(), value) {
                ("outcomes", Json::Array(outcomes)) => {
                    let outcomes = outcomes.iter_mut().filter_map(Json::as_object_mut);
                    outcomes
                        .flat_map(JsonObject::iter_mut)
                        .for_each(|(key, value)| {
                            redact_part(key, value, redactor);
                        });
                }
                (key, value) => redact_part(key, value, redactor),
            }
        }
    }

    /// Takes out known secrets.
    pub fn hide(&mut self, secrets: &Secrets) {
        secrets.redact_value(&mut self.0);
    }

    /// Covers the fields that aren't compared, in each of its outcomes.
    pub fn mask(&mut self, rules: &Rules) {
        let root = FieldPath::default();
        match self.0.get_mut("outcomes") {
            Some(Json::Array(outcomes)) => {
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
        fn class(outcome: &Json) -> Option<&str> {
            outcome.get("class")?.as_str()
        }
        match &self.0["outcomes"] {
            Json::Array(outcomes) => outcomes.iter().filter_map(class).collect(),
            _ => class(&self.0).into_iter().collect(),
        }
    }

    /// The exchanges of its outcomes, in their order.
    pub fn exchanges(&self) -> impl Iterator<Item = &Json> {
        let outcomes = match &self.0["outcomes"] {
            Json::Array(outcomes) => outcomes.as_slice(),
            _ => std::slice::from_ref(&self.0),
        };
        let lists = outcomes
            .iter()
            .filter_map(|outcome| outcome.get("exchanges")?.as_array());
        lists.flatten()
    }

    /// The document, without its version.
    pub(crate) fn into_document(self) -> Json {
        self.0
    }

    /// Where `got` is not as expected: the left values are the expected ones.
    pub fn compare(&self, got: &Expected) -> Vec<Difference> {
        let lists = [&self.0, &got.0].map(|document| document.get("outcomes").is_some());
        let compare = |expected: &Json, got: &Json| differences(expected, got, MOST);
        match lists {
            [true, false] => compare(&self.0, &listed(&got.0)),
            [false, true] => compare(&listed(&self.0), &got.0),
            _ => compare(&self.0, &got.0),
        }
    }
}

/// A part of an outcome, or of what it left in the embedded S3. Requests are redacted when they are sent.
fn redact_part(key: &str, part: &mut Json, redactor: &Redactor) {
    match (key, part) {
        ("value" | "messages" | "batch" | "error" | "logs", part) => redactor.value(part),
        ("objects", Json::Array(objects)) => {
            for object in objects {
                if let Some(Json::String(body)) = object.get_mut("body") {
                    *body = redactor.said(body);
                }
                redactor.known(object);
            }
        }
        (_, part) => redactor.known(part),
    }
}

fn mask_outcome(outcome: &mut Json, rules: &Rules) {
    if let Some(Json::Array(exchanges)) = outcome.get_mut("exchanges") {
        let exchanges = exchanges.iter_mut();
        exchanges.for_each(|exchange| rules.mask_exchange_json(exchange));
    }
    mask(outcome, &FieldPath::default(), rules);
}

fn mask(value: &mut Json, place: &FieldPath, rules: &Rules) {
    if !place.0.is_empty() && rules.masks_outcome(place) {
        *value = MASKED.into();
        return;
    }
    match value {
        Json::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                mask(item, &place.index(index), rules);
            }
        }
        Json::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                mask(field, &place.key(name), rules);
            }
        }
        _ => {}
    }
}

/// A document of one outcome in the form of several.
fn listed(document: &Json) -> Json {
    let mut outcome = document.as_object().cloned().unwrap_or_default();
    let rest = ["objects", "deleted"].map(|key| (key, outcome.remove(key)));
    let mut document = Json::object([("outcomes", vec![Json::Object(outcome)].into())]);
    for (key, value) in rest {
        if let Some(value) = value {
            document[key] = value;
        }
    }
    document
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
