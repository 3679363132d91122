//! The text of a recorded case's case.toml.

use std::time::{Duration, SystemTime};

use crate::json::Json;
use toml_edit::{DocumentMut, InlineTable, Item, Table, TomlError, value};

use crate::function::{Kind, Settings};
use crate::project::{Overrides, Project};
use crate::text::time;

/// What a case's case.toml says, because it was said when the case was recorded.
#[derive(Clone, Debug, Default)]
pub struct CaseOverrides {
    pub kind: Option<Kind>,
    pub handler: Option<String>,
    pub timeout: Option<Duration>,
    /// In bytes.
    pub memory: Option<usize>,
    pub settings: Settings,
}

impl CaseOverrides {
    /// What `overrides` say, and the settings of the environment with which `project` was opened by them.
    pub fn new(overrides: &Overrides, project: &Project) -> CaseOverrides {
        let mut settings = project.environment_settings.clone();
        settings.extend(overrides.settings.clone());
        CaseOverrides {
            kind: overrides.kind,
            handler: overrides.handler.clone(),
            timeout: overrides.timeout,
            memory: overrides.memory,
            settings,
        }
    }
}

/// The text of a new case.toml. With `aws`, the cassette answers for AWS.
pub(super) fn new_case(time: SystemTime, aws: bool, said: &CaseOverrides) -> String {
    let mut document = DocumentMut::new();
    document["time"] = value(time::to_iso(time).to_string());
    if aws {
        document["aws"] = value("cassette");
    }
    if let Some(kind) = said.kind {
        document["kind"] = value(kind.name());
    }
    if let Some(handler) = &said.handler {
        document["handler"] = value(handler);
    }
    if let Some(timeout) = said.timeout {
        document["timeout"] = value(format!("{}ms", timeout.as_millis()));
    }
    if let Some(bytes) = said.memory {
        document["memory"] = value(i64::try_from(bytes >> 20).unwrap_or(i64::MAX));
    }
    if !said.settings.is_empty() {
        let settings = said.settings.iter();
        let settings: Table = settings.map(|(name, one)| (name, setting(one))).collect();
        document["settings"] = Item::Table(settings);
    }
    document.to_string()
}

/// `text`, a case.toml, with another time. Everything else stays, comments and layout included.
pub(super) fn with_time(text: &str, time: SystemTime) -> Result<String, TomlError> {
    let mut document: DocumentMut = text.parse()?;
    let mut new = toml_edit::Value::from(time::to_iso(time).to_string());
    if let Some(old) = document.get("time").and_then(Item::as_value) {
        // The spaces before it, and what stands behind it.
        *new.decor_mut() = old.decor().clone();
    }
    match document.get_mut("time") {
        Some(old) => *old = Item::Value(new),
        None => document["time"] = Item::Value(new),
    }
    Ok(document.to_string())
}

