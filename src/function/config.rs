//! `segfn.toml`, the optional file beside a function that says how it is to be run (docs/config.md).

use std::io;
use std::ops::Range;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;
use toml::Spanned;
use toml::de::DeTable;
use toml::de::DeValue;

use super::Kind;
use super::place_in;
use super::settings::Settings;
use crate::options::OptionError;
use crate::options::Role;
use crate::options::memory_of;
use crate::options::parse_timeout;
use crate::options::timeout_of;
use crate::outcome::Place;

/// The file's name.
pub const FILE: &str = "segfn.toml";

/// What a `segfn.toml` says; all of it is optional.
#[derive(Clone, Debug, Default)]
pub struct Config {
    pub kind: Option<Kind>,
    /// The settings whose values must not be shown.
    pub secret: Vec<String>,
    pub timeout: Option<Duration>,
    /// The size of V8's heap in bytes.
    pub memory: Option<usize>,
    pub settings: Settings,
    /// The roles that the embedded AWS has.
    pub roles: Vec<Role>,
}

impl Config {
    /// Reads the file at `path`.
    pub fn read(path: &Path) -> Result<Config, ConfigError> {
        let text = text_of(path)?;
        Config::parse(&text).map_err(|problem| ConfigError::Bad {
            path: path.to_owned(),
            place: place_in(&text, problem.span.start),
            problem: problem.text,
            hint: problem.hint,
        })
    }

    fn parse(text: &str) -> Result<Config, Problem> {
        let table = DeTable::parse(text).map_err(|error| Problem {
            span: error.span().unwrap_or_default(),
            text: error.message().to_owned(),
            hint: None,
        })?;
        let mut config = Config::default();
        for (key, value) in table.get_ref() {
            match known(
                key,
                &["kind", "secret", "timeout", "memory", "settings", "role"],
            )? {
                "kind" => config.kind = Some(kind(value)?),
                "secret" => {
                    let names = array(value)?
                        .iter()
                        .map(|name| string(name).map(str::to_owned));
                    config.secret = names.collect::<Result<_, _>>()?;
                }
                "timeout" => config.timeout = Some(timeout(value)?),
                "memory" => config.memory = Some(memory(value)?),
                "settings" => {
                    for (name, value) in self::table(value)? {
                        config
                            .settings
                            .insert(name.get_ref().to_string(), setting(value)?);
                    }
                }
                _ => {
                    for item in array(value)? {
                        config.roles.push(role(item)?);
                    }
                }
            }
        }
        Ok(config)
    }
}

/// The text of a file that a person wrote.
pub(super) fn text_of(path: &Path) -> Result<String, ConfigError> {
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

/// What is wrong, and where in the text.
struct Problem {
    span: Range<usize>,
    text: String,
    hint: Option<String>,
}

type Item<'i> = Spanned<DeValue<'i>>;

fn expected<T>(value: &Item, what: impl std::fmt::Display) -> Result<T, Problem> {
    Err(Problem {
        span: value.span(),
        text: format!("expected {what}"),
        hint: None,
    })
}

/// The key, if it is one of `keys`.
fn known<'k>(
    key: &'k Spanned<std::borrow::Cow<'_, str>>,
    keys: &[&str],
) -> Result<&'k str, Problem> {
    let name = key.get_ref().as_ref();
    if keys.contains(&name) {
        return Ok(name);
    }
    let hint = match nearest(name, keys.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are: {}", keys.join(", ")),
    };
    Err(Problem {
        span: key.span(),
        text: format!("unknown key `{name}`"),
        hint: Some(hint),
    })
}

fn string<'a>(value: &'a Item) -> Result<&'a str, Problem> {
    match value.get_ref() {
        DeValue::String(text) => Ok(text),
        _ => expected(value, "a text in quotes"),
    }
}

fn array<'a, 'i>(value: &'a Item<'i>) -> Result<&'a [Item<'i>], Problem> {
    match value.get_ref() {
        DeValue::Array(items) => Ok(items),
        DeValue::Table(_) => Err(Problem {
            span: value.span(),
            text: "expected a list".into(),
            hint: Some("write the table's name in double brackets, as in [[role]]".into()),
        }),
        _ => expected(value, "a list in brackets"),
    }
}

fn table<'a, 'i>(value: &'a Item<'i>) -> Result<&'a DeTable<'i>, Problem> {
    match value.get_ref() {
        DeValue::Table(table) => Ok(table),
        _ => expected(value, "a table"),
    }
}

fn kind(value: &Item) -> Result<Kind, Problem> {
    let names = Kind::ALL.map(Kind::name).join(", ");
    Kind::from_name(string(value)?)
        .map_or_else(|| expected(value, format_args!("one of: {names}")), Ok)
}

