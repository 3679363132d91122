//! For people: what failed and why, and in the end how it went.

use std::fmt::Write;

use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use super::CaseReporter;
use super::wording::{inline, passed_at, place, remedy};
use crate::json::Difference;
use crate::report::words::{count, duration, visible};
use crate::report::{Palette, frame};
use crate::suite::{CaseResult, Problem, Totals, UnrunCase, Verdict};

/// Problems of one case that are shown.
const MOST_PROBLEMS: usize = 12;
/// Lines of one difference that are shown.
const MOST_LINES: usize = 30;

/// See the module.
pub struct TextReporter {
    pub palette: Palette,
    /// Of the terminal, in columns.
    pub width: usize,
    /// Whether cases that pass are listed too.
    pub all: bool,
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
        // One line about speed, where there is something to choose from.
        if totals.run() > 10 {
            let slowest: Vec<String> = totals
                .slowest
                .iter()
                .take(3)
                .map(|(id, time)| format!("{id} {}", duration(time.as_secs_f64() * 1e3)))
                .collect();
            let _ = writeln!(text, "{dim}slowest: {}{dim:#}", slowest.join(", "));
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
            Verdict::Passed if !self.all => return Ok(()),
            Verdict::Passed => (good, "✓"),
            Verdict::Flaky => (warn, "↻"),
            Verdict::Failed => (bad, "✗"),
            Verdict::Broken => (bad, "!"),
        };
        write!(
            out,
            "{style}{symbol} {}{style:#} {bold}{}{bold:#}",
            result.report.verdict.name(),
            visible(&result.id)
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
        if result.report.verdict.is_failure() {
            self.write_error(out, result)?;
            writeln!(out, "  {dim}in {}{dim:#}", result.location.shown())?;
            if let Some(remedy) = remedy(result) {
                writeln!(out, "  {remedy}")?;
            }
            writeln!(out)?;
        }
        Ok(())
    }

    fn write_problem(&self, out: &mut String, problem: &Problem) -> std::fmt::Result {
        match problem {
            Problem::Different(difference) => self.write_difference(out, difference),
            Problem::NoExpectation => writeln!(out, "  there is no expectation yet"),
            Problem::Miss(text) | Problem::Unused(text) => indented(out, &visible(text)),
            Problem::Broken { message, .. } => indented(out, &visible(message)),
        }
    }

    fn write_difference(&self, out: &mut String, difference: &Difference) -> std::fmt::Result {
        let Palette {
            good, bad, bold, ..
        } = self.palette;
        writeln!(out, "  {bold}{}{bold:#}", visible(&place(&difference.path)))?;
        let texts = [difference.left(), difference.right()].map(lines_of);
        if let [Some(expected), Some(got)] = &texts
            && (expected.contains('\n') || got.contains('\n'))
        {
            return self.write_lines(out, expected, got);
        }
        let width = self.width.saturating_sub(8).max(40);
        let side = |value: &Value| visible(&inline(value, width * 3)).into_owned();
        if let Some(value) = difference.left() {
            writeln!(out, "    {bad}- {}{bad:#}", side(value))?;
        }
        if let Some(value) = difference.right() {
            writeln!(out, "    {good}+ {}{good:#}", side(value))?;
        }
        Ok(())
    }

    /// What differs between two texts of several lines, with one line around.
    fn write_lines(&self, out: &mut String, expected: &str, got: &str) -> std::fmt::Result {
        let Palette { good, bad, dim, .. } = self.palette;
        let diff = TextDiff::from_lines(expected, got);
        let mut left = MOST_LINES;
        for group in diff.grouped_ops(1) {
            for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
                let Some(rest) = left.checked_sub(1) else {
                    return writeln!(out, "    {dim}…{dim:#}");
                };
                left = rest;
                let (sign, style) = match change.tag() {
                    ChangeTag::Delete => ('-', bad),
                    ChangeTag::Insert => ('+', good),
                    ChangeTag::Equal => (' ', dim),
                };
                let line = visible(change.value().trim_end_matches('\n'));
                writeln!(out, "    {style}{sign} {line}{style:#}")?;
            }
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
            )
        });
        framed.map_or(Ok(()), |framed| indented(out, &framed))
    }
}

/// The text to compare by lines: a string's own, or an object's or a list's JSON.
fn lines_of(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.clone()),
        value => serde_json::to_string_pretty(value).ok(),
    }
}

fn indented(out: &mut String, text: &str) -> std::fmt::Result {
    text.lines().try_for_each(|line| writeln!(out, "  {line}"))
}
