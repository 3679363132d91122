//! `case.toml`, the optional file in a case's folder (docs/config.md).

use std::path::Path;
use std::time::Duration;

use crate::json::JsonObject;

use crate::function::{HANDLERS, Kind, Settings};
use crate::net::Reply;
use crate::project::config::config_file::ConfigFile;
use crate::project::config::error::ConfigError;
use crate::project::config::item::{ItemTable, ItemValue, from_json};
use crate::project::config::read::{
    ConfigProblem, document, duration, expected, kind, memory, problem, setting, string, table,
    unknown,
};
use crate::project::config::reply::{files, replies};
use crate::project::config::test_config::{Batching, TestConfig, batching};
use crate::project::written_file::{FileError, text_of};
use crate::text::Place;

/// What one case says of itself; all of it is optional, and comes before the suite's `[test]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CaseConfig {
    pub test: TestConfig,
    /// On top of the function's settings.
    pub settings: Settings,
    pub kind: Option<Kind>,
    /// The handler to call, whatever the event's type says.
    pub handler: Option<String>,
    pub timeout: Option<Duration>,
    /// The size of V8's heap in bytes.
    pub memory: Option<usize>,
    /// The case of the same suite that this one is a variation of.
    pub from: Option<String>,
    pub batch: Option<Batching>,
    /// What answers its requests before its cassette, in the order in which it is tried.
    pub replies: Vec<Reply>,
}

impl CaseConfig {
    /// The file's name.
    pub const FILE: &str = "case.toml";

    /// Reads the file at `path`.
    pub fn read(path: &Path) -> Result<CaseConfig, ConfigError> {
        let text = text_of(path)?;
        parse(&text, path).map_err(|problem| problem.in_file(path, &text))
    }

    /// What a line of NDJSON at `place` in `file` says of its case: the same keys, in JSON.
    pub fn from_line(
        fields: &JsonObject,
        file: &Path,
        place: Place,
    ) -> Result<CaseConfig, ConfigError> {
        let mut values = String::new();
        let mut table = from_json(fields, &mut values);
        table.retain(|(_, item)| !matches!(item.value, ItemValue::Null));
        let source = ConfigFile::line_of(file, place.line);
        from_table(&table, source, LINE_REPLIES).map_err(|problem| {
            ConfigError::from(FileError::Bad {
                path: file.to_owned(),
                place,
                problem: match values.get(problem.span) {
                    Some(value) if problem.text.starts_with("expected") => {
                        format!("{}, not {value}", problem.text)
                    }
                    _ => problem.text,
                },
                hint: problem.hint,
            })
        })
    }

    /// Takes from `parent`, the case that this one is a variation of, what isn't said here. Replies come on
    /// top of the parent's, which then need not be asked for.
    pub fn or(self, mut parent: CaseConfig) -> CaseConfig {
        if !self.replies.is_empty() {
            let inherited = parent.replies.iter_mut();
            inherited.for_each(|reply| reply.is_required = false);
        }
        let mut settings = parent.settings;
        settings.extend(self.settings);
        CaseConfig {
            test: self.test.or(parent.test),
            settings,
            kind: self.kind.or(parent.kind),
            handler: self.handler.or(parent.handler),
            timeout: self.timeout.or(parent.timeout),
            memory: self.memory.or(parent.memory),
            from: parent.from,
            batch: self.batch.or(parent.batch),
            replies: [self.replies, parent.replies].concat(),
        }
    }
}

const KEYS: [&str; 7] = [
    "settings", "kind", "handler", "timeout", "memory", "from", "batch",
];

/// What replies are called in a case.toml, where each is a table of its own, and in a line.
const REPLY: &str = "reply";
const LINE_REPLIES: &str = "replies";

fn parse(text: &str, path: &Path) -> Result<CaseConfig, ConfigProblem> {
    from_table(&document(text)?, ConfigFile::whole(path, text), REPLY)
}

