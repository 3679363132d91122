//! TAP version 14.

use super::CaseReporter;
use super::wording::{NOT_RUN, passed_at, remedy, told};
use crate::report::words::{visible, visible_line};
use crate::suite::{CaseResult, Totals, UnrunCase, Verdict};

/// See the module.
#[derive(Default)]
pub struct TapReporter {
    cases: usize,
}

impl CaseReporter for TapReporter {
    fn case(&mut self, result: &CaseResult) -> String {
        let report = &result.report;
        let mut notes = Vec::new();
        if report.verdict == Verdict::Flaky {
            notes.push(format!("flaky: {}", passed_at(result)));
        }
        let failed = result.all_tries().filter(|one| one.verdict.is_failure());
        for (number, failed) in (1..).zip(failed) {
            let mut problems: Vec<String> = told(failed).collect();
            if result.tries() > 1 {
                problems.insert(0, format!("try {number} failed:"));
            }
            notes.extend(problems);
        }
        notes.extend(remedy(result).filter(|_| report.verdict.is_failure()));
        let mut text = self.line(&result.id, report.verdict.is_failure());
        text.push('\n');
        if !notes.is_empty() {
            text.push_str("  ---\n  message: |\n");
            let notes = visible(&notes.join("\n")).into_owned();
            for line in notes.lines() {
                text.push_str(&format!("    {line}\n"));
            }
            text.push_str("  ...\n");
        }
        text
    }

    fn not_run(&mut self, case: &UnrunCase) -> String {
        let line = self.line(&case.id, false);
        format!("{line} # SKIP {NOT_RUN}\n")
    }

    fn finish(&mut self, _totals: &Totals) -> String {
        match self.cases {
            0 => "TAP version 14\n1..0\n".into(),
            cases => format!("1..{cases}\n"),
        }
    }
}

impl TapReporter {
    /// The line of the next case, after the version if it is the first.
    fn line(&mut self, id: &str, is_failure: bool) -> String {
        let version = match self.cases {
            0 => "TAP version 14\n",
            _ => "",
        };
        self.cases += 1;
        let not = if is_failure { "not " } else { "" };
        // A `#` begins a directive, and a backslash an escape.
        let id = visible_line(id).replace('\\', "\\\\").replace('#', "\\#");
        format!("{version}{not}ok {} - {id}", self.cases)
    }
}
