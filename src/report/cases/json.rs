//! One JSON object a line: each case, then the totals.

use std::borrow::Cow;

use serde_json::json;

use super::CaseReporter;
use super::wording::{assumed, plain, remedy};
use crate::json::Json;
use crate::outcome::Failure;
use crate::secrets::Secrets;
use crate::suite::{CaseReport, CaseResult, Problem, Totals, UnrunCase};

/// The version of the form (docs/testing.md).
const FORMAT_VERSION: u32 = 1;

/// See the module.
#[derive(Default)]
pub struct JsonReporter;

impl CaseReporter for JsonReporter {
    fn case(&mut self, result: &CaseResult) -> String {
        let report = &result.report;
        let mut line = Json::of(&json!({
            "v": FORMAT_VERSION,
            "case": result.id,
            "path": result.location.shown(),
            "function": result.function.path.display().to_string(),
            "verdict": report.verdict.name(),
            "classes": report.classes,
            "ms": millis(report.time),
        }));
        if !report.problems.is_empty() {
            line["problems"] = problems(report);
        }
        if !report.assumed.is_empty() {
            let answers = report.assumed.iter();
            line["assumed"] = answers
                .map(|answer| {
                    Json::object([
                        ("exchange", answer.exchange.to_string().into()),
                        ("method", answer.method.as_str().into()),
                        ("url", answer.url.as_str().into()),
                        ("from", answer.from.as_str().into()),
                        ("text", assumed(answer).into()),
                    ])
                })
                .collect();
        }
        if !result.earlier.is_empty() {
            line["tries"] = result.tries().into();
            line["earlier"] = result.earlier.iter().map(earlier).collect();
        }
        if report.verdict.is_failure() {
            if let Some(failure) = &report.error {
                line["error"] = error(failure);
            }
            if let Some(remedy) = remedy(result) {
                line["remedy"] = remedy.into();
            }
        }
        format!("{line}\n")
    }

    fn not_run(&mut self, case: &UnrunCase) -> String {
        let line = json!({
            "v": FORMAT_VERSION,
            "case": case.id,
            "path": case.location.shown(),
            "function": case.function.path.display().to_string(),
            "verdict": "not-run",
        });
        format!("{line}\n")
    }

    fn finish(&mut self, totals: &Totals) -> String {
        let line = json!({
            "v": FORMAT_VERSION,
            "totals": {
                "cases": totals.run(),
                "passed": totals.passed,
                "flaky": totals.flaky,
                "failed": totals.failed,
                "broken": totals.broken,
                "not_run": totals.not_run,
                "accepted": totals.accepted,
                "assumed": totals.assumed,
                "ms": millis(totals.time),
            }
        });
        format!("{line}\n")
    }

    fn redact<'t>(&self, line: &'t [u8], secrets: &Secrets) -> Cow<'t, [u8]> {
        secrets.redact_json(line)
    }
}

fn millis(time: std::time::Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}

/// A try that failed and was followed by another.
fn earlier(report: &CaseReport) -> Json {
    let mut fields = Json::of(&json!({
        "classes": report.classes,
        "ms": millis(report.time),
    }));
    fields["problems"] = problems(report);
    if let Some(failure) = &report.error {
        fields["error"] = error(failure);
    }
    fields
}

fn error(failure: &Failure) -> Json {
    Json::of(&json!({"name": failure.name, "message": failure.message, "at": failure.at}))
}

fn problems(report: &CaseReport) -> Json {
    report.problems.iter().map(problem).collect()
}

fn problem(problem: &Problem) -> Json {
    let kind = match problem {
        Problem::Different(_) => "different",
        Problem::NoExpectation => "no-expectation",
        Problem::Miss(_) => "miss",
        Problem::Unused(_) => "unused",
        Problem::UnusedReply(_) => "unused-reply",
        Problem::Broken { .. } => "broken",
    };
    let mut fields = Json::object([("kind", kind.into()), ("text", plain(problem).into())]);
    if let Problem::Different(difference) = problem {
        fields["path"] = difference.path.to_string().into();
        let sides = [("expected", difference.left()), ("got", difference.right())];
        for (name, side) in sides {
            if let Some(value) = side {
                fields[name] = value.clone();
            }
        }
    }
    fields
}
