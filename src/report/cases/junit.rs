//! JUnit's XML, which every CI reads. It comes as a whole, at the end.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use quick_junit::{
    NonSuccessKind, Report, TestCase, TestCaseStatus, TestRerun, TestSuite, XmlString,
};

use super::CaseReporter;
use super::wording::{NOT_RUN, plain, remedy, told};
use crate::report::words::{visible, visible_line};
use crate::secrets::Secrets;
use crate::suite::{CaseReport, CaseResult, FunctionText, Totals, UnrunCase, Verdict};

/// See the module.
pub struct JunitReporter {
    secrets: Arc<Secrets>,
    /// By the function's path.
    suites: BTreeMap<String, Vec<TestCase>>,
}

impl CaseReporter for JunitReporter {
    /// Reruns are told as Maven's Surefire does it: a case that passes in the end has a `flakyFailure`
    /// for each try that failed; one that fails has the `failure` of its first try, and a
    /// `rerunFailure` for each that followed.
    fn case(&mut self, result: &CaseResult) -> String {
        let (status, time) = match result.report.verdict {
            Verdict::Passed | Verdict::Flaky => {
                let mut status = TestCaseStatus::success();
                status.add_reruns(result.earlier.iter().map(|report| self.rerun(report)));
                (status, result.report.time)
            }
            Verdict::Failed | Verdict::Broken => {
                let mut tries = result.all_tries();
                let first = tries.next().unwrap_or(&result.report);
                let mut lines = vec![description(first)];
                lines.extend(remedy(result));
                let mut status = TestCaseStatus::non_success(kind(first));
                status
                    .set_message(self.xml(&message(first)))
                    .set_type(first.verdict.name())
                    .set_description(self.xml(&lines.join("\n")))
                    .add_reruns(tries.map(|report| self.rerun(report)));
                (status, first.time)
            }
        };
        let case = self.add(&result.id, &result.function, status);
        case.set_time(time);
        String::new()
    }

    fn not_run(&mut self, case: &UnrunCase) -> String {
        let mut status = TestCaseStatus::skipped();
        status.set_message(NOT_RUN);
        self.add(&case.id, &case.function, status);
        String::new()
    }

    fn finish(&mut self, totals: &Totals) -> String {
        let mut report = Report::new("segfn");
        report.set_time(totals.time);
        for (name, mut cases) in std::mem::take(&mut self.suites) {
            cases.sort_by(|a, b| a.name.cmp(&b.name));
            let mut suite = TestSuite::new(self.xml(&name));
            suite.add_test_cases(cases);
            report.add_test_suite(suite);
        }
        // Writing into memory doesn't fail.
        report.to_string().unwrap_or_default()
    }

    /// All texts were redacted before they became XML.
    fn redact<'t>(&self, text: &'t [u8], _secrets: &Secrets) -> Cow<'t, [u8]> {
        Cow::Borrowed(text)
    }
}

impl JunitReporter {
    pub fn new(secrets: Arc<Secrets>) -> JunitReporter {
        JunitReporter {
            secrets,
            suites: BTreeMap::new(),
        }
    }

    /// Adds a case to its function's suite.
    fn add(&mut self, id: &str, function: &FunctionText, status: TestCaseStatus) -> &mut TestCase {
        let suite = function.path.display().to_string();
        let name = id.rsplit('/').next().unwrap_or(id);
        let mut case = TestCase::new(self.xml(&visible_line(name)), status);
        case.set_classname(self.xml(&visible_line(&suite)));
        let cases = self.suites.entry(suite).or_default();
        cases.push_mut(case)
    }

    fn rerun(&self, report: &CaseReport) -> TestRerun {
        let mut rerun = TestRerun::new(kind(report));
        rerun
            .set_time(report.time)
            .set_message(self.xml(&message(report)))
            .set_type(report.verdict.name())
            .set_description(self.xml(&description(report)));
        rerun
    }

    /// `text` as XML can hold it, without secrets: afterwards they could be words of the format, or be
    /// escaped. [`XmlString`] takes out control characters, but not the two characters of Unicode that
    /// no text may have.
    fn xml(&self, text: &str) -> XmlString {
        let text = XmlString::new(visible(&self.secrets.redact_text(text)));
        let is_no_character = |c| matches!(c, '\u{fffe}' | '\u{ffff}');
        match text.contains(is_no_character) {
            true => XmlString::new(text.replace(is_no_character, "\u{fffd}")),
            false => text,
        }
    }
}

fn kind(report: &CaseReport) -> NonSuccessKind {
    match report.verdict {
        Verdict::Broken => NonSuccessKind::Error,
        _ => NonSuccessKind::Failure,
    }
}

/// The first problem, which the others may follow from.
fn message(report: &CaseReport) -> String {
    report.problems.first().map(plain).unwrap_or_default()
}

/// All problems, and the stack of the error that ended the case.
fn description(report: &CaseReport) -> String {
    let mut lines: Vec<String> = told(report).collect();
    if let Some(error) = &report.error {
        lines.push(error.stack.clone().unwrap_or(error.message.clone()));
    }
    lines.join("\n")
}