fn timeout(value: &Item) -> Result<Duration, Problem> {
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

fn memory(value: &Item) -> Result<usize, Problem> {
    let megabytes = match value.get_ref() {
        DeValue::Integer(number) => number.to_string().parse().ok(),
        _ => None,
    };
    let bytes = megabytes.ok_or(OptionError::Memory).and_then(memory_of);
    bytes.map_err(|error| Problem {
        span: value.span(),
        text: error.to_string(),
        hint: None,
    })
}

fn role(value: &Item) -> Result<Role, Problem> {
    let (mut arn, mut external_id) = (None, None);
    for (key, value) in table(value)? {
        match known(key, &["arn", "external_id"])? {
            "arn" => arn = Some((string(value)?, value)),
            _ => external_id = Some(string(value)?),
        }
    }
    let Some((arn, place)) = arn else {
        return expected(value, "an `arn`");
    };
    Role::new(arn, external_id).map_err(|error| Problem {
        span: place.span(),
        text: error.to_string(),
        hint: None,
    })
}

fn setting(value: &Item) -> Result<Value, Problem> {
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
            return Err(Problem {
                span: value.span(),
                text: "a setting is a text, a boolean, a list or a table".into(),
                hint: Some(
                    "the platform's settings have no numbers or dates: put it in quotes".into(),
                ),
            });
        }
    })
}

/// The one of `names` that `name` was probably meant to be.
pub fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    names
        .map(|candidate| (strsim::jaro_winkler(name, candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// Why a config or settings file, or a setting on the command line, can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("can't read {}: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{}:{}:{}: {problem}", path.display(), place.line, place.column)]
    Bad {
        path: PathBuf,
        place: Place,
        problem: String,
        hint: Option<String>,
    },
    #[error("expected NAME=VALUE")]
    Assignment,
}

impl ConfigError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            ConfigError::Bad { hint, .. } => hint.clone(),
            ConfigError::Read { .. } | ConfigError::Assignment => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config, String> {
        Config::parse(text).map_err(|problem| {
            let Place { line, column } = place_in(text, problem.span.start);
            format!(
                "{line}:{column}: {} ({})",
                problem.text,
                problem.hint.unwrap_or_default()
            )
        })
    }

    #[test]
    fn every_key_is_read() {
        let config = parse(
            r#"
            kind = "insert-destination"
            secret = ["apiKey"]
            timeout = "500ms"
            memory = 256
            [settings]
            zone = "eu"
            apiKey = "k"
            names = ["a", "b"]
            map = { x = "y" }
            on = true
            [[role]]
            arn = "arn:aws:iam::123456789012:role/a"
            external_id = "x"
            [[role]]
            arn = "arn:aws:iam::123456789012:role/b"
            "#,
        )
        .expect("a config");
        assert_eq!(config.kind, Some(Kind::InsertDestination));
        assert_eq!(config.secret, ["apiKey"]);
        assert_eq!(config.timeout, Some(Duration::from_millis(500)));
        assert_eq!(config.memory, Some(256 << 20));
        let settings = Value::Object(config.settings).to_string();
        assert_eq!(
            settings,
            r#"{"zone":"eu","apiKey":"k","names":["a","b"],"map":{"x":"y"},"on":true}"#
        );
        assert_eq!(config.roles.len(), 2);
        assert_eq!(config.roles[0].external_id.as_deref(), Some("x"));
        assert_eq!(
            parse("timeout = 2.5").expect("a config").timeout,
            Some(Duration::from_millis(2500))
        );
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let problem = |text: &str| parse(text).expect_err("a problem");
        assert_eq!(
            problem("\nkidn = \"source\""),
            "2:1: unknown key `kidn` (did you mean `kind`?)"
        );
        assert!(problem("zzz = 1").starts_with("1:1: unknown key `zzz` (there are: kind, "));
        assert!(
            problem("kind = \"sink\"").starts_with("1:8: expected one of: source, destination")
        );
        assert!(problem("[[role]]\nanr = \"x\"").starts_with("2:1: unknown key `anr`"));
        assert!(problem("[[role]]\narn = \"x\"").starts_with("2:7: `x` is not the ARN of a role"));
        assert!(problem("[[role]]\nexternal_id = \"x\"").contains("expected an `arn`"));
        assert!(problem("[settings]\na = 1").starts_with("2:5: a setting is"));
        assert!(problem("memory = 1").starts_with("1:10: expected a number of megabytes"));
        assert!(problem("timeout = \"soon\"").starts_with("1:11: expected a time"));
        assert!(problem("secret = \"a\"").starts_with("1:10: expected a list"));
        assert!(problem("kind = ").starts_with("1:8: "));
    }
}
