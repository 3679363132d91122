//! Counts over all cases of a run.

use std::time::Duration;

use super::case_report::Verdict;
use super::case_result::CaseResult;

/// Counts over all cases of a run.
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
    /// Counts a case.
    pub fn add(&mut self, result: &CaseResult) {
        match result.report.verdict {
            Verdict::Passed => self.passed += 1,
            Verdict::Flaky => self.flaky += 1,
            Verdict::Failed => self.failed += 1,
            Verdict::Broken => self.broken += 1,
        }
        let time = result.report.time;
        let at = self.slowest.partition_point(|(_, other)| *other >= time);
        if at < SLOWEST {
            self.slowest.insert(at, (result.id.clone(), time));
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
