//! JUnit's XML, which every CI reads. It comes as a whole, at the end.

use std::collections::BTreeMap;

use quick_junit::NonSuccessKind;
use quick_junit::Report;
use quick_junit::TestCase;
use quick_junit::TestCaseStatus;
use quick_junit::TestRerun;
use quick_junit::TestSuite;

use super::CaseReport;
use super::plain;
use super::remedy;
use crate::suite::CaseResult;
use crate::suite::Totals;
use crate::suite::Verdict;

/// See the module.
#[derive(Default)]
pub struct Junit {
    /// By the function's path.
    suites: BTreeMap<String, Vec<TestCase>>,
}

impl CaseReport for Junit {
    fn case(&mut self, result: &CaseResult) -> String {
        let mut lines: Vec<String> = result.problems.iter().map(plain).collect();
        let summary = lines.first().cloned().unwrap_or_default();
        if let Some(error) = result.error.as_ref().filter(|_| !lines.is_empty()) {
            lines.push(error.stack.clone().unwrap_or(error.message.clone()));
        }
        lines.extend(remedy(result).filter(|_| result.verdict.is_failure()));
        let status = match result.verdict {
            Verdict::Passed => TestCaseStatus::success(),
            Verdict::Flaky => {
                let mut status = TestCaseStatus::success();
                for _ in 1..result.tries {
                    status.add_rerun(TestRerun::new(NonSuccessKind::Failure));
                }
                status
            }
            failure => {
                let kind = match failure {
                    Verdict::Broken => NonSuccessKind::Error,
                    _ => NonSuccessKind::Failure,
                };
                let mut status = TestCaseStatus::non_success(kind);
                status
                    .set_message(summary)
                    .set_type(failure.name())
                    .set_description(lines.join("\n"));
                status
            }
        };
        let name = result.id.rsplit('/').next().unwrap_or(&result.id);
        let mut case = TestCase::new(name, status);
        let suite = result.function.path.display().to_string();
        case.set_classname(suite.clone()).set_time(result.time);
        self.suites.entry(suite).or_default().push(case);
        String::new()
    }

    fn finish(&mut self, totals: &Totals) -> String {
        let mut report = Report::new("segfn");
        report.set_time(totals.time);
        for (name, mut cases) in std::mem::take(&mut self.suites) {
            cases.sort_by(|a, b| a.name.cmp(&b.name));
            let mut suite = TestSuite::new(name);
            suite.add_test_cases(cases);
            report.add_test_suite(suite);
        }
        // Writing into memory doesn't fail.
        report.to_string().unwrap_or_default()
    }
}
