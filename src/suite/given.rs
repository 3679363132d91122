//! What a case gives to its function.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use serde_json::Map;
use serde_json::Value;
use serde_json::value::RawValue;

use super::case::CaseError;
use super::case::file_name;
use super::case::not_json;
use super::case::parse;
use super::case::read;
use super::find::INPUTS;
use crate::options::parse_timeout;
use crate::text::time;

/// What a case gives to its function.
#[derive(Clone, Debug)]
pub enum Given {
    /// An event, or a request.
    One { name: String, json: String },
    /// Several, one after the other, or in batches.
    Events { name: String, events: Vec<Event> },
}

/// One of several events.
#[derive(Clone, Debug)]
pub enum Event {
    Json(String),
    /// `{"wait": "10m"}` in their place.
    Wait(Duration),
}

impl Given {
    pub(super) fn read(path: &Path) -> Result<Given, CaseError> {
        let several = file_name(path) == INPUTS[1];
        Given::of(several, &read(path)?, &path.display().to_string())
    }

    pub(super) fn of(several: bool, json: &str, place: &str) -> Result<Given, CaseError> {
        let name = place.to_owned();
        if !several {
            // The engine parses it; here it is only known to be JSON, and put on one line.
            let json: &RawValue =
                serde_json::from_str(json).map_err(|error| not_json(json, place, &error))?;
            let json = json.get().to_owned();
            return Ok(Given::One { name, json });
        }
        let list: Vec<&RawValue> =
            serde_json::from_str(json).map_err(|error| not_json(json, place, &error))?;
        let mut events = Vec::with_capacity(list.len());
        for (index, json) in list.into_iter().enumerate() {
            events.push(Event::of(json.get(), &format!("{place}[{index}]"))?);
        }
        Ok(Given::Events { name, events })
    }

    /// Applies a merge patch to each event.
    pub(super) fn change(&mut self, patch: &Value, place: &str) -> Result<(), CaseError> {
        let change = |json: &mut String| -> Result<(), CaseError> {
            let mut value = parse(json, place)?;
            merge(&mut value, patch);
            *json = value.to_string();
            Ok(())
        };
        match self {
            Given::One { json, .. } => change(json),
            Given::Events { events, .. } => events.iter_mut().try_for_each(|event| match event {
                Event::Json(json) => change(json),
                Event::Wait(_) => Ok(()),
            }),
        }
    }
}

impl Event {
    fn of(json: &str, place: &str) -> Result<Event, CaseError> {
        let fields: Option<BTreeMap<&str, &RawValue>> = serde_json::from_str(json).ok();
        let wait = fields
            .filter(|fields| fields.len() == 1)
            .and_then(|fields| fields.get("wait").copied());
        let Some(wait) = wait else {
            return Ok(Event::Json(json.to_owned()));
        };
        let time = serde_json::from_str::<String>(wait.get()).ok();
        let time = time.and_then(|text| parse_wait(&text));
        time.map(Event::Wait).ok_or_else(|| {
            CaseError::bad(
                place,
                "expected a time to wait such as \"10m\", \"2h\" or \"500ms\"",
            )
        })
    }
}

/// As a timeout is written, or in hours or days.
fn parse_wait(text: &str) -> Option<Duration> {
    parse_timeout(text)
        .ok()
        .or_else(|| time::parse_duration(text))
}

/// Applies a JSON merge patch (RFC 7386).
fn merge(value: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *value = patch.clone();
        return;
    };
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    let Value::Object(fields) = value else {
        return;
    };
    for (key, change) in patch {
        if change.is_null() {
            fields.remove(key);
        } else {
            merge(fields.entry(key.clone()).or_insert(Value::Null), change);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_merge_patch_changes_adds_and_removes() {
        let mut value = json!({"a": {"b": 1, "c": [1]}, "d": 2});
        merge(
            &mut value,
            &json!({"a": {"b": null, "c": [2], "e": {"f": null, "g": 1}}, "d": 3}),
        );
        assert_eq!(value, json!({"a": {"c": [2], "e": {"g": 1}}, "d": 3}));
    }

    #[test]
    fn a_wait_among_events_is_no_event() {
        let given = Given::of(
            true,
            r#"[{"type":"track"},{"wait":"2h"},{"wait":1,"x":2}]"#,
            "e.json",
        );
        let Ok(Given::Events { events, .. }) = given else {
            panic!("{given:?}")
        };
        assert!(matches!(&events[0], Event::Json(json) if json == r#"{"type":"track"}"#));
        assert!(matches!(events[1], Event::Wait(wait) if wait.as_secs() == 7200));
        assert!(matches!(&events[2], Event::Json(_)));
        let error = Given::of(true, r#"[{"wait":"soon"}]"#, "e.json").expect_err("no time");
        assert!(
            error.to_string().starts_with("e.json[0]: expected a time"),
            "{error}"
        );
        let error = Given::of(true, "{}", "e.json").expect_err("no list");
        assert_eq!(
            error.to_string(),
            "e.json:1:1: expected a list of events in brackets"
        );
    }
}
