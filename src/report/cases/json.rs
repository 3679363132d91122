//! One JSON object a line: each case, then the totals.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use super::CaseReport;
use super::plain;
use super::remedy;
use crate::suite::CaseResult;
use crate::suite::Problem;
use crate::suite::Totals;

/// The version of the form (docs/testing.md).
const FORMAT_VERSION: u32 = 1;

/// See the module.
#[derive(Default)]
pub struct Json;

impl CaseReport for Json {
    fn case(&mut self, result: &CaseResult) -> String {
        let problems: Vec<Value> = result.problems.iter().map(problem).collect();
        let mut line = json!({
            "v": FORMAT_VERSION,
            "case": result.id,
            "path": result.location.shown(),
            "function": result.function.path.display().to_string(),
            "verdict": result.verdict.name(),
            "classes": result.classes,
            "ms": millis(result.time),
        });
        if !problems.is_empty() {
            line["problems"] = problems.into();
        }
        if result.tries > 1 {
            line["tries"] = result.tries.into();
        }
        if let Some(error) = result
            .error
            .as_ref()
            .filter(|_| result.verdict.is_failure())
        {
            line["error"] = json!({"name": error.name, "message": error.message, "at": error.at});
        }
        if let Some(remedy) = remedy(result).filter(|_| result.verdict.is_failure()) {
            line["remedy"] = remedy.into();
        }
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
                "ms": millis(totals.time),
            }
        });
        format!("{line}\n")
    }
}

fn millis(time: std::time::Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}

fn problem(problem: &Problem) -> Value {
    let kind = match problem {
        Problem::Different(_) => "different",
        Problem::NoExpectation => "no-expectation",
        Problem::Miss(_) => "miss",
        Problem::Unused(_) => "unused",
        Problem::Broken { .. } => "broken",
    };
    let mut fields = Map::from_iter([
        ("kind".into(), kind.into()),
        ("text".into(), plain(problem).into()),
    ]);
    if let Problem::Different(difference) = problem {
        fields.insert("path".into(), difference.path.to_string().into());
        let sides = [("expected", difference.left()), ("got", difference.right())];
        for (name, side) in sides {
            if let Some(value) = side {
                fields.insert(name.into(), value.clone());
            }
        }
    }
    Value::Object(fields)
}
