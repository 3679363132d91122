//! What all reports say of a case in the same words.

use crate::json::{FieldPath, Json};
use crate::report::words::cut;
use crate::suite::{AssumedAnswer, CaseLocation, CaseReport, CaseResult, Problem, quoted};

/// What a report says of a case that was left out.
pub const NOT_RUN: &str = "not run: an earlier case failed, and --fail-fast ended the run";

/// A value on one line, shortened to about `most` characters.
pub fn inline(value: &Json, most: usize) -> String {
    cut(&value.to_string(), most).into_owned()
}

/// The problem without colours: one line, and perhaps more below.
pub fn plain(problem: &Problem) -> String {
    match problem {
        Problem::Different(difference) => {
            let place = place(&difference.path);
            let side = |value: &Json| inline(value, 300);
            match (difference.left().map(side), difference.right().map(side)) {
                (Some(expected), Some(got)) => format!("{place}: expected {expected}, got {got}"),
                (Some(expected), None) => format!("{place}: expected {expected}, but it is absent"),
                (None, Some(got)) => format!("{place}: expected to be absent, got {got}"),
                (None, None) => place,
            }
        }
        Problem::NoExpectation => "there is no expectation yet".into(),
        Problem::Miss(text) | Problem::Unused(text) | Problem::UnusedReply(text) => text.clone(),
        Problem::Broken { message, .. } => message.clone(),
    }
}

/// What is said of an answer that was recorded for another request.
pub fn assumed(answer: &AssumedAnswer) -> String {
    format!(
        "{}: answered as recorded for a request that differs ({})",
        answer.exchange, answer.from
    )
}

/// What is wrong with a try, and what it rests on.
pub fn told(report: &CaseReport) -> impl Iterator<Item = String> {
    let problems = report.problems.iter().map(plain);
    problems.chain(report.assumed.iter().map(assumed))
}

/// The problems of one try, and the error that ended it.
pub fn explained(report: &CaseReport) -> Vec<String> {
    let problems = told(report);
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
    let is_missing = has(|problem| matches!(problem, Problem::Miss(_)));
    let is_unused = has(|problem| matches!(problem, Problem::Unused(_)));
    if is_missing
        && is_unused
        && let CaseLocation::Folder(folder) = &result.location
    {
        // What is missing took the place of what isn't asked for any more.
        let again = quoted(&folder.display().to_string());
        return Some(format!(
            "its requests have changed; to record its traffic again: segfn record --update {again}"
        ));
    }
    if is_missing {
        let missing = format!("segfn record --update-missing {}", function());
        return Some(format!("to record what is missing: {missing}"));
    }
    if report.can_be_accepted() {
        return Some(format!("if that is right: {}", result.command("accept")));
    }
    if is_unused {
        let again = format!("segfn record --update {}", function());
        return Some(format!("to record its traffic again: {again}"));
    }
    if has(|problem| matches!(problem, Problem::UnusedReply(_))) {
        return Some("take the reply out, or change what it is for".to_owned());
    }
    report.problems.iter().find_map(|problem| match problem {
        Problem::Broken { hint, .. } => hint.clone(),
        _ => None,
    })
}
