//! What the values of a configuration mean, and what is wrong with them, in the words of who wrote it.

use std::fmt::Display;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::json::Json;
use toml::de::DeTable;

use crate::function::Kind;
use crate::options::{OptionError, memory_of, parse_timeout, timeout_of};
use crate::project::config::error::ConfigError;
use crate::project::config::item::{Item, ItemKey, ItemTable, ItemValue, from_toml};
use crate::project::written_file::FileError;
use crate::text::{nearest, place_in, time};

/// What is wrong, and where in the text.
#[derive(Debug)]
pub(super) struct ConfigProblem {
    pub span: Range<usize>,
    pub text: String,
    pub hint: Option<String>,
}

impl ConfigProblem {
    /// The same for whoever sees the file from outside.
    pub fn in_file(self, path: &Path, text: &str) -> ConfigError {
        ConfigError::from(FileError::Bad {
            path: path.to_owned(),
            place: place_in(text, self.span.start),
            problem: self.text,
            hint: self.hint,
        })
    }
}

pub(super) fn document(text: &str) -> Result<ItemTable, ConfigProblem> {
    let table = DeTable::parse(text).map_err(|error| ConfigProblem {
        span: error.span().unwrap_or_default(),
        text: error.message().to_owned(),
        hint: None,
    })?;
    Ok(from_toml(table.into_inner()))
}

pub(super) fn expected<T>(value: &Item, what: impl Display) -> Result<T, ConfigProblem> {
    problem(value.span.clone(), format!("expected {what}"), None)
}

pub(super) fn problem<T>(
    span: Range<usize>,
    text: impl Into<String>,
    hint: Option<String>,
) -> Result<T, ConfigProblem> {
    Err(ConfigProblem {
        span,
        text: text.into(),
        hint,
    })
}

/// A value that another part of segfn didn't take.
pub(super) fn refused(value: &Item, error: impl Display) -> ConfigProblem {
    ConfigProblem {
        span: value.span.clone(),
        text: error.to_string(),
        hint: None,
    }
}

/// The key is none of `keys`.
pub(super) fn unknown<T>(key: &ItemKey, keys: &[&str]) -> Result<T, ConfigProblem> {
    let name = &key.name;
    let hint = match nearest(name, keys.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the keys are: {}", keys.join(", ")),
    };
    problem(
        key.span.clone(),
        format!("unknown key `{name}`"),
        Some(hint),
    )
}

pub(super) fn string(value: &Item) -> Result<&str, ConfigProblem> {
    match &value.value {
        ItemValue::Text(text) => Ok(text),
        _ => expected(value, "a text in quotes"),
    }
}

pub(super) fn boolean(value: &Item) -> Result<bool, ConfigProblem> {
    match &value.value {
        ItemValue::Boolean(boolean) => Ok(*boolean),
        _ => expected(value, "true or false"),
    }
}

/// A whole number from `least` on.
pub(super) fn number<N>(value: &Item, least: N) -> Result<N, ConfigProblem>
where
    N: TryFrom<u64> + PartialOrd + Display + Copy,
{
    let number = match value.value {
        ItemValue::Integer(number) => u64::try_from(number).ok(),
        _ => None,
    };
    match number.and_then(|number| N::try_from(number).ok()) {
        Some(number) if number >= least => Ok(number),
        _ => expected(value, format_args!("a whole number of at least {least}")),
    }
}

/// A number, whole or not.
pub(super) fn real(value: &Item) -> Option<f64> {
    match value.value {
        ItemValue::Integer(number) => Some(number as f64),
        ItemValue::Float(number) => Some(number),
        _ => None,
    }
}

pub(super) fn percent(value: &Item) -> Result<f64, ConfigProblem> {
    match real(value) {
        Some(number) if (0.0..=100.0).contains(&number) => Ok(number),
        _ => expected(value, "a percentage from 0 to 100"),
    }
}

pub(super) fn array(value: &Item) -> Result<&[Item], ConfigProblem> {
    match &value.value {
        ItemValue::List(items) => Ok(items),
        ItemValue::Table(_) => problem(
            value.span.clone(),
            "expected a list",
            Some("write the table's name in double brackets, as in [[role]]".into()),
        ),
        _ => expected(value, "a list in brackets"),
    }
}

pub(super) fn strings(value: &Item) -> Result<Vec<String>, ConfigProblem> {
    let texts = array(value)?.iter();
    texts.map(|text| string(text).map(str::to_owned)).collect()
}

