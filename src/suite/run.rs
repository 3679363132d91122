//! Runs cases and judges them.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;
use std::time::Instant;

use super::case::CaseError;
use super::expected::Expected;
use super::open::CaseRef;
use super::open::Suite;
use super::prepare::Judge;
use super::prepare::Prepared;
use super::prepare::prepare;
use super::result::CaseResult;
use super::result::Problem;
use super::result::Verdict;
use crate::engine;
use crate::engine::EngineError;
use crate::engine::Plan;
use crate::engine::Played;
use crate::engine::Ran;
use crate::outcome::Failure;
use crate::outcome::Outcome;
use crate::secrets::Secrets;

/// How to run cases.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// Threads.
    pub jobs: usize,
    /// How often a case that fails is run again; the suite's own number without it.
    pub retries: Option<u32>,
    pub secrets: Arc<Secrets>,
    /// Whether results say what of the function ran.
    pub coverage: bool,
}

/// What is known of a case between its reading and its judgement.
struct Pending {
    /// Its index among the chosen cases.
    case: usize,
    began: Instant,
    judge: Judge,
}

/// What the plans' side and the results' side share.
#[derive(Default)]
struct Desk {
    /// By the number of the plan.
    pending: BTreeMap<usize, Pending>,
    plans: usize,
    /// Cases that could not be read.
    broken: Vec<(usize, CaseError)>,
}

/// Runs `cases` of `suites` and hands each result to `sink` as soon as it is there, which may end
/// the run. They come in the order of the cases, but for those that are run again.
pub fn run(
    suites: &Arc<Vec<Suite>>,
    cases: &Arc<Vec<CaseRef>>,
    options: &RunOptions,
    mut sink: impl FnMut(CaseResult) -> ControlFlow<()>,
) -> Result<(), EngineError> {
    let mut ended = false;
    let mut wanted: Vec<usize> = (0..cases.len()).collect();
    let mut tries = 1;
    while !wanted.is_empty() && !ended {
        let mut again = Vec::new();
        round(suites, cases, options, wanted, |index, mut result| {
            result.tries = tries;
            let suite = &suites[cases[index].suite];
            let retries = options.retries.or(suite.config.test.retries);
            if result.verdict == Verdict::Failed && tries <= retries.unwrap_or(0) {
                again.push(index);
                return ControlFlow::Continue(());
            }
            if result.verdict == Verdict::Passed && tries > 1 {
                result.verdict = Verdict::Flaky;
            }
            let flow = sink(result);
            ended |= flow.is_break();
            flow
        })?;
        wanted = again;
        tries += 1;
    }
    Ok(())
}

/// Runs the cases of these indices once.
fn round(
    suites: &Arc<Vec<Suite>>,
    cases: &Arc<Vec<CaseRef>>,
    options: &RunOptions,
    wanted: Vec<usize>,
    mut sink: impl FnMut(usize, CaseResult) -> ControlFlow<()>,
) -> Result<(), EngineError> {
    let desk: Arc<Mutex<Desk>> = Arc::default();
    let order = wanted.clone();
    let plans = plans(
        suites.clone(),
        cases.clone(),
        wanted,
        options.clone(),
        desk.clone(),
    );
    // Results are handed on in the order of the cases.
    let mut waiting: BTreeMap<usize, CaseResult> = BTreeMap::new();
    let mut order = order.into_iter().peekable();
    let mut deliver = |done: Vec<(usize, CaseResult)>| {
        waiting.extend(done);
        while let Some(index) = order.peek() {
            let Some(result) = waiting.remove(index) else {
                break;
            };
            sink(*index, result)?;
            order.next();
        }
        ControlFlow::Continue(())
    };
    let take_broken = || -> Vec<(usize, CaseResult)> {
        let broken = std::mem::take(&mut lock(&desk).broken);
        let result = |(index, error): (usize, CaseError)| {
            let case = &cases[index];
            let problem = Problem::Broken {
                message: error.to_string(),
                hint: error.hint(),
            };
            let result = CaseResult {
                problems: vec![problem],
                verdict: Verdict::Broken,
                ..blank(case, &suites[case.suite])
            };
            (index, result)
        };
        broken.into_iter().map(result).collect()
    };
    let mut ended = false;
    engine::play(plans, options.jobs, |number, played| {
        let mut done = take_broken();
        // Each plan has left its entry before it was played.
        if let Some(pending) = lock(&desk).pending.remove(&number) {
            let Pending { case, began, judge } = pending;
            let suite = &suites[cases[case].suite];
            let mut result = judge_played(&cases[case], suite, judge, played, &options.secrets);
            result.time = began.elapsed();
            done.push((case, result));
        }
        let flow = deliver(done);
        ended |= flow.is_break();
        flow
    })?;
    if !ended {
        // Whether the run is to end does not matter any more.
        let _ = deliver(take_broken());
    }
    Ok(())
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The plans of the wanted cases, each read when a thread is free for it.
fn plans(
    suites: Arc<Vec<Suite>>,
    cases: Arc<Vec<CaseRef>>,
    wanted: Vec<usize>,
    options: RunOptions,
    desk: Arc<Mutex<Desk>>,
) -> impl Iterator<Item = Plan> + Send + 'static {
    wanted.into_iter().filter_map(move |index| {
        let case = &cases[index];
        let began = Instant::now();
        let prepared = prepare(
            &suites[case.suite],
            case,
            &options.secrets,
            options.coverage,
        );
        let mut desk = lock(&desk);
        match prepared {
            Ok(Prepared { plan, judge }) => {
                let number = desk.plans;
                desk.plans += 1;
                desk.pending.insert(
                    number,
                    Pending {
                        case: index,
                        began,
                        judge,
                    },
                );
                Some(plan)
            }
            Err(error) => {
                desk.broken.push((index, error));
                None
            }
        }
    })
}

