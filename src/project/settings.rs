//! The settings: where they come from, and what the platform could not have in them.

use std::path::Path;

use serde_json::Value;

use crate::function::Settings;
use crate::project::config::ConfigError;
use crate::text::place_in;

/// Reads a file of settings: one JSON object.
pub fn read(path: &Path) -> Result<Settings, ConfigError> {
    let text = crate::project::config::text_of(path)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let bad = |place, problem: &str| ConfigError::Bad {
        path: path.to_owned(),
        place,
        problem: problem.to_owned(),
        hint: Some("settings are one JSON object, such as {\"apiKey\": \"abc\"}".into()),
    };
    match serde_json::from_str(text) {
        Ok(Value::Object(settings)) => Ok(settings),
        Ok(_) => Err(bad(place_in(text, 0), "expected an object")),
        Err(error) => Err(bad(
            crate::text::place_of(text, &error),
            &crate::text::problem_of(text, &error),
        )),
    }
}

/// A setting given as `name=value`. The value is JSON if it is an array, an object or a boolean,
/// and else text: the platform has no numbers (docs/platform.md section 11).
pub fn parse_assignment(text: &str) -> Result<(String, Value), ConfigError> {
    let (name, value) = text
        .split_once('=')
        .filter(|(name, _)| !name.is_empty())
        .ok_or(ConfigError::Assignment)?;
    let value = match serde_json::from_str(value) {
        Ok(json @ (Value::Array(_) | Value::Object(_) | Value::Bool(_))) => json,
        _ => Value::String(value.to_owned()),
    };
    Ok((name.to_owned(), value))
}

/// The names of the settings whose values can't exist on the platform, which has text, booleans,
/// lists of texts and maps of texts (docs/platform.md section 11).
pub fn unlike_platform(settings: &Settings) -> Vec<&str> {
    let fits = |value: &Value| match value {
        Value::String(_) | Value::Bool(_) => true,
        Value::Array(items) => items.iter().all(Value::is_string),
        Value::Object(fields) => fields.values().all(Value::is_string),
        Value::Number(_) | Value::Null => false,
    };
    settings
        .iter()
        .filter(|(_, value)| !fits(value))
        .map(|(name, _)| name.as_str())
        .collect()
}

/// Every text and number inside `value`, for hiding them.
pub fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => match serde_json::from_str(text) {
            // A key file's JSON in a setting: functions parse it and hand its fields around.
            Ok(inner @ (Value::Object(_) | Value::Array(_))) => {
                std::iter::once(text.clone()).chain(texts(&inner)).collect()
            }
            _ => vec![text.clone()],
        },
        Value::Number(number) => vec![number.to_string()],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(fields) => fields.values().flat_map(texts).collect(),
        Value::Null | Value::Bool(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_assignment_is_json_or_text() {
        let value = |text: &str| parse_assignment(text).expect("an assignment").1;
        assert_eq!(value("a=x=y"), json!("x=y"));
        assert_eq!(value("a="), json!(""));
        assert_eq!(value("a=12"), json!("12"));
        assert_eq!(value("a=null"), json!("null"));
        assert_eq!(value("a=\"x\""), json!("\"x\""));
        assert_eq!(value("a=true"), json!(true));
        assert_eq!(value("a=[\"x\"]"), json!(["x"]));
        assert_eq!(value("a={\"x\":\"y\"}"), json!({"x": "y"}));
        assert_eq!(value("a={x"), json!("{x"));
        assert!(parse_assignment("a").is_err());
        assert!(parse_assignment("=a").is_err());
    }

    #[test]
    fn what_the_platform_lacks_is_noticed() {
        let settings = json!({"a": "x", "b": true, "c": ["x"], "d": {"x": "y"}, "e": 1, "f": null, "g": [1], "h": {"x": {}}});
        let Value::Object(settings) = settings else {
            panic!("an object")
        };
        assert_eq!(unlike_platform(&settings), ["e", "f", "g", "h"]);
    }

    #[test]
    fn the_texts_of_a_key_file_are_found() {
        let value = json!("{\"private_key\": \"abc\", \"n\": [1]}");
        assert_eq!(
            texts(&value),
            ["{\"private_key\": \"abc\", \"n\": [1]}", "abc", "1"]
        );
    }

    #[test]
    fn a_broken_file_is_told_with_its_place() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("settings.json");
        std::fs::write(&path, "{\n  \"a\": \"x\",\n}").expect("a file");
        let error = read(&path).expect_err("a trailing comma");
        assert!(
            error
                .to_string()
                .ends_with("settings.json:3:1: trailing comma"),
            "{error}"
        );
        std::fs::write(&path, "[]").expect("a file");
        let error = read(&path).expect_err("an array");
        assert!(
            error
                .to_string()
                .ends_with("settings.json:1:1: expected an object"),
            "{error}"
        );
    }
}
