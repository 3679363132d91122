//! Annotations that GitHub Actions shows in a pull request, at the function's line where there is
//! one and else at the case.

use super::CaseReporter;
use super::wording::{NOT_RUN, explained, passed_at, remedy};
use crate::report::annotation::{AnnotatedPlace, annotation};
use crate::suite::{CaseLocation, CaseResult, EXPECTED_FILE, Totals, UnrunCase, Verdict};

/// See the module.
#[derive(Default)]
pub struct GithubReporter {
    not_run: Vec<String>,
}

impl CaseReporter for GithubReporter {
    fn case(&mut self, result: &CaseResult) -> String {
        let report = &result.report;
        let level = match report.verdict {
            Verdict::Passed => return String::new(),
            Verdict::Flaky => "warning",
            Verdict::Failed | Verdict::Broken => "error",
        };
        // Of a flaky case it matters why it failed before it passed.
        let (told, mut lines) = match (report.verdict, result.earlier.last()) {
            (Verdict::Flaky, Some(failed)) => {
                (failed, vec![format!("flaky: {}", passed_at(result))])
            }
            _ => (report, Vec::new()),
        };
        lines.extend(explained(told));
        if result.tries() > 1 && report.verdict.is_failure() {
            lines.push(format!("it failed at each of {} tries", result.tries()));
        }
        lines.extend(remedy(result).filter(|_| report.verdict.is_failure()));
        let (file, line) = match told.error.as_ref().and_then(|error| error.at) {
            Some(place) => (result.function.path.clone(), Some(place.line)),
            None => match &result.location {
                CaseLocation::Line { file, line, .. } => (file.clone(), Some(*line)),
                CaseLocation::Folder(folder) => (folder.join(EXPECTED_FILE), None),
            },
        };
        let place = AnnotatedPlace { file: &file, line };
        let title = format!("segfn: {} {}", result.id, report.verdict.name());
        annotation(level, Some(&place), &title, &lines)
    }

    fn not_run(&mut self, case: &UnrunCase) -> String {
        self.not_run.push(case.id.clone());
        String::new()
    }

    /// GitHub shows only a few annotations of a step, so that all cases that were left out are in one.
    fn finish(&mut self, _totals: &Totals) -> String {
        if self.not_run.is_empty() {
            return String::new();
        }
        let title = match self.not_run.len() {
            1 => "segfn: 1 case was not run".to_owned(),
            cases => format!("segfn: {cases} cases were not run"),
        };
        let text = format!("{NOT_RUN}:\n{}", self.not_run.join("\n"));
        annotation("notice", None, &title, &[text])
    }
}