fn from_table(
    fields: &ItemTable,
    file: ConfigFile,
    reply_key: &str,
) -> Result<CaseConfig, ConfigProblem> {
    let mut case = CaseConfig::default();
    for (key, value) in fields {
        match key.name.as_str() {
            "settings" => {
                for (key, value) in table(value)? {
                    case.settings.insert(key.name.clone(), setting(value)?);
                }
            }
            "kind" => case.kind = Some(kind(value)?),
            "handler" => match string(value)? {
                name if HANDLERS.contains(&name) => case.handler = Some(name.to_owned()),
                _ => return expected(value, format_args!("one of: {}", HANDLERS.join(", "))),
            },
            "timeout" => case.timeout = Some(duration(value)?),
            "memory" => case.memory = Some(memory(value)?),
            "from" => case.from = Some(string(value)?.to_owned()),
            "batch" => case.batch = Some(batching(value)?),
            name if name == reply_key => {
                case.replies = replies(value, file)?;
                case.test.reply_files = files(value, file);
            }
            REPLY | LINE_REPLIES => {
                let hint = match reply_key {
                    REPLY => "here each is a table of its own: [[reply]]",
                    _ => "in a line they are called `replies`",
                };
                let text = format!("unknown key `{}`", key.name);
                return problem(key.span.clone(), text, Some(hint.into()));
            }
            name if TestConfig::KEYS.contains(&name) => case.test.set(name, value, file)?,
            _ => {
                let keys = [&TestConfig::KEYS[..], &KEYS, &[reply_key]];
                return unknown(key, &keys.concat());
            }
        }
    }
    Ok(case)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Json;
    use crate::json::arbitrary::json;

    #[test]
    fn every_key_is_read() {
        let text = r#"
            time = 2026-01-31T13:00:00+01:00
            warm = true
            mask = ["value.id"]
            cassette = "shared.har"
            aws = "cassette"
            attempts = 3
            kind = "source"
            handler = "onRequest"
            timeout = "1s"
            memory = 64
            from = "other"
            batch = { events = 5 }
            settings.zone = "eu"
        "#;
        let case = parse(text, Path::new("cases/a/case.toml")).expect("a case");
        let time = crate::text::time::parse("2026-01-31T12:00:00Z");
        assert_eq!(case.test.time, time);
        assert_eq!(case.test.cassette, Some(vec!["cases/a/shared.har".into()]));
        assert_eq!(case.test.attempts, Some(3));
        assert_eq!(case.handler.as_deref(), Some("onRequest"));
        let wait = Duration::from_secs(10);
        assert_eq!(case.batch, Some(Batching::Of { events: 5, wait }));
        assert_eq!(case.settings.get("zone"), Some(&"eu".into()));
    }

    #[test]
    fn a_suites_keys_are_not_a_cases() {
        let problem = |text| {
            let problem = parse(text, Path::new("")).expect_err("a problem");
            format!("{} ({})", problem.text, problem.hint.unwrap_or_default())
        };
        assert!(
            problem("coverage = {}").starts_with("unknown key `coverage` (the keys are: time, ")
        );
        assert_eq!(
            problem("handlr = 1"),
            "unknown key `handlr` (did you mean `handler`?)"
        );
        assert!(problem("handler = \"onTrak\"").starts_with("expected one of: onRequest, "));
        assert!(problem("batch = 5").starts_with("expected true, false or a table"));
        assert!(problem("batch = { events = 401 }").starts_with("expected a number from 1 to 400"));
        assert!(problem("attempts = 0").starts_with("expected a whole number of at least 1"));
        assert!(problem("time = 2026-01-31T12:00:00").starts_with("expected a time such as"));
    }

    #[test]
    fn a_line_of_json_has_the_same_keys() {
        let parse = |json: &str| {
            let fields = Json::parse(json).expect("JSON");
            let fields = fields.as_object().expect("an object").clone();
            let place = Place { line: 7, column: 1 };
            CaseConfig::from_line(&fields, Path::new("a/cases.ndjson"), place)
        };
        let json = r#"{"time":"2026-01-31T12:00:00Z","warm":true,"settings":{"a b":["x\n\"é"]},"batch":{"events":5}}"#;
        let case = parse(json).expect("a case");
        assert_eq!(case.test.warm, Some(true));
        assert_eq!(case.settings.get("a b"), Some(&json!(["x\n\"é"])));
        let json =
            r#"{"seed":18446744073709551615,"timeout":0.5,"settings":{"a":null},"mask":null}"#;
        let case = parse(json).expect("a case");
        assert_eq!(case.test.seed, Some(u64::MAX));
        assert_eq!(case.timeout, Some(Duration::from_millis(500)));
        assert_eq!(
            case.settings.get("a"),
            Some(&"".into()),
            "as `segfn record` writes it"
        );
        let problem = parse(r#"{"mask":["a",[null]]}"#).expect_err("a problem");
        assert!(
            problem
                .to_string()
                .ends_with("expected a text in quotes, not [null]"),
            "{problem}"
        );
        let problem = parse(r#"{"wram":true}"#).expect_err("a problem");
        assert_eq!(
            problem.to_string(),
            "a/cases.ndjson:7:1: unknown key `wram`"
        );
        assert_eq!(problem.hint().as_deref(), Some("did you mean `warm`?"));
        let problem = parse(r#"{"attempts":"x"}"#).expect_err("a problem");
        assert!(
            problem.to_string().ends_with("at least 1, not \"x\""),
            "{problem}"
        );
    }

    #[test]
    fn a_variation_says_what_is_different() {
        let parse = |text| parse(text, Path::new("")).expect("a case");
        let base = parse("kind = \"source\"\nmask = [\"a\"]\nsettings = { x = \"1\", y = \"1\" }");
        let own = parse("from = \"base\"\nmask = [\"b\"]\nsettings = { y = \"2\" }");
        let both = own.or(base);
        assert_eq!(both.kind, Some(Kind::Source));
        assert_eq!(both.test.mask, ["a", "b"]);
        assert_eq!(both.settings.get("x"), Some(&"1".into()));
        assert_eq!(both.settings.get("y"), Some(&"2".into()));
        assert_eq!(both.from, None);
    }
}
