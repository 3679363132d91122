//! The keys of one `segfn.toml`.

use std::ops::Range;
use std::path::PathBuf;

use crate::cassette::Redaction;
use crate::json::Json;
use crate::project::config::config::Config;
use crate::project::config::config_file::ConfigFile;
use crate::project::config::diff_config::DiffConfig;
use crate::project::config::item::Item;
use crate::project::config::reach::{aws, net, role, user_key};
use crate::project::config::read::{
    ConfigProblem, array, boolean, document, duration, expected, kind, memory, problem, setting,
    string, strings, table, unknown,
};
use crate::project::config::setting_source::{SettingSource, path_of};
use crate::project::config::test_config::TestConfig;

/// One file, read.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub config: Config,
    /// The files that it takes defaults from, and where it says so.
    pub includes: Vec<(PathBuf, Range<usize>)>,
}

/// What may also be said of one environment alone.
const ENVIRONMENT_KEYS: [&str; 8] = [
    "secret", "settings", "dotenv", "role", "key", "strict", "aws", "net",
];

const KEYS: [&str; 10] = [
    "kind", "timeout", "memory", "include", "redact", "timezone", "locale", "test", "diff", "env",
];

/// Reads `text`, which is that of `file`. Paths in it are relative to its folder.
pub(super) fn parse(text: &str, file: ConfigFile) -> Result<Parsed, ConfigProblem> {
    let mut parsed = Parsed::default();
    let config = &mut parsed.config;
    for (key, value) in &document(text)? {
        match key.name.as_str() {
            "kind" => config.kind = Some(kind(value)?),
            "timeout" => config.timeout = Some(duration(value)?),
            "memory" => config.memory = Some(memory(value)?),
            "redact" => config.redact = redact(value)?,
            "timezone" => config.timezone = Some(timezone(value)?),
            "locale" => config.locale = Some(locale(value)?),
            "test" => config.test = TestConfig::parse(value, file)?,
            "diff" => config.diff = DiffConfig::parse(value)?,
            "include" => {
                for item in array(value)? {
                    let path = file.folder().join(string(item)?);
                    parsed.includes.push((path, item.span.clone()));
                }
            }
            "env" => {
                for (key, value) in table(value)? {
                    let environment = environment(value, file)?;
                    config.environments.insert(key.name.clone(), environment);
                }
            }
            name if ENVIRONMENT_KEYS.contains(&name) => set(config, name, value, file)?,
            _ => return unknown(key, &[&KEYS[..], &ENVIRONMENT_KEYS].concat()),
        }
    }
    Ok(parsed)
}

/// A table `[env.NAME]`.
fn environment(value: &Item, file: ConfigFile) -> Result<Config, ConfigProblem> {
    let mut config = Config::default();
    for (key, value) in table(value)? {
        match key.name.as_str() {
            name if ENVIRONMENT_KEYS.contains(&name) => set(&mut config, name, value, file)?,
            name if KEYS.contains(&name) => {
                return problem(
                    key.span.clone(),
                    format!("`{name}` is the same in all environments"),
                    Some("write it above the first [table]".into()),
                );
            }
            _ => return unknown(key, &ENVIRONMENT_KEYS),
        }
    }
    Ok(config)
}

/// Takes the value of one of [`ENVIRONMENT_KEYS`].
fn set(
    config: &mut Config,
    key: &str,
    value: &Item,
    file: ConfigFile,
) -> Result<(), ConfigProblem> {
    match key {
        "secret" => config.secret = strings(value)?,
        "settings" => {
            for (key, value) in table(value)? {
                let name = key.name.clone();
                match SettingSource::of(value, file)? {
                    Some(source) => {
                        config.settings.insert(name.clone(), Json::Null);
                        config.sources.insert(name, source);
                    }
                    None => config.settings.insert(name, setting(value)?),
                }
            }
        }
        "dotenv" => config.dotenv = Some(path_of(string(value)?, file.folder())),
        "role" => {
            for item in array(value)? {
                config.roles.push(role(item)?);
            }
        }
        "key" => {
            for item in array(value)? {
                config.keys.push(user_key(item)?);
            }
        }
        "strict" => config.strict = Some(boolean(value)?),
        "aws" => config.aws = Some(aws(value)?),
        "net" => config.net = Some(net(value)?),
        _ => {}
    }
    Ok(())
}

