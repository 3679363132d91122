//! From what a case did to a report on it.

use std::path::Path;

use super::assumed::{AcceptableRequest, AssumedAnswer};
use super::case_report::{CaseReport, Verdict};
use super::case_trace::InvocationTrace;
use super::expectation::Expectation;
use super::expected::Expected;
use super::problem::Problem;
use crate::cassette::Redactor;
use crate::engine::{EngineError, InputResult, PlanResult};
use crate::outcome::{Failure, Outcome};
use crate::secrets::Secrets;

/// Compares what came of a case's plan with what is expected. `function` is the path of the
/// function's file; `trace` tells whether the report says what the invocations did.
pub fn evaluate(
    result: Result<PlanResult, EngineError>,
    expectation: Expectation,
    function: &Path,
    secrets: &Secrets,
    trace: bool,
) -> CaseReport {
    let retries = expectation.retries;
    let mut report = match result {
        Ok(result) => compared(result, expectation, trace),
        Err(error) => unloaded(error, function),
    };
    // Before a report escapes what it writes: a secret would not be found afterwards.
    if let Some(failure) = &mut report.error {
        redact(failure, secrets);
    }
    for problem in &mut report.problems {
        match problem {
            Problem::Broken { message: text, .. }
            | Problem::Miss(text)
            | Problem::Unused(text)
            | Problem::UnusedReply(text) => {
                *text = redacted(text, secrets);
            }
            // They are between documents that were redacted.
            Problem::Different(_) | Problem::NoExpectation => {}
        }
    }
    CaseReport { retries, ..report }
}

/// The report on a case whose function could not run.
fn unloaded(error: EngineError, function: &Path) -> CaseReport {
    match error {
        EngineError::Load(failure) => {
            let message = format!(
                "{} can't be loaded: {}: {}",
                function.display(),
                failure.name,
                failure.message
            );
            CaseReport {
                error: Some(*failure),
                ..CaseReport::broken(message, None)
            }
        }
        EngineError::NoKind { problem, hint } => {
            CaseReport::broken(format!("{}: {problem}", function.display()), Some(hint))
        }
        error => CaseReport::broken(error.to_string(), None),
    }
}

fn compared(result: PlanResult, expectation: Expectation, trace: bool) -> CaseReport {
    let mut report = CaseReport {
        coverage: result.coverage,
        ..CaseReport::passed()
    };
    let mut outcomes: Vec<Outcome> = Vec::with_capacity(result.results.len());
    for result in result.results {
        match result {
            InputResult::Outcome(outcome) => outcomes.push(*outcome),
            InputResult::BadInput { input, problem, .. } => {
                return CaseReport {
                    coverage: report.coverage,
                    unreadable: true,
                    ..CaseReport::broken(format!("{input}: {problem}"), None)
                };
            }
        }
    }
    report.classes = outcomes
        .iter()
        .map(|outcome| outcome.class.name().to_owned())
        .collect();
    report.error = outcomes.last().and_then(|outcome| outcome.error.clone());
    let deleted: Vec<String> = result
        .deleted
        .iter()
        .map(|(bucket, key)| format!("s3://{bucket}/{key}"))
        .collect();
    let mut got = Expected::new(&outcomes, &result.objects, &deleted, expectation.logs);
    let redactor = expectation.replayer.redactor().clone();
    if trace {
        let outcomes = outcomes.iter();
        report.trace = outcomes
            .map(|outcome| InvocationTrace::new(outcome, &redactor))
            .collect();
    }
    got.redact(&redactor);
    got.mask(&expectation.rules);
    report.assumed = AssumedAnswer::all(&outcomes);
    report.requests =
        AcceptableRequest::all(&expectation.replayer, expectation.own_cassette.as_ref());
    report.problems = problems(expectation, &got, &redactor);
    if !report.problems.is_empty() {
        report.verdict = Verdict::Failed;
    }
    report.got = Some(got);
    report
}

fn problems(expectation: Expectation, got: &Expected, redactor: &Redactor) -> Vec<Problem> {
    // The rest may follow from the requests that had no answer.
    let misses = expectation.replayer.misses().into_iter();
    let mut problems: Vec<Problem> = misses.map(|miss| Problem::Miss(miss.to_string())).collect();
    match expectation.document {
        None => problems.push(Problem::NoExpectation),
        Some(mut expected) => {
            // Somebody may have written it by hand.
            expected.redact(redactor);
            expected.mask(&expectation.rules);
            let differences = expected.compare(got).into_iter();
            problems.extend(differences.map(Problem::Different));
        }
    }
    let unused = expectation.replies.unused().into_iter();
    problems.extend(unused.map(|unused| Problem::UnusedReply(unused.to_string())));
    let own = expectation.own_cassette.iter();
    let own = own.filter(|own| own.must_be_used);
    let unused = own.flat_map(|own| expectation.replayer.unused(&own.name));
    problems.extend(unused.map(|unused| Problem::Unused(format!("no request asked for {unused}"))));
    problems
}

fn redact(failure: &mut Failure, secrets: &Secrets) {
    let texts = [&mut failure.name, &mut failure.message];
    for text in texts.into_iter().chain(failure.stack.as_mut()) {
        *text = redacted(text, secrets);
    }
}

fn redacted(text: &str, secrets: &Secrets) -> String {
    secrets.redact_text(text).into_owned()
}
