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
    /// Those of them that can't be read.
    pub unreadable: usize,
    /// Left out by `--fail-fast`.
    pub not_run: usize,
    /// Written by `--accept`.
    pub accepted: usize,
    /// Those that pass, and got answers which were recorded for other requests.
    pub assumed: usize,
    pub time: Duration,
    /// The slowest, slowest first.
    pub slowest: Vec<(String, Duration)>,
    /// How many of these are kept.
    kept: usize,
}

impl Totals {
    /// Of no case yet, to keep so many of the slowest.
    pub fn keeping(slowest: usize) -> Totals {
        Totals {
            kept: slowest,
            ..Totals::default()
        }
    }

    /// Counts a case.
    pub fn add(&mut self, result: &CaseResult) {
        match result.report.verdict {
            Verdict::Passed => self.passed += 1,
            Verdict::Flaky => self.flaky += 1,
            Verdict::Failed => self.failed += 1,
            Verdict::Broken => self.broken += 1,
        }
        let rests = !result.report.verdict.is_failure() && !result.report.assumed.is_empty();
        self.assumed += usize::from(rests);
        self.unreadable += usize::from(result.report.unreadable);
        let time = result.report.time;
        let at = self.slowest.partition_point(|(_, other)| *other >= time);
        if at < self.kept {
            self.slowest.insert(at, (result.id.clone(), time));
            self.slowest.truncate(self.kept);
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
