//! The keys of one `segfn.toml`.

use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::options::{AwsMode, NetPolicy, Role};
use crate::project::config::config::{Config, Redact};
use crate::project::config::read::{
    ConfigProblem, Item, array, boolean, document, duration, expected, kind, memory, problem,
    refused, setting, string, strings, table, unknown,
};
use crate::project::config::test_config::TestConfig;

/// One file, read.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub config: Config,
    /// The files that it takes defaults from, and where it says so.
    pub includes: Vec<(PathBuf, Range<usize>)>,
}

const KEYS: [&str; 11] = [
    "kind", "secret", "timeout", "memory", "settings", "role", "aws", "net", "include", "redact",
    "test",
];

/// Reads `text`, whose paths are relative to `folder`.
pub(super) fn parse(text: &str, folder: &Path) -> Result<Parsed, ConfigProblem> {
    let mut parsed = Parsed::default();
    let config = &mut parsed.config;
    for (key, value) in document(text)?.get_ref() {
        match key.get_ref().as_ref() {
            "kind" => config.kind = Some(kind(value)?),
            "secret" => config.secret = strings(value)?,
            "timeout" => config.timeout = Some(duration(value)?),
            "memory" => config.memory = Some(memory(value)?),
            "settings" => {
                for (name, value) in table(value)? {
                    let name = name.get_ref().to_string();
                    config.settings.insert(name, setting(value)?);
                }
            }
            "role" => {
                for item in array(value)? {
                    config.roles.push(role(item)?);
                }
            }
            "aws" => config.aws = Some(aws(value)?),
            "net" => config.net = Some(net(value)?),
            "redact" => config.redact = redact(value)?,
            "test" => config.test = TestConfig::parse(value, folder)?,
            "include" => {
                for item in array(value)? {
                    let path = folder.join(string(item)?);
                    parsed.includes.push((path, item.span()));
                }
            }
            _ => return unknown(key, &KEYS),
        }
    }
    Ok(parsed)
}

fn role(value: &Item) -> Result<Role, ConfigProblem> {
    let (mut arn, mut external_id) = (None, None);
    for (key, value) in table(value)? {
        match key.get_ref().as_ref() {
            "arn" => arn = Some((string(value)?, value)),
            "external_id" => external_id = Some(string(value)?),
            _ => return unknown(key, &["arn", "external_id"]),
        }
    }
    let Some((arn, place)) = arn else {
        return expected(value, "an `arn`");
    };
    Role::new(arn, external_id).map_err(|error| refused(place, error))
}

/// The real AWS has to be asked for on the command line: a file that came with a repository must
/// not reach anyone's account.
fn aws(value: &Item) -> Result<AwsMode, ConfigProblem> {
    match string(value)?.parse() {
        Ok(AwsMode::Real) => problem(
            value.span(),
            "the real AWS can't be chosen in a file",
            Some("ask for it where you want it: --aws real".into()),
        ),
        Ok(mode) => Ok(mode),
        Err(_) => expected(value, "\"embedded\" or the http(s) URL of an AWS server"),
    }
}

fn net(value: &Item) -> Result<NetPolicy, ConfigProblem> {
    let (mut allow, mut deny) = (None, false);
    for (key, value) in table(value)? {
        match key.get_ref().as_ref() {
            "allow" => {
                let hosts = array(value)?
                    .iter()
                    .map(|host| string(host)?.parse().map_err(|error| refused(host, error)));
                allow = Some(hosts.collect::<Result<_, _>>()?);
            }
            "deny" => deny = boolean(value)?,
            _ => return unknown(key, &["allow", "deny"]),
        }
    }
    match (allow, deny) {
        (Some(_), true) => problem(
            value.span(),
            "`allow` and `deny = true` exclude each other",
            Some("leave out one of them".into()),
        ),
        (Some(hosts), false) => Ok(NetPolicy::Only(hosts)),
        (None, true) => Ok(NetPolicy::Deny),
        (None, false) => Ok(NetPolicy::Open),
    }
}

fn redact(value: &Item) -> Result<Redact, ConfigProblem> {
    let mut redact = Redact::default();
    for (key, value) in table(value)? {
        let place = match key.get_ref().as_ref() {
            "headers" => &mut redact.headers,
            "json" => &mut redact.json,
            "patterns" => &mut redact.patterns,
            _ => return unknown(key, &["headers", "json", "patterns"]),
        };
        *place = strings(value)?;
    }
    Ok(redact)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::Value;

    use super::*;
    use crate::function::Kind;
    use crate::project::config::test_config::CaseAws;
    use crate::text::{Place, place_in};

    fn parse(text: &str) -> Result<Config, String> {
        let parsed = super::parse(text, Path::new("f")).map_err(|problem| {
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
        let settings = Value::Object(config.settings).to_string();
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
    }
}