/// A setting in TOML. The platform's settings have no numbers and no null: as texts they can at least
/// be read.
fn setting(value: &Json) -> toml_edit::Value {
    match value {
        Json::Null => "".into(),
        Json::Bool(boolean) => (*boolean).into(),
        Json::Number(number) => number.to_string().into(),
        Json::String(text) => text.into(),
        Json::Array(items) => items.iter().map(setting).collect(),
        Json::Object(fields) => {
            let fields = fields.iter().map(|(name, field)| (name, setting(field)));
            fields.collect::<InlineTable>().into()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;
    use toml::de::DeTable;

    use super::*;
    use crate::json::arbitrary::value as arbitrary_value;
    use crate::project::config::CaseConfig;

    fn at(millis: u32) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_millis(millis.into())
    }

    fn patched(text: &str) -> String {
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_123);
        with_time(text, time).expect("TOML")
    }

    #[test]
    fn only_the_time_of_a_case_changes() {
        let new = "time = \"2023-11-14T22:13:20.123Z\"\n";
        assert_eq!(patched(""), new);
        assert_eq!(
            patched("# mine\ntime = \"2020-01-01T00:00:00Z\" # then\nlogs=true\n"),
            format!("# mine\n{} # then\nlogs=true\n", new.trim_end())
        );
        assert_eq!(
            patched("[settings]\ntime = \"x\"\n"),
            format!("{new}[settings]\ntime = \"x\"\n")
        );
    }

    #[test]
    fn a_line_of_a_text_that_looks_like_the_time_stays() {
        let text = "settings.note = \"\"\"\ntime = 1\n[x]\n\"\"\"\n";
        let new = "time = \"2023-11-14T22:13:20.123Z\"\n";
        assert_eq!(patched(text), format!("{text}{new}"));
    }

    /// A line of TOML with the value `time` or another, in each way that TOML has to write it.
    fn written(key: String) -> impl Strategy<Value = String> {
        let text = "[ -~é\t]{0,12}".prop_map(|text| toml_edit::Value::from(text).to_string());
        prop_oneof![
            text.clone(),
            text.prop_map(|text| format!("[ # a list\n  {text},\n  2, ]")),
            Just("\"\"\"\ntime = 1\n[time]\n\"\"\"".to_owned()),
            Just("'''time = \"x\"\n'''".to_owned()),
            Just("{ time = 1, \"b c\" = { time = 2 } }".to_owned()),
            Just("2026-01-31T13:00:00+01:00".to_owned()),
            Just("0xff".to_owned()),
            Just("-inf".to_owned()),
        ]
        .prop_flat_map(move |value| {
            let key = key.clone();
            (" {0,2}", " {0,2}", prop_oneof!["", " # time = 3"]).prop_map(
                move |(before, after, comment)| {
                    format!("{before}{key}{after}={before}{value}{comment}\n")
                },
            )
        })
    }

    prop_compose! {
        /// A document: what stands around its time, and its time's line, which may be missing.
        fn document()(
            above in proptest::collection::vec(prop_oneof!["# time = \"x\"\n", "\n", Just(String::new())], 0..3),
            keys in proptest::sample::subsequence(vec!["a", "\"b c\"", "settings.time", "x.'time'.y", "timer"], 0..5),
            tables in proptest::sample::subsequence(vec!["[t]\n", "[ time2 ] # time = 1\n", "[[list]]\n", "[q.\"time\"]\n"], 0..4),
        )(
            lines in keys.iter().map(|key| written((*key).to_owned())).collect::<Vec<_>>(),
            inside in tables.iter().map(|_| written("time".to_owned())).collect::<Vec<_>>(),
            time in proptest::option::of(prop_oneof![
                written("time".to_owned()),
                written("\"time\"".to_owned()),
            ]),
            place in any::<proptest::sample::Index>(),
            above in Just(above),
            tables in Just(tables),
        ) -> String {
            let mut lines = lines;
            if let Some(time) = time {
                lines.insert(place.index(lines.len() + 1), time);
            }
            let tables = tables.iter().zip(inside).map(|(head, line)| format!("{head}{line}"));
            above.into_iter().chain(lines).chain(tables).collect()
        }
    }

    proptest! {
        #[test]
        fn of_any_toml_only_the_time_changes(text in document(), millis in any::<u32>()) {
            let old = DeTable::parse(&text).expect("TOML");
            let new_text = with_time(&text, at(millis)).expect("TOML");
            let iso = time::to_iso(at(millis)).to_string();
            match old.get_ref().get("time") {
                Some(value) => {
                    let mut by_hand = text.clone();
                    by_hand.replace_range(value.span(), &format!("\"{iso}\""));
                    prop_assert_eq!(new_text, by_hand);
                }
                None => {
                    let line = format!("time = \"{iso}\"\n");
                    let at = new_text.find(&line).expect("the time");
                    let mut without = new_text.clone();
                    without.replace_range(at..at + line.len(), "");
                    prop_assert_eq!(without, text);
                    let new = DeTable::parse(&new_text).expect("TOML");
                    prop_assert!(new.get_ref().contains_key("time"));
                }
            }
        }

        #[test]
        fn settings_come_back_from_a_case_toml(fields in proptest::collection::btree_map(any::<String>(), arbitrary_value(), 0..5), millis in any::<u32>()) {
            let settings: Settings = fields.into_iter().collect();
            let said = CaseOverrides { settings: settings.clone(), ..CaseOverrides::default() };
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join(CaseConfig::FILE);
            std::fs::write(&path, new_case(at(millis), false, &said)).expect("a file");
            let read = CaseConfig::read(Path::new(&path)).expect("a case");
            prop_assert_eq!(Json::Object(read.settings), as_texts(&Json::Object(settings)));
            prop_assert_eq!(read.test.time, Some(at(millis)));
        }
    }

    /// The value with texts in place of what the platform's settings can't have.
    fn as_texts(value: &Json) -> Json {
        match value {
            Json::Null => "".into(),
            Json::Number(number) => number.to_string().into(),
            Json::Array(items) => items.iter().map(as_texts).collect(),
            Json::Object(fields) => {
                let fields = fields
                    .iter()
                    .map(|(name, field)| (name.clone(), as_texts(field)));
                Json::Object(fields.collect())
            }
            other => other.clone(),
        }
    }
}