pub(super) fn table(value: &Item) -> Result<&ItemTable, ConfigProblem> {
    match &value.value {
        ItemValue::Table(table) => Ok(table),
        _ => expected(value, "a table"),
    }
}

/// One path, or a list of them; relative to `folder`.
pub(super) fn paths(value: &Item, folder: &Path) -> Result<Vec<PathBuf>, ConfigProblem> {
    let texts = match &value.value {
        ItemValue::Text(text) => vec![text.clone()],
        ItemValue::List(_) => strings(value)?,
        _ => return expected(value, "a path in quotes, or a list of them"),
    };
    Ok(texts.into_iter().map(|text| folder.join(text)).collect())
}

pub(super) fn kind(value: &Item) -> Result<Kind, ConfigProblem> {
    let names = Kind::ALL.map(Kind::name).join(", ");
    Kind::from_name(string(value)?)
        .map_or_else(|| expected(value, format_args!("one of: {names}")), Ok)
}

pub(super) fn duration(value: &Item) -> Result<Duration, ConfigProblem> {
    let seconds = match &value.value {
        ItemValue::Text(text) => parse_timeout(text).ok(),
        _ => real(value).and_then(timeout_of),
    };
    seconds.map_or_else(
        || expected(value, "a time such as \"5s\", \"500ms\" or 2"),
        Ok,
    )
}

pub(super) fn memory(value: &Item) -> Result<usize, ConfigProblem> {
    let megabytes = match value.value {
        ItemValue::Integer(number) => u64::try_from(number).ok(),
        _ => None,
    };
    let bytes = megabytes.ok_or(OptionError::Memory).and_then(memory_of);
    bytes.map_err(|error| refused(value, error))
}

/// A point in time: as a text, or as TOML has them. It needs a zone: a test must not depend on
/// where it runs.
pub(super) fn point_in_time(value: &Item) -> Result<SystemTime, ConfigProblem> {
    let point = match &value.value {
        ItemValue::Text(text) => time::parse(text),
        ItemValue::Datetime(datetime) if datetime.offset.is_some() => time::from_toml(datetime),
        _ => None,
    };
    point.map_or_else(
        || expected(value, "a time such as \"2026-01-31T12:00:00Z\""),
        Ok,
    )
}

/// Any JSON. TOML has no null.
pub(super) fn json(value: &Item) -> Result<Json, ConfigProblem> {
    Ok(match &value.value {
        ItemValue::Null => Json::Null,
        ItemValue::Text(text) => Json::from(text.as_str()),
        ItemValue::Boolean(boolean) => Json::Bool(*boolean),
        ItemValue::Integer(number) => written(&number.to_string()),
        ItemValue::Float(number) if number.is_finite() => written(&number.to_string()),
        ItemValue::List(items) => items.iter().map(json).collect::<Result<_, _>>()?,
        ItemValue::Table(fields) => {
            let fields = fields
                .iter()
                .map(|(key, value)| Ok((key.name.clone(), json(value)?)));
            Json::Object(fields.collect::<Result<_, _>>()?)
        }
        ItemValue::Float(_) | ItemValue::Datetime(_) => {
            return problem(
                value.span.clone(),
                "JSON has no dates, no infinity and no NaN",
                Some("put it in quotes".into()),
            );
        }
    })
}

/// A number as JSON has it.
fn written(number: &str) -> Json {
    // What Rust writes of a finite number is one of JSON, too.
    Json::parse(number).unwrap_or_default()
}

pub(super) fn setting(value: &Item) -> Result<Json, ConfigProblem> {
    Ok(match &value.value {
        ItemValue::Text(text) => Json::from(text.as_str()),
        // As `segfn record` writes it down.
        ItemValue::Null => Json::String(String::new()),
        ItemValue::Boolean(boolean) => Json::Bool(*boolean),
        ItemValue::List(items) => items.iter().map(setting).collect::<Result<_, _>>()?,
        ItemValue::Table(fields) => {
            let fields = fields
                .iter()
                .map(|(key, value)| Ok((key.name.clone(), setting(value)?)));
            Json::Object(fields.collect::<Result<_, _>>()?)
        }
        ItemValue::Integer(_) | ItemValue::Float(_) | ItemValue::Datetime(_) => {
            return problem(
                value.span.clone(),
                "a setting is a text, a boolean, a list or a table",
                Some("the platform's settings have no numbers or dates: put it in quotes".into()),
            );
        }
    })
}
