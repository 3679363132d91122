//! What a case gives to its function.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use crate::json::{Json, JsonObject};
use serde_json::value::RawValue;

use super::case_error::{CaseError, CaseProblem, file_name, not_json, parse, read};
use super::find::INPUTS;
use crate::options::parse_timeout;
use crate::text::time;

/// What a case gives to its function.
#[derive(Clone, Debug)]
pub enum CaseInput {
    /// An event, or a request.
    One { name: String, json: String },
    /// Several, one after the other, or in batches.
    Events { name: String, events: Vec<CaseStep> },
}

/// One of several events.
#[derive(Clone, Debug)]
pub enum CaseStep {
    Json(String),
    /// `{"wait": "10m"}` in their place.
    Wait(Duration),
}

impl CaseInput {
    /// Reads one of the files [`INPUTS`].
    pub(super) fn read(path: &Path) -> Result<CaseInput, CaseError> {
        let (json, place) = (read(path)?, path.display().to_string());
        if file_name(path) == INPUTS[1] {
            return CaseInput::several(&json, &place);
        }
        // The engine parses it; here it is only known to be JSON, and put on one line.
        match serde_json::from_str(&json) {
            Ok(json) => Ok(CaseInput::one(json, &place)),
            Err(error) => Err(not_json(&json, &place, &error)),
        }
    }

    /// An event or a request, which messages place at `place`.
    pub(super) fn one(json: &RawValue, place: &str) -> CaseInput {
        CaseInput::One {
            name: place.to_owned(),
            json: json.get().to_owned(),
        }
    }

    /// Parses a list of events, which messages place at `place`.
    pub(super) fn several(json: &str, place: &str) -> Result<CaseInput, CaseError> {
        let list: Vec<&RawValue> =
            serde_json::from_str(json).map_err(|error| not_json(json, place, &error))?;
        let mut events = Vec::with_capacity(list.len());
        for (index, json) in list.into_iter().enumerate() {
            events.push(CaseStep::parse(json.get(), &format!("{place}[{index}]"))?);
        }
        Ok(CaseInput::Events {
            name: place.to_owned(),
            events,
        })
    }

    /// Applies a merge patch to each event.
    pub(super) fn change(&mut self, patch: &Json, place: &str) -> Result<(), CaseError> {
        let change = |json: &mut String| -> Result<(), CaseError> {
            let mut value = parse(json, place)?;
            merge(&mut value, patch);
            *json = value.to_string();
            Ok(())
        };
        match self {
            CaseInput::One { json, .. } => change(json),
            CaseInput::Events { events, .. } => {
                events.iter_mut().try_for_each(|event| match event {
                    CaseStep::Json(json) => change(json),
                    CaseStep::Wait(_) => Ok(()),
                })
            }
        }
    }
}

impl CaseStep {
    fn parse(json: &str, place: &str) -> Result<CaseStep, CaseError> {
        let fields: Option<BTreeMap<&str, &RawValue>> = serde_json::from_str(json).ok();
        let wait = fields
            .filter(|fields| fields.len() == 1)
            .and_then(|fields| fields.get("wait").copied());
        let Some(wait) = wait else {
            return Ok(CaseStep::Json(json.to_owned()));
        };
        let time = serde_json::from_str::<String>(wait.get()).ok();
        let time = time.and_then(|text| parse_wait(&text));
        time.map(CaseStep::Wait)
            .ok_or_else(|| CaseError::bad(place, CaseProblem::NoWait))
    }
}

/// As a timeout is written, or in hours or days.
fn parse_wait(text: &str) -> Option<Duration> {
    parse_timeout(text)
        .ok()
        .or_else(|| time::parse_duration(text))
}

/// Applies a JSON merge patch (RFC 7386).
fn merge(value: &mut Json, patch: &Json) {
    let Json::Object(patch) = patch else {
        *value = patch.clone();
        return;
    };
    if !value.is_object() {
        *value = Json::Object(JsonObject::new());
    }
    let Json::Object(fields) = value else {
        return;
    };
    for (key, change) in patch.iter() {
        if change.is_null() {
            fields.remove(key);
        } else {
            merge(fields.get_or_insert_null(key), change);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::json::arbitrary::json;

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
        let input = CaseInput::several(
            r#"[{"type":"track"},{"wait":"2h"},{"wait":1,"x":2}]"#,
            "e.json",
        );
        let Ok(CaseInput::Events { events, .. }) = input else {
            panic!("{input:?}")
        };
        assert!(matches!(&events[0], CaseStep::Json(json) if json == r#"{"type":"track"}"#));
        assert!(matches!(events[1], CaseStep::Wait(wait) if wait.as_secs() == 7200));
        assert!(matches!(&events[2], CaseStep::Json(_)));
        let error = CaseInput::several(r#"[{"wait":"soon"}]"#, "e.json").expect_err("no time");
        assert!(
            error.to_string().starts_with("e.json[0]: expected a time"),
            "{error}"
        );
        let error = CaseInput::several("{}", "e.json").expect_err("no list");
        assert_eq!(
            error.to_string(),
            "e.json:1:1: expected a list of events in brackets"
        );
    }
}
