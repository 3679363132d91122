//! A line of a file of cases.

use std::collections::BTreeMap;
use std::fmt;

use crate::json::{Json, JsonObject};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::case_error::{CaseError, CaseProblem};
use crate::text::{place_of, problem_of};

/// The keys that say what the function is given.
const INPUT_KEYS: [&str; 3] = ["event", "events", "request"];

/// What a line says, parsed in one go.
#[derive(Default)]
pub struct CaseLine<'l> {
    pub name: String,
    /// What stands under [`INPUT_KEYS`], as it was written: it becomes the function's own value.
    pub inputs: BTreeMap<&'static str, &'l RawValue>,
    pub change: Option<Json>,
    pub expected: Option<Json>,
    /// The other keys, which are those of a case.toml.
    pub config: JsonObject,
}

impl<'l> CaseLine<'l> {
    /// Parses a line, which messages call `shown`.
    pub fn parse(text: &'l str, shown: &str) -> Result<CaseLine<'l>, CaseError> {
        let AllFields { name, mut line } = from_str(text, shown)?;
        line.name = checked(name, shown)?;
        Ok(line)
    }

    /// The case's name in a line, of which nothing else is looked at.
    pub fn name_in(text: &str, shown: &str) -> Result<String, CaseError> {
        let NameOnly(name) = from_str(text, shown)?;
        checked(name, shown)
    }
}

fn from_str<'l, T: Deserialize<'l>>(text: &'l str, shown: &str) -> Result<T, CaseError> {
    serde_json::from_str(text).map_err(|error| {
        let column = place_of(text, &error).column;
        let problem = match error.is_data() {
            true => CaseProblem::NoObject,
            false => CaseProblem::NotJson(problem_of(text, &error)),
        };
        CaseError::bad(format!("{shown}:{column}"), problem)
    })
}

fn checked(name: Option<Json>, shown: &str) -> Result<String, CaseError> {
    match name {
        Some(Json::String(name)) if !name.trim().is_empty() && !name.contains('/') => Ok(name),
        _ => Err(CaseError::bad(shown, CaseProblem::NoName)),
    }
}

/// A line's fields, of which the name has not been checked.
struct AllFields<'l> {
    name: Option<Json>,
    line: CaseLine<'l>,
}

impl<'l> Deserialize<'l> for AllFields<'l> {
    fn deserialize<D: Deserializer<'l>>(deserializer: D) -> Result<AllFields<'l>, D::Error> {
        struct Fields;
        impl<'l> Visitor<'l> for Fields {
            type Value = AllFields<'l>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'l>>(self, mut map: A) -> Result<AllFields<'l>, A::Error> {
                let (mut name, mut line) = (None, CaseLine::default());
                while let Some(key) = map.next_key::<String>()? {
                    if let Some(known) = INPUT_KEYS.into_iter().find(|known| *known == key) {
                        line.inputs.insert(known, map.next_value()?);
                        continue;
                    }
                    let value = map.next_value()?;
                    match key.as_str() {
                        "name" => name = Some(value),
                        "change" => line.change = Some(value),
                        "expected" => line.expected = Some(value),
                        _ => {
                            line.config.insert(key, value);
                        }
                    }
                }
                Ok(AllFields { name, line })
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

struct NameOnly(Option<Json>);

impl<'l> Deserialize<'l> for NameOnly {
    fn deserialize<D: Deserializer<'l>>(deserializer: D) -> Result<NameOnly, D::Error> {
        struct Name;
        impl<'l> Visitor<'l> for Name {
            type Value = NameOnly;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'l>>(self, mut map: A) -> Result<NameOnly, A::Error> {
                let mut name = None;
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "name" => name = Some(map.next_value()?),
                        _ => {
                            map.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                Ok(NameOnly(name))
            }
        }
        deserializer.deserialize_map(Name)
    }
}
