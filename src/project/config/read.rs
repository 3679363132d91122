//! Values of a TOML file, and what is wrong with them, in the words of who wrote it.

use std::borrow::Cow;
use std::fmt::Display;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::function::Kind;
use crate::options::{OptionError, memory_of, parse_timeout, timeout_of};
use crate::project::config::error::ConfigError;
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
        ConfigError::Bad {
            path: path.to_owned(),
            place: place_in(text, self.span.start),
            problem: self.text,
            hint: self.hint,
        }
    }
}

pub(super) type TomlKey<'i> = Spanned<Cow<'i, str>>;
pub(super) type Item<'i> = Spanned<DeValue<'i>>;

/// The text of a file that a person wrote.
pub(crate) fn text_of(path: &Path) -> Result<String, ConfigError> {
    let bytes = std::fs::read(path).map_err(|source| ConfigError::Read {
        path: path.to_owned(),
        source,
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        ConfigError::Bad {
            path: path.to_owned(),
            place: place_in(&String::from_utf8_lossy(valid), valid.len()),
            problem: "not UTF-8".into(),
            hint: Some("save the file as UTF-8".into()),
        }
    })
}

pub(super) fn document(text: &str) -> Result<Spanned<DeTable<'_>>, ConfigProblem> {
    DeTable::parse(text).map_err(|error| ConfigProblem {
        span: error.span().unwrap_or_default(),
        text: error.message().to_owned(),
        hint: None,
    })
}

pub(super) fn expected<T>(value: &Item, what: impl Display) -> Result<T, ConfigProblem> {
    problem(value.span(), format!("expected {what}"), None)
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
        span: value.span(),
        text: error.to_string(),
        hint: None,
    }
}

/// The key is none of `keys`.
pub(super) fn unknown<T>(key: &TomlKey, keys: &[&str]) -> Result<T, ConfigProblem> {
    let name = key.get_ref();
    let hint = match nearest(name, keys.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the keys are: {}", keys.join(", ")),
    };
    problem(key.span(), format!("unknown key `{name}`"), Some(hint))
}

pub(super) fn string<'a>(value: &'a Item) -> Result<&'a str, ConfigProblem> {
    match value.get_ref() {
        DeValue::String(text) => Ok(text),
        _ => expected(value, "a text in quotes"),
    }
}

pub(super) fn boolean(value: &Item) -> Result<bool, ConfigProblem> {
    match value.get_ref() {
        DeValue::Boolean(boolean) => Ok(*boolean),
        _ => expected(value, "true or false"),
    }
}

/// A whole number from `least` on.
pub(super) fn number<N>(value: &Item, least: N) -> Result<N, ConfigProblem>
where
    N: TryFrom<u64> + PartialOrd + Display + Copy,
{
    let number = match value.get_ref() {
        DeValue::Integer(number) => u64::from_str_radix(number.as_str(), number.radix()).ok(),
        _ => None,
    };
    match number.and_then(|number| N::try_from(number).ok()) {
        Some(number) if number >= least => Ok(number),
        _ => expected(value, format_args!("a whole number of at least {least}")),
    }
}

pub(super) fn percent(value: &Item) -> Result<f64, ConfigProblem> {
    let number = match value.get_ref() {
        DeValue::Integer(number) => number.to_string().parse::<f64>().ok(),
        DeValue::Float(number) => number.to_string().parse().ok(),
        _ => None,
    };
    match number {
        Some(number) if (0.0..=100.0).contains(&number) => Ok(number),
        _ => expected(value, "a percentage from 0 to 100"),
    }
}

pub(super) fn array<'a, 'i>(value: &'a Item<'i>) -> Result<&'a [Item<'i>], ConfigProblem> {
    match value.get_ref() {
        DeValue::Array(items) => Ok(items),
        DeValue::Table(_) => problem(
            value.span(),
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

pub(super) fn table<'a, 'i>(value: &'a Item<'i>) -> Result<&'a DeTable<'i>, ConfigProblem> {
    match value.get_ref() {
        DeValue::Table(table) => Ok(table),
        _ => expected(value, "a table"),
    }
}

/// One path, or a list of them; relative to `folder`.
pub(super) fn paths(value: &Item, folder: &Path) -> Result<Vec<PathBuf>, ConfigProblem> {
    let texts = match value.get_ref() {
        DeValue::String(text) => vec![text.to_string()],
        DeValue::Array(_) => strings(value)?,
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
    let seconds = match value.get_ref() {
        DeValue::String(text) => parse_timeout(text).ok(),
        DeValue::Integer(number) => number.to_string().parse().ok().and_then(timeout_of),
        DeValue::Float(number) => number.to_string().parse().ok().and_then(timeout_of),
        _ => None,
    };
    seconds.map_or_else(
        || expected(value, "a time such as \"5s\", \"500ms\" or 2"),
        Ok,
    )
}

pub(super) fn memory(value: &Item) -> Result<usize, ConfigProblem> {
    let megabytes = match value.get_ref() {
        DeValue::Integer(number) => number.to_string().parse().ok(),
        _ => None,
    };
    let bytes = megabytes.ok_or(OptionError::Memory).and_then(memory_of);
    bytes.map_err(|error| refused(value, error))
}

/// A point in time: as a text, or as TOML has them. It needs a zone: a test must not depend on
/// where it runs.
pub(super) fn point_in_time(value: &Item) -> Result<SystemTime, ConfigProblem> {
    let point = match value.get_ref() {
        DeValue::String(text) => time::parse(text),
        DeValue::Datetime(datetime) if datetime.offset.is_some() => time::from_toml(datetime),
        _ => None,
    };
    point.map_or_else(
        || expected(value, "a time such as \"2026-01-31T12:00:00Z\""),
        Ok,
    )
}

pub(super) fn setting(value: &Item) -> Result<Value, ConfigProblem> {
    Ok(match value.get_ref() {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Boolean(boolean) => Value::Bool(*boolean),
        DeValue::Array(items) => items.iter().map(setting).collect::<Result<_, _>>()?,
        DeValue::Table(fields) => {
            let fields = fields
                .iter()
                .map(|(name, value)| Ok((name.get_ref().to_string(), setting(value)?)));
            Value::Object(fields.collect::<Result<_, _>>()?)
        }
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Datetime(_) => {
            return problem(
                value.span(),
                "a setting is a text, a boolean, a list or a table",
                Some("the platform's settings have no numbers or dates: put it in quotes".into()),
            );
        }
    })
}