fn timezone(value: &Item) -> Result<String, ConfigProblem> {
    let text = string(value)?;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte);
    match !text.is_empty() && text.bytes().all(fits) {
        true => Ok(text.to_owned()),
        false => expected(value, "a time zone such as \"Europe/Berlin\" or \"UTC\""),
    }
}

fn locale(value: &Item) -> Result<String, ConfigProblem> {
    let text = string(value)?;
    let parts = text.split('-');
    let language = text.split('-').next().unwrap_or_default();
    let fits = |part: &str| {
        (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    match language.len() <= 3 && parts.into_iter().all(fits) {
        true => Ok(text.to_owned()),
        false => expected(value, "a locale such as \"en-US\" or \"de\""),
    }
}

fn redact(value: &Item) -> Result<Redaction, ConfigProblem> {
    let mut redact = Redaction::default();
    for (key, value) in table(value)? {
        let place = match key.name.as_str() {
            "headers" => &mut redact.headers,
            "json" => &mut redact.json,
            "patterns" => &mut redact.patterns,
            "keep" => &mut redact.keep,
            "pseudonymize" => {
                redact.pseudonymize = Some(boolean(value)?);
                continue;
            }
            _ => {
                let keys = ["headers", "json", "patterns", "keep", "pseudonymize"];
                return unknown(key, &keys);
            }
        };
        *place = strings(value)?;
    }
    Ok(redact)
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use super::*;
    use crate::function::Kind;
    use crate::options::{AwsMode, NetPolicy};
    use crate::project::config::test_config::CaseAws;
    use crate::text::{Place, place_in};

    fn parse(text: &str) -> Result<Config, String> {
        let file = ConfigFile::whole(Path::new("f/segfn.toml"), text);
        let parsed = super::parse(text, file).map_err(|problem| {
            let Place { line, column } = place_in(text, problem.span.start);
            format!(
                "{line}:{column}: {} ({})",
                problem.text,
                problem.hint.unwrap_or_default()
            )
        });
        parsed.map(|parsed| parsed.config)
    }

    #[test]
    fn every_key_is_read() {
        let config = parse(
            r#"
            kind = "insert-destination"
            secret = ["apiKey"]
            timeout = "500ms"
            memory = 256
            aws = "http://127.0.0.1:4566"
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
            [net]
            allow = ["*.example.com"]
            [redact]
            headers = ["x-key"]
            json = ["user.email"]
            patterns = ["\\d{16}"]
            [test]
            time = "2026-01-31T12:00:00Z"
            seed = 1
            warm = false
            logs = true
            mask = ["value.id"]
            cassette = ["a.har", "/b.har"]
            aws = "cassette"
            attempts = 2
            retries = 0
            coverage = { lines = 80, functions = 70.5, branches = 100 }
            "#,
        )
        .expect("a config");
        assert_eq!(config.kind, Some(Kind::InsertDestination));
        assert_eq!(config.secret, ["apiKey"]);
        assert_eq!(config.timeout, Some(Duration::from_millis(500)));
        assert_eq!(config.memory, Some(256 << 20));
        let settings = Json::Object(config.settings).to_string();
        assert_eq!(
            settings,
            r#"{"zone":"eu","apiKey":"k","names":["a","b"],"map":{"x":"y"},"on":true}"#
        );
        assert_eq!(config.roles.len(), 2);
        assert_eq!(config.roles[0].external_id.as_deref(), Some("x"));
        assert!(matches!(config.aws, Some(AwsMode::Endpoint(_))));
        assert!(
            config
                .net
                .is_some_and(|net| net.allows("a.example.com", 443))
        );
        assert_eq!(config.redact.patterns, ["\\d{16}"]);
        let test = config.test;
        assert_eq!(test.time, crate::text::time::parse("2026-01-31T12:00:00Z"));
        assert_eq!(
            (test.seed, test.warm, test.logs),
            (Some(1), Some(false), Some(true))
        );
        assert_eq!(test.cassette, Some(vec!["f/a.har".into(), "/b.har".into()]));
        assert_eq!(test.aws, Some(CaseAws::Cassette));
        assert_eq!((test.attempts, test.retries), (Some(2), Some(0)));
        assert_eq!(test.coverage.functions, Some(70.5));
        assert_eq!(
            parse("timeout = 2.5").expect("a config").timeout,
            Some(Duration::from_millis(2500))
        );
    }

    #[test]
    fn an_environment_says_what_is_special_about_it() {
        let config = parse(
            r#"
            settings = { url = "test", key = "k" }
            role = [{ arn = "arn:aws:iam::123456789012:role/a" }]
            [env.qa]
            aws = "http://127.0.0.1:4566"
            role = [{ arn = "arn:aws:iam::123456789012:role/a", external_id = "qa" }]
            net = { deny = true }
            [env.qa.settings]
            url = "qa"
            key = { env = "QA_KEY" }
            [env.prod]
            settings.key = { file = "~/key" }
            "#,
        )
        .expect("a config");
        let names: Vec<&String> = config.environments.keys().collect();
        assert_eq!(names, ["prod", "qa"]);
        let error = config.environment("qaa").expect_err("no such one");
        assert_eq!(error.hint().as_deref(), Some("did you mean `qa`?"));
        let qa = config.environment("qa").expect("it").clone();
        let qa = config.in_environment(qa);
        assert_eq!(qa.settings.get("url"), Some(&Json::from("qa")));
        assert_eq!(qa.sources.keys().collect::<Vec<_>>(), ["key"]);
        assert_eq!(qa.roles.len(), 1);
        assert_eq!(qa.roles[0].external_id.as_deref(), Some("qa"));
        assert_eq!(qa.net, Some(NetPolicy::Deny));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let problem = |text: &str| parse(text).expect_err("a problem");
        assert_eq!(
            problem("\nkidn = \"source\""),
            "2:1: unknown key `kidn` (did you mean `kind`?)"
        );
        assert!(problem("zzz = 1").starts_with("1:1: unknown key `zzz` (the keys are: kind, "));
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
        assert_eq!(
            problem("aws = \"real\""),
            "1:7: the real AWS can't be chosen in a file (ask for it where you want it: --aws real)"
        );
        assert!(
            problem("[net]\nallow = [\"https://x\"]")
                .starts_with("2:10: `https://x` is not a host")
        );
        assert!(problem("[net]\nallow = []\ndeny = true").contains("exclude each other"));
        assert!(
            problem("[test]\nmaks = []")
                .starts_with("2:1: unknown key `maks` (did you mean `mask`?)")
        );
        assert!(
            problem("[test]\ncoverage = { lines = 101 }")
                .starts_with("2:22: expected a percentage")
        );
        assert!(
            problem("[test]\nseed = -1").starts_with("2:8: expected a whole number of at least 0")
        );
        assert!(problem("[redact]\nheader = []").contains("did you mean `headers`?"));
        assert!(problem("include = \"x\"").starts_with("1:11: expected a list"));
        assert_eq!(
            problem("[env.qa]\nsetings = {}"),
            "2:1: unknown key `setings` (did you mean `settings`?)"
        );
        assert_eq!(
            problem("[env.qa]\ntimeout = 1"),
            "2:1: `timeout` is the same in all environments (write it above the first [table])"
        );
        assert!(problem("env = 1").starts_with("1:7: expected a table"));
        assert!(problem("settings.a = { env = 1 }").starts_with("1:22: expected a text in quotes"));
        assert!(
            problem("settings.a = { env = \"A=B\" }").starts_with("1:22: expected the name of")
        );
        assert!(problem("settings.a = { file = \"\" }").starts_with("1:23: expected the path of"));
        assert!(problem("[env.qa]\naws = \"real\"").contains("can't be chosen in a file"));
    }
}
