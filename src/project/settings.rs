//! The settings: where they come from, and what the platform could not have in them.

use std::path::Path;

use crate::json::Json;

use crate::function::Settings;
use crate::project::config::ConfigError;
use crate::project::written_file::{FileError, text_of};
use crate::text::place_in;

/// Reads a file of settings: one JSON object.
pub fn read(path: &Path) -> Result<Settings, ConfigError> {
    let text = text_of(path)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let bad = |place, problem: &str| FileError::Bad {
        path: path.to_owned(),
        place,
        problem: problem.to_owned(),
        hint: Some("settings are one JSON object, such as {\"apiKey\": \"abc\"}".into()),
    };
    match Json::parse(text) {
        Ok(Json::Object(settings)) => Ok(settings),
        Ok(_) => Err(bad(place_in(text, 0), "expected an object").into()),
        Err(error) => Err(bad(place_in(text, error.offset()), &error.to_string()).into()),
    }
}

/// A setting given as `name=value`. The value is JSON if it is an array, an object or a boolean,
/// and else text: the platform has no numbers (docs/platform.md section 11).
pub fn parse_assignment(text: &str) -> Result<(String, Json), ConfigError> {
    let (name, value) = text
        .split_once('=')
        .filter(|(name, _)| !name.is_empty())
        .ok_or(ConfigError::Assignment)?;
    let value = match Json::parse(value) {
        Ok(json @ (Json::Array(_) | Json::Object(_) | Json::Bool(_))) => json,
        _ => Json::from(value),
    };
    Ok((name.to_owned(), value))
}

/// The names of the settings whose values can't exist on the platform, which has text, booleans,
/// lists of texts and maps of texts (docs/platform.md section 11).
pub fn unlike_platform(settings: &Settings) -> Vec<&str> {
    let fits = |value: &Json| match value {
        Json::String(_) | Json::Bool(_) => true,
        Json::Array(items) => items.iter().all(Json::is_string),
        Json::Object(fields) => fields.values().all(Json::is_string),
        Json::Number(_) | Json::Null => false,
    };
    settings
        .iter()
        .filter(|(_, value)| !fits(value))
        .map(|(name, _)| name.as_str())
        .collect()
}

/// Every text and number inside `value`, for hiding them.
pub fn texts(value: &Json) -> Vec<String> {
    match value {
        Json::String(text) => match Json::parse(text) {
            // A key file's JSON in a setting: functions parse it and hand its fields around.
            Ok(inner @ (Json::Object(_) | Json::Array(_))) => {
                std::iter::once(text.clone()).chain(texts(&inner)).collect()
            }
            _ => vec![text.clone()],
        },
        Json::Number(number) => vec![number.to_string()],
        Json::Array(items) => items.iter().flat_map(texts).collect(),
        Json::Object(fields) => fields.values().flat_map(texts).collect(),
        Json::Null | Json::Bool(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use crate::json::arbitrary::json;

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
        let Json::Object(settings) = settings else {
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
