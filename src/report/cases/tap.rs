//! TAP version 14.

use super::CaseReport;
use super::plain;
use super::remedy;
use crate::suite::CaseResult;
use crate::suite::Totals;
use crate::suite::Verdict;

/// See the module.
#[derive(Default)]
pub struct Tap {
    cases: usize,
}

impl CaseReport for Tap {
    fn case(&mut self, result: &CaseResult) -> String {
        let mut text = String::new();
        if self.cases == 0 {
            text.push_str("TAP version 14\n");
        }
        self.cases += 1;
        let not = if result.verdict.is_failure() {
            "not "
        } else {
            ""
        };
        // A `#` begins a directive, and a backslash an escape.
        let id = result.id.replace('\\', "\\\\").replace('#', "\\#");
        text.push_str(&format!("{not}ok {} - {id}\n", self.cases));
        let mut notes: Vec<String> = result.problems.iter().map(plain).collect();
        if result.verdict == Verdict::Flaky {
            notes = vec![format!("flaky: passed at try {}", result.tries)];
        } else if result.verdict.is_failure() {
            notes.extend(remedy(result));
        }
        if !notes.is_empty() {
            text.push_str("  ---\n  message: |\n");
            for line in notes.iter().flat_map(|note| note.lines()) {
                text.push_str(&format!("    {line}\n"));
            }
            text.push_str("  ...\n");
        }
        text
    }

    fn finish(&mut self, _totals: &Totals) -> String {
        match self.cases {
            0 => "TAP version 14\n1..0\n".into(),
            cases => format!("1..{cases}\n"),
        }
    }
}
