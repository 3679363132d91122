//! What came of one try of a case.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::assumed::{AcceptableRequest, AssumedAnswer};
use super::case_trace::InvocationTrace;
use super::expected::Expected;
use super::problem::Problem;
use crate::coverage::ScriptCoverage;
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

    /// Whether a run with such a case fails.
    pub fn is_failure(self) -> bool {
        matches!(self, Verdict::Failed | Verdict::Broken)
    }
}

/// What came of one try of a case. It goes from process to process.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CaseReport {
    pub verdict: Verdict,
    /// Why it doesn't pass. What causes the others comes first.
    pub problems: Vec<Problem>,
    /// The classes of its outcomes.
    pub classes: Vec<String>,
    /// The error that ended its last invocation, whether it was expected or not.
    pub error: Option<Failure>,
    /// Whether the case, or an input of it, can't be read.
    pub unreadable: bool,
    /// Wall time.
    pub time: Duration,
    /// What it did, to be accepted; absent where it could not be run.
    pub got: Option<Expected>,
    /// The answers that were recorded for other requests, in their order.
    pub assumed: Vec<AssumedAnswer>,
    /// What cassettes are to say when what it did is accepted.
    pub requests: Vec<AcceptableRequest>,
    /// What of the function ran, if that was to be counted.
    pub coverage: Option<ScriptCoverage>,
    /// What its invocations did, if that was to be kept.
    pub trace: Vec<InvocationTrace>,
    /// How often the case is run again while it fails, as its configuration or the suite's says.
    pub retries: Option<u32>,
}

impl CaseReport {
    /// A case that passes and did nothing.
    pub fn passed() -> CaseReport {
        CaseReport {
            verdict: Verdict::Passed,
            problems: Vec::new(),
            classes: Vec::new(),
            error: None,
            unreadable: false,
            time: Duration::ZERO,
            got: None,
            assumed: Vec::new(),
            requests: Vec::new(),
            coverage: None,
            trace: Vec::new(),
            retries: None,
        }
    }

    /// A case that could not be run or compared.
    pub fn broken(message: String, hint: Option<String>) -> CaseReport {
        CaseReport {
            verdict: Verdict::Broken,
            problems: vec![Problem::Broken { message, hint }],
            ..CaseReport::passed()
        }
    }

    /// Whether what it did can be accepted: it differs, and its requests were answered.
    pub fn can_be_accepted(&self) -> bool {
        let has = |wanted: fn(&Problem) -> bool| self.problems.iter().any(wanted);
        self.got.is_some()
            && has(Problem::is_repaired_by_accepting)
            && !has(|problem| matches!(problem, Problem::Miss(_)))
    }

    /// Whether nothing was expected of it so far, and its requests were answered.
    pub fn is_new(&self) -> bool {
        let nothing = |problem: &Problem| matches!(problem, Problem::NoExpectation);
        self.can_be_accepted() && self.problems.iter().any(nothing)
    }

    /// Takes what it did as what it should do from now on; what else is wrong with it stays.
    pub fn accept(&mut self) {
        self.problems
            .retain(|problem| !problem.is_repaired_by_accepting());
        if self.problems.is_empty() {
            self.verdict = Verdict::Passed;
        }
    }
}
