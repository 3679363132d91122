//! What all reports say of a case in the same words.

use serde_json::Value;

use crate::json::FieldPath;
use crate::report::words::cut;
use crate::suite::{CaseReport, CaseResult, Problem, quoted};

/// What a report says of a case that was left out.
pub const NOT_RUN: &str = "not run: an earlier case failed, and --fail-fast ended the run";

/// A value on one line, shortened to about `most` characters.
pub fn inline(value: &Value, most: usize) -> String {
    cut(&value.to_string(), most).into_owned()
}

/// The problem without colours: one line, and perhaps more below.
pub fn plain(problem: &Problem) -> String {
    match problem {
        Problem::Different(difference) => {
            let place = place(&difference.path);
            let side = |value: &Value| inline(value, 300);
            match (difference.left().map(side), difference.right().map(side)) {
                (Some(expected), Some(got)) => format!("{place}: expected {expected}, got {got}"),
                (Some(expected), None) => format!("{place}: expected {expected}, but it is absent"),
                (None, Some(got)) => format!("{place}: expected to be absent, got {got}"),
                (None, None) => place,
            }
        }
        Problem::NoExpectation => "there is no expectation yet".into(),
        Problem::Miss(text) | Problem::Unused(text) => text.clone(),
        Problem::Broken { message, .. } => message.clone(),
    }
}

/// The problems of one try, and the error that ended it.
pub fn explained(report: &CaseReport) -> Vec<String> {
    let problems = report.problems.iter().map(plain);
    let error = report.error.iter();
    problems
        .chain(error.map(|error| format!("{}: {}", error.name, error.message)))
        .collect()
}

/// `passed on try 3`: what is said of a flaky case.
pub fn passed_at(result: &CaseResult) -> String {
    format!("passed on try {}", result.tries())
}

/// A path in an outcome; the root has none.
pub fn place(path: &FieldPath) -> String {
    match path.0.is_empty() {
        true => "the outcome".to_owned(),
        false => path.to_string(),
    }
}

/// What makes the case pass, where that is known.
pub fn remedy(result: &CaseResult) -> Option<String> {
    let report = &result.report;
    let has = |wanted: fn(&Problem) -> bool| report.problems.iter().any(wanted);
    let function = || quoted(&result.function.path.display().to_string());
    if has(|problem| matches!(problem, Problem::Miss(_))) {
        let missing = format!("segfn record --update-missing {}", function());
        return Some(format!("to record what is missing: {missing}"));
    }
    if report.can_be_accepted() {
        return Some(format!("if that is right: {}", result.command("accept")));
    }
    if has(|problem| matches!(problem, Problem::Unused(_))) {
        let again = format!("segfn record --update {}", function());
        return Some(format!("to record its traffic again: {again}"));
    }
    report.problems.iter().find_map(|problem| match problem {
        Problem::Broken { hint, .. } => hint.clone(),
        _ => None,
    })
}