fn blank(case: &CaseRef, suite: &Suite) -> CaseResult {
    CaseResult {
        suite: case.suite,
        id: case.id.clone(),
        home: case.home.clone(),
        verdict: Verdict::Passed,
        problems: Vec::new(),
        classes: Vec::new(),
        error: None,
        function: suite.text.clone(),
        time: Duration::ZERO,
        tries: 1,
        got: None,
        coverage: None,
    }
}

fn judge_played(
    case: &CaseRef,
    suite: &Suite,
    judge: Judge,
    played: Result<Played, EngineError>,
    secrets: &Secrets,
) -> CaseResult {
    let mut result = blank(case, suite);
    let broken = |mut result: CaseResult, message: String, hint: Option<String>| {
        result.verdict = Verdict::Broken;
        result.problems = vec![Problem::Broken { message, hint }];
        result
    };
    let played = match played {
        Ok(played) => played,
        Err(EngineError::Load(failure)) => {
            let message = format!(
                "{} can't be loaded: {}: {}",
                suite.text.path.display(),
                failure.name,
                failure.message
            );
            result.error = Some(*failure);
            return broken(result, message, None);
        }
        Err(EngineError::NoKind { problem, hint }) => {
            let message = format!("{}: {problem}", suite.text.path.display());
            return broken(result, message, Some(hint));
        }
        Err(error) => return broken(result, error.to_string(), None),
    };
    result.coverage = played.coverage;
    let mut outcomes: Vec<Outcome> = Vec::with_capacity(played.ran.len());
    for ran in played.ran {
        match ran {
            Ran::Outcome(outcome) => outcomes.push(*outcome),
            Ran::BadInput { input, problem, .. } => {
                return broken(result, format!("{input}: {problem}"), None);
            }
        }
    }
    result.classes = outcomes
        .iter()
        .map(|outcome| outcome.class.name().to_owned())
        .collect();
    result.error = outcomes.last().and_then(|outcome| outcome.error.clone());
    if let Some(failure) = &mut result.error {
        redact(failure, secrets);
    }
    let deleted = played.deleted.iter();
    let deleted: Vec<String> = deleted
        .map(|(bucket, key)| format!("s3://{bucket}/{key}"))
        .collect();
    let mut got = Expected::new(&outcomes, &played.objects, &deleted, judge.logs);
    got.redact(secrets);
    got.mask(&judge.rules);
    let report = judge.tape.report();
    let misses = report.misses.iter().map(|miss| {
        let text = String::from_utf8_lossy(&secrets.redact(miss.to_string().as_bytes())).into();
        Problem::Miss(text)
    });
    // The rest may follow from them.
    result.problems.extend(misses);
    match judge.expected {
        None => result.problems.push(Problem::NoExpectation),
        Some(mut expected) => {
            expected.mask(&judge.rules);
            let differences = expected.compare(&got);
            result
                .problems
                .extend(differences.into_iter().map(Problem::Different));
        }
    }
    // A cassette that is shared has what other cases ask for, too.
    let unused = report.unused.iter();
    let unused = unused.filter(|unused| judge.own.as_ref() == Some(&unused.cassette));
    let unused = unused.map(|unused| Problem::Unused(format!("nothing asked for {unused}")));
    result.problems.extend(unused);
    if !result.problems.is_empty() {
        result.verdict = Verdict::Failed;
    }
    result.got = Some(got);
    result
}

fn redact(failure: &mut Failure, secrets: &Secrets) {
    let texts = [&mut failure.name, &mut failure.message];
    for text in texts.into_iter().chain(failure.stack.as_mut()) {
        let clean = secrets.redact(text.as_bytes());
        *text = String::from_utf8_lossy(&clean).into_owned();
    }
}
