//! For people: what failed and why, and in the end how it went.

use std::fmt::Write;
use std::sync::Arc;

use super::CaseReporter;
use super::wording::{assumed, inline, passed_at, place, remedy};
use crate::json::{Difference, Json};
use crate::report::line_diff::{Side, diff_lines, has_lines};
use crate::report::words::{count, duration, visible, visible_line};
use crate::report::{Palette, frame};
use crate::secrets::Secrets;
use crate::suite::{CaseResult, Problem, Totals, UnrunCase, Verdict};

/// Problems of one case that are shown.
const MOST_PROBLEMS: usize = 12;
/// Lines of one difference that are shown.
const MOST_LINES: usize = 30;

/// Which cases are listed beside those that don't pass.
#[derive(Clone, Copy, Debug, Default)]
pub struct ListedCases {
    /// All that pass.
    pub passed: bool,
    /// Those that rest on answers which were recorded for other requests.
    pub assumed: bool,
    /// The slowest, in the end, which are else only named.
    pub slowest: bool,
}

/// See the module.
pub struct TextReporter {
    pub palette: Palette,
    /// Of the terminal, in columns.
    pub width: usize,
    /// Taken out of the lines of code that are shown, before they are cut.
    pub secrets: Arc<Secrets>,
    pub listed: ListedCases,
}

impl CaseReporter for TextReporter {
    fn case(&mut self, result: &CaseResult) -> String {
        let mut text = String::new();
        // Writing into a string doesn't fail.
        let _ = self.write_case(&mut text, result);
        text
    }

    /// The totals tell how many there are.
    fn not_run(&mut self, _case: &UnrunCase) -> String {
        String::new()
    }

    fn finish(&mut self, totals: &Totals) -> String {
        let Palette {
            good,
            bad,
            warn,
            dim,
            ..
        } = self.palette;
        let mut parts = Vec::new();
        let counted = [
            (totals.passed, "passed", good),
            (totals.flaky, "flaky", warn),
            (totals.failed, "failed", bad),
            (totals.broken, "broken", bad),
            (totals.not_run, "not run", warn),
        ];
        for (count, name, style) in counted.into_iter().filter(|(count, ..)| *count > 0) {
            parts.push(format!("{style}{count} {name}{style:#}"));
        }
        if totals.accepted > 0 {
            parts.push(format!("{} accepted", totals.accepted));
        }
        let mut text = String::new();
        let slowest = totals
            .slowest
            .iter()
            .map(|(id, time)| (visible_line(id), duration(time.as_secs_f64() * 1e3)));
        if self.listed.slowest {
            for (id, time) in slowest {
                let _ = writeln!(text, "{time:>9}  {id}");
            }
        } else if totals.run() > 10 {
            // One line about speed, where there is something to choose from.
            let slowest: Vec<String> = slowest.map(|(id, time)| format!("{id} {time}")).collect();
            let _ = writeln!(text, "{dim}slowest: {}{dim:#}", slowest.join(", "));
        }
        if totals.assumed > 0 && !self.listed.assumed {
            let rest = match totals.assumed {
                1 => "1 case rests".to_owned(),
                cases => format!("{cases} cases rest"),
            };
            let _ = writeln!(
                text,
                "{dim}{rest} on answers that were recorded for other requests (--assumed){dim:#}"
            );
        }
        let cases = (totals.run() + totals.not_run) as u64;
        let cases = count(cases, "case", "cases");
        let colon = if parts.is_empty() { "" } else { ": " };
        let time = duration(totals.time.as_secs_f64() * 1e3);
        let _ = writeln!(text, "{cases}{colon}{} in {time}", parts.join(", "));
        text
    }
}

