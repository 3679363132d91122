//! What `[test]` in a `segfn.toml`, and a `case.toml`, say about a suite's cases.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use crate::coverage::Thresholds;
use crate::net::Reply;
use crate::project::config::config_file::ConfigFile;
use crate::project::config::item::{Item, ItemValue};
use crate::project::config::read::{
    ConfigProblem, boolean, duration, expected, number, paths, percent, point_in_time, string,
    strings, table, unknown,
};
use crate::project::config::reply::{files, replies};

/// How a suite's cases are run and compared; all of it is optional.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TestConfig {
    /// What the frozen clock says at the beginning.
    pub time: Option<SystemTime>,
    /// What the random values come from.
    pub seed: Option<u64>,
    /// Whether a case's inputs share one instance.
    pub warm: Option<bool>,
    /// Whether logs are compared.
    pub logs: Option<bool>,
    /// Paths of the fields that aren't compared, such as `value.id`: as they were written, from
    /// the farthest file to the nearest.
    pub mask: Vec<String>,
    /// The files of exchanges, in the order in which they are asked.
    pub cassette: Option<Vec<PathBuf>>,
    pub aws: Option<CaseAws>,
    /// Which recorded requests a case's requests are answered as.
    pub replay: Option<ReplayRule>,
    /// How often an input is given at most, while its outcome is a retry.
    pub attempts: Option<u32>,
    /// How often a case that fails is run again, to tell flaky ones from broken ones.
    pub retries: Option<u32>,
    pub coverage: Thresholds,
    /// What answers the requests of all cases, before their cassettes: from the nearest file to the farthest.
    pub replies: Vec<Reply>,
    /// The files with the bodies of replies, of a case's own too.
    pub reply_files: Vec<PathBuf>,
}

/// What answers a case's calls to AWS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseAws {
    /// S3 and STS inside segfn, with buckets of the case's own.
    Embedded,
    /// The cassette.
    Cassette,
}

/// Which recorded requests a case's requests are answered as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReplayRule {
    /// As equal ones, or else as the nearest.
    #[default]
    Nearest,
    /// Only as equal ones.
    Strict,
}

/// How a case's events come: one by one, or in the batches that the platform would form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Batching {
    /// One by one.
    Off,
    Of {
        /// A batch is handed on when it has so many events …
        events: u32,
        /// … or when so much time has passed since its first.
        wait: Duration,
    },
}

impl Batching {
    /// The platform's own rule (docs/platform.md section 9).
    pub const PLATFORM: Batching = Batching::Of {
        events: 20,
        wait: Duration::from_secs(10),
    };
}

/// The platform's largest batch (docs/platform.md section 9).
const LARGEST_BATCH: u32 = 400;

impl TestConfig {
    /// The keys that both `[test]` and a case have.
    pub(super) const KEYS: [&str; 10] = [
        "time", "seed", "warm", "logs", "mask", "cassette", "aws", "replay", "attempts", "retries",
    ];

    /// Takes the value of one of [`TestConfig::KEYS`].
    pub(super) fn set(
        &mut self,
        key: &str,
        value: &Item,
        file: ConfigFile,
    ) -> Result<(), ConfigProblem> {
        match key {
            "time" => self.time = Some(point_in_time(value)?),
            "seed" => self.seed = Some(number(value, 0)?),
            "warm" => self.warm = Some(boolean(value)?),
            "logs" => self.logs = Some(boolean(value)?),
            "mask" => self.mask = strings(value)?,
            "cassette" => self.cassette = Some(paths(value, file.folder())?),
            "aws" => self.aws = Some(aws(value)?),
            "replay" => self.replay = Some(replay(value)?),
            "attempts" => self.attempts = Some(number(value, 1)?),
            "retries" => self.retries = Some(number(value, 0)?),
            _ => {}
        }
        Ok(())
    }

