//! Cases as markdown, for a comment on a pull request and for the summary of a job.

use std::borrow::Cow;

use super::CaseReporter;
use super::wording::{assumed, place, plain, remedy};
use crate::report::Texts;
use crate::report::line_diff::diff_lines;
use crate::report::markdown::{Limited, block, code, folded};
use crate::report::words::{count, cut};
use crate::secrets::Secrets;
use crate::suite::{CaseResult, Problem, Totals, UnrunCase, Verdict};

/// A comment may have 65,536 characters: this leaves room for what others add.
const MOST_CHARACTERS: usize = 60_000;
/// Characters that are kept free for the last sentence.
const RESERVE: usize = 200;
/// Problems of one case that are shown.
const MOST_PROBLEMS: usize = 12;
/// Lines of one difference that are shown.
const MOST_LINES: usize = 40;
/// Characters of a name or of a line that are shown.
const COLUMNS: usize = 200;

/// What a program that writes comments finds its own comment by.
const MARK: &str = "<!-- segfn test -->\n";

/// See the module.
pub struct MarkdownReporter {
    texts: Texts,
    /// The cases that don't pass.
    cases: Limited,
    /// How many of them have no place.
    left_out: u64,
}

impl CaseReporter for MarkdownReporter {
    fn case(&mut self, result: &CaseResult) -> String {
        if result.report.verdict != Verdict::Passed
            && !self.cases.push(&self.folded(result), RESERVE)
        {
            self.left_out += 1;
        }
        String::new()
    }

    fn not_run(&mut self, _case: &UnrunCase) -> String {
        String::new()
    }

    fn finish(&mut self, totals: &Totals) -> String {
        let all = (totals.run() + totals.not_run) as u64;
        let counted = [
            (totals.passed, "passed"),
            (totals.flaky, "flaky"),
            (totals.failed, "failed"),
            (totals.broken, "broken"),
            (totals.not_run, "not run"),
        ];
        let counted = counted.iter().filter(|(number, _)| *number > 0);
        let parts: Vec<String> = counted
            .map(|(number, name)| format!("{number} {name}"))
            .collect();
        let mut text = format!(
            "{MARK}### segfn test: {}: {}\n\n{}",
            count(all, "case", "cases"),
            parts.join(", "),
            self.cases.text()
        );
        if self.left_out > 0 {
            let more = count(self.left_out, "more case has", "more cases have");
            text.push_str(&format!("\n{more} no place here.\n"));
        }
        text
    }

    /// All texts were redacted before they became markdown.
    fn redact<'t>(&self, text: &'t [u8], _secrets: &Secrets) -> Cow<'t, [u8]> {
        Cow::Borrowed(text)
    }
}

impl MarkdownReporter {
    pub fn new(texts: Texts) -> MarkdownReporter {
        MarkdownReporter {
            texts,
            cases: Limited::new(MOST_CHARACTERS - RESERVE),
            left_out: 0,
        }
    }

    fn folded(&self, result: &CaseResult) -> String {
        let report = match result.earlier.last() {
            // Of a flaky case it matters why it failed before it passed.
            Some(failed) if result.report.verdict == Verdict::Flaky => failed,
            _ => &result.report,
        };
        let mut inside = String::new();
        for problem in report.problems.iter().take(MOST_PROBLEMS) {
            inside.push_str(&self.problem(problem));
            inside.push('\n');
        }
        let more = report.problems.len().saturating_sub(MOST_PROBLEMS);
        if more > 0 {
            inside.push_str(&format!("and {more} more\n\n"));
        }
        for answer in &report.assumed {
            inside.push_str(&format!("{}\n\n", self.code(&assumed(answer))));
        }
        if let Some(error) = &report.error {
            let text = format!("{}: {}", error.name, error.message);
            inside.push_str(&format!("{}\n\n", self.code(&text)));
        }
        if let Some(remedy) = remedy(result).filter(|_| result.report.verdict.is_failure()) {
            inside.push_str(&format!("{}\n", self.code(&remedy)));
        }
        let verdict = result.report.verdict.name();
        folded(&format!("{verdict} {}", self.code(&result.id)), &inside)
    }

    fn problem(&self, problem: &Problem) -> String {
        let Problem::Different(difference) = problem else {
            let text = plain(problem);
            return block("", text.lines().map(|line| self.line(line)));
        };
        let lines = diff_lines(difference.left(), difference.right(), MOST_LINES);
        let lines = lines
            .iter()
            .map(|line| self.line(&format!("{} {}", line.side.sign(), line.text)));
        format!(
            "{}\n\n{}",
            self.code(&place(&difference.path)),
            block("diff", lines)
        )
    }

    fn line(&self, text: &str) -> String {
        cut(&self.texts.line(text), COLUMNS).into_owned()
    }

    fn code(&self, text: &str) -> String {
        code(&self.line(text))
    }
}