impl TextReporter {
    fn write_case(&self, out: &mut String, result: &CaseResult) -> std::fmt::Result {
        let Palette {
            good,
            bad,
            warn,
            dim,
            bold,
            ..
        } = self.palette;
        let (style, symbol) = match result.report.verdict {
            Verdict::Passed if !self.lists(result) => return Ok(()),
            Verdict::Passed => (good, "✓"),
            Verdict::Flaky => (warn, "↻"),
            Verdict::Failed => (bad, "✗"),
            Verdict::Broken => (bad, "!"),
        };
        write!(
            out,
            "{style}{symbol} {}{style:#} {bold}{}{bold:#}",
            result.report.verdict.name(),
            visible_line(&result.id)
        )?;
        match result.report.verdict {
            Verdict::Flaky => writeln!(out, "  {}", passed_at(result))?,
            _ => writeln!(
                out,
                "  {dim}{}{dim:#}",
                duration(result.report.time.as_secs_f64() * 1e3)
            )?,
        }
        for problem in result.report.problems.iter().take(MOST_PROBLEMS) {
            self.write_problem(out, problem)?;
        }
        let more = result.report.problems.len().saturating_sub(MOST_PROBLEMS);
        if more > 0 {
            writeln!(out, "  and {more} more")?;
        }
        if self.listed.assumed || result.report.verdict.is_failure() {
            for answer in &result.report.assumed {
                indented(out, &visible(&assumed(answer)))?;
            }
        }
        if result.report.verdict.is_failure() {
            self.write_error(out, result)?;
            writeln!(
                out,
                "  {dim}in {}{dim:#}",
                visible_line(&result.location.shown())
            )?;
            if let Some(remedy) = remedy(result) {
                writeln!(out, "  {}", visible(&remedy))?;
            }
            writeln!(out)?;
        }
        Ok(())
    }

    /// Whether a case that passes is listed.
    fn lists(&self, result: &CaseResult) -> bool {
        self.listed.passed || self.listed.assumed && !result.report.assumed.is_empty()
    }

    fn write_problem(&self, out: &mut String, problem: &Problem) -> std::fmt::Result {
        match problem {
            Problem::Different(difference) => self.write_difference(out, difference),
            Problem::NoExpectation => writeln!(out, "  there is no expectation yet"),
            Problem::Miss(text) | Problem::Unused(text) | Problem::UnusedReply(text) => {
                indented(out, &visible(text))
            }
            Problem::Broken { message, .. } => indented(out, &visible(message)),
        }
    }

    fn write_difference(&self, out: &mut String, difference: &Difference) -> std::fmt::Result {
        let Palette {
            good, bad, bold, ..
        } = self.palette;
        writeln!(out, "  {bold}{}{bold:#}", visible(&place(&difference.path)))?;
        if let (Some(expected), Some(got)) = (difference.left(), difference.right())
            && (has_lines(expected) || has_lines(got))
        {
            return self.write_lines(out, expected, got);
        }
        let width = self.width.saturating_sub(8).max(40);
        let side = |value: &Json| visible(&inline(value, width * 3)).into_owned();
        if let Some(value) = difference.left() {
            writeln!(out, "    {bad}- {}{bad:#}", side(value))?;
        }
        if let Some(value) = difference.right() {
            writeln!(out, "    {good}+ {}{good:#}", side(value))?;
        }
        Ok(())
    }

    /// What differs between two values of several lines.
    fn write_lines(&self, out: &mut String, expected: &Json, got: &Json) -> std::fmt::Result {
        let Palette { good, bad, dim, .. } = self.palette;
        for line in diff_lines(Some(expected), Some(got), MOST_LINES) {
            let style = match line.side {
                Side::Left => bad,
                Side::Right => good,
                Side::Both | Side::Gap => dim,
            };
            let (sign, text) = (line.side.sign(), visible(&line.text));
            writeln!(out, "    {style}{sign} {text}{style:#}")?;
        }
        Ok(())
    }

    fn write_error(&self, out: &mut String, result: &CaseResult) -> std::fmt::Result {
        let Some(error) = &result.report.error else {
            return Ok(());
        };
        writeln!(
            out,
            "  {}",
            visible(&format!("{}: {}", error.name, error.message))
        )?;
        let framed = error.at.and_then(|at| {
            let function = &result.function;
            frame(
                &function.path,
                &function.source,
                at,
                self.palette.color,
                self.width,
                &self.secrets,
            )
        });
        framed.map_or(Ok(()), |framed| indented(out, &framed))
    }
}

fn indented(out: &mut String, text: &str) -> std::fmt::Result {
    text.lines().try_for_each(|line| writeln!(out, "  {line}"))
}