    /// The table `[test]`.
    pub(super) fn parse(value: &Item, file: ConfigFile) -> Result<TestConfig, ConfigProblem> {
        let mut test = TestConfig::default();
        for (key, value) in table(value)? {
            match key.name.as_str() {
                "coverage" => test.coverage = thresholds(value)?,
                "reply" => {
                    test.replies = replies(value, file)?;
                    test.reply_files = files(value, file);
                    // Not every case has to ask for what all of them may.
                    let all = test.replies.iter_mut();
                    all.for_each(|reply| reply.is_required = false);
                }
                name if TestConfig::KEYS.contains(&name) => test.set(name, value, file)?,
                _ => {
                    let keys = [&TestConfig::KEYS[..], &["coverage", "reply"]];
                    return unknown(key, &keys.concat());
                }
            }
        }
        Ok(test)
    }

    /// Takes from `parent` what isn't said here; masks and replies add up.
    pub fn or(self, parent: TestConfig) -> TestConfig {
        let mut mask = parent.mask;
        for path in self.mask {
            if !mask.contains(&path) {
                mask.push(path);
            }
        }
        TestConfig {
            time: self.time.or(parent.time),
            seed: self.seed.or(parent.seed),
            warm: self.warm.or(parent.warm),
            logs: self.logs.or(parent.logs),
            mask,
            cassette: self.cassette.or(parent.cassette),
            aws: self.aws.or(parent.aws),
            replay: self.replay.or(parent.replay),
            attempts: self.attempts.or(parent.attempts),
            retries: self.retries.or(parent.retries),
            coverage: Thresholds {
                lines: self.coverage.lines.or(parent.coverage.lines),
                functions: self.coverage.functions.or(parent.coverage.functions),
                branches: self.coverage.branches.or(parent.coverage.branches),
            },
            replies: [self.replies, parent.replies].concat(),
            reply_files: [self.reply_files, parent.reply_files].concat(),
        }
    }
}

fn aws(value: &Item) -> Result<CaseAws, ConfigProblem> {
    match string(value)? {
        "embedded" => Ok(CaseAws::Embedded),
        "cassette" => Ok(CaseAws::Cassette),
        _ => expected(value, "\"embedded\" or \"cassette\""),
    }
}

fn replay(value: &Item) -> Result<ReplayRule, ConfigProblem> {
    match string(value)? {
        "nearest" => Ok(ReplayRule::Nearest),
        "strict" => Ok(ReplayRule::Strict),
        _ => expected(value, "\"nearest\" or \"strict\""),
    }
}

fn thresholds(value: &Item) -> Result<Thresholds, ConfigProblem> {
    let mut thresholds = Thresholds::default();
    for (key, value) in table(value)? {
        let place = match key.name.as_str() {
            "lines" => &mut thresholds.lines,
            "functions" => &mut thresholds.functions,
            "branches" => &mut thresholds.branches,
            _ => return unknown(key, &["lines", "functions", "branches"]),
        };
        *place = Some(percent(value)?);
    }
    Ok(thresholds)
}

pub(super) fn batching(value: &Item) -> Result<Batching, ConfigProblem> {
    let fields = match &value.value {
        ItemValue::Boolean(true) => return Ok(Batching::PLATFORM),
        ItemValue::Boolean(false) => return Ok(Batching::Off),
        ItemValue::Table(fields) => fields,
        _ => {
            return expected(
                value,
                "true, false or a table such as { events = 20, wait = \"10s\" }",
            );
        }
    };
    let Batching::Of {
        mut events,
        mut wait,
    } = Batching::PLATFORM
    else {
        return Ok(Batching::PLATFORM);
    };
    for (key, value) in fields {
        match key.name.as_str() {
            "events" => {
                events = number(value, 1)?;
                if events > LARGEST_BATCH {
                    return expected(value, format_args!("a number from 1 to {LARGEST_BATCH}"));
                }
            }
            "wait" => wait = duration(value)?,
            _ => return unknown(key, &["events", "wait"]),
        }
    }
    Ok(Batching::Of { events, wait })
}
