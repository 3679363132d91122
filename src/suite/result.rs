//! What came of running a case.

use std::ops::Deref;
use std::ops::DerefMut;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;

use super::expected::Expected;
use super::find::CaseLocation;
use crate::coverage::ScriptCoverage;
use crate::json::Difference;
use crate::outcome::Failure;

/// How a case went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    Passed,
    /// It failed at first and passed when it was run again.
    Flaky,
    /// It does something else than expected.
    Failed,
    /// It could not be run or compared.
    Broken,
}

impl Verdict {
    /// The name in reports for programs.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Passed => "passed",
            Verdict::Flaky => "flaky",
            Verdict::Failed => "failed",
            Verdict::Broken => "broken",
        }
    }

    pub fn is_failure(self) -> bool {
        matches!(self, Verdict::Failed | Verdict::Broken)
    }
}

/// One reason for a case not to pass.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Problem {
    Different(Difference),
    /// There is nothing to compare with yet.
    NoExpectation,
    /// A request that the cassette has no answer to; what is nearest stands below.
    Miss(String),
    /// Something in the cassette that no request asked for.
    Unused(String),
    /// The case can't be read, or the function can't be loaded.
    Broken {
        message: String,
        hint: Option<String>,
    },
}

/// What came of a case. It goes from process to process.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Judged {
    pub verdict: Verdict,
    pub problems: Vec<Problem>,
    /// The classes of its outcomes.
    pub classes: Vec<String>,
    /// The error that ended its last invocation, whether it was expected or not.
    pub error: Option<Failure>,
    /// Wall time of the last try.
    pub time: Duration,
    /// What it did, to be accepted; absent where it could not be run.
    pub got: Option<Expected>,
    /// What of the function ran, if that was to be counted.
    pub coverage: Option<ScriptCoverage>,
}

/// The case that was run, and what came of it.
#[derive(Clone, Debug)]
pub struct CaseResult {
    /// The number of its suite, in the order in which [`super::run()`] was given them.
    pub suite: usize,
    /// `FUNCTION'S FOLDER/NAME`: what filters choose by, and `segfn accept` takes.
    pub id: String,
    pub location: CaseLocation,
    pub function: Arc<FunctionText>,
    /// How often it was run: more than once only with `--retries`.
    pub tries: u32,
    pub judged: Judged,
}

impl Deref for CaseResult {
    type Target = Judged;

    fn deref(&self) -> &Judged {
        &self.judged
    }
}

impl DerefMut for CaseResult {
    fn deref_mut(&mut self) -> &mut Judged {
        &mut self.judged
    }
}

/// The function's file, for the lines around an error.
#[derive(Debug, Default)]
pub struct FunctionText {
    pub path: PathBuf,
    pub source: Arc<str>,
}

impl CaseResult {
    /// Whether what it did can be accepted: it differs, and its requests were answered.
    pub fn can_be_accepted(&self) -> bool {
        let has = |wanted: fn(&Problem) -> bool| self.problems.iter().any(wanted);
        self.got.is_some()
            && has(|p| matches!(p, Problem::Different(_) | Problem::NoExpectation))
            && !has(|p| matches!(p, Problem::Miss(_)))
    }

    /// Whether nothing was expected of it so far, and its requests were answered.
    pub fn is_new(&self) -> bool {
        let nothing = |problem: &Problem| matches!(problem, Problem::NoExpectation);
        self.can_be_accepted() && self.problems.iter().any(nothing)
    }

    /// What it did is what it should do from now on; what else is wrong with it stays.
    pub fn accepted(&mut self) {
        self.problems
            .retain(|p| !matches!(p, Problem::Different(_) | Problem::NoExpectation));
        if self.problems.is_empty() {
            self.verdict = Verdict::Passed;
        }
    }

    /// A command on this case.
    pub fn command(&self, verb: &str) -> String {
        let case = match &self.location {
            CaseLocation::Folder(path) => path.display().to_string(),
            CaseLocation::Line { .. } => self.id.clone(),
        };
        format!("segfn {verb} {}", quoted(&case))
    }
}

/// `text` as a shell takes it for one word.
pub fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-:@+".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

/// Counts over all cases.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    pub passed: usize,
    pub flaky: usize,
    pub failed: usize,
    pub broken: usize,
    /// Left out by `--fail-fast`.
    pub not_run: usize,
    /// Written by `--accept`.
    pub accepted: usize,
    pub time: Duration,
    /// The slowest, slowest first.
    pub slowest: Vec<(String, Duration)>,
}

/// How many of the slowest cases are kept.
const SLOWEST: usize = 5;

impl Totals {
    pub fn add(&mut self, result: &CaseResult) {
        match result.verdict {
            Verdict::Passed => self.passed += 1,
            Verdict::Flaky => self.flaky += 1,
            Verdict::Failed => self.failed += 1,
            Verdict::Broken => self.broken += 1,
        }
        let at = self
            .slowest
            .partition_point(|(_, time)| *time >= result.time);
        if at < SLOWEST {
            self.slowest.insert(at, (result.id.clone(), result.time));
            self.slowest.truncate(SLOWEST);
        }
    }

    /// How many cases were run.
    pub fn run(&self) -> usize {
        self.passed + self.flaky + self.failed + self.broken
    }

    pub fn any_failed(&self) -> bool {
        self.failed + self.broken > 0
    }
}
