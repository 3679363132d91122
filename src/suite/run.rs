//! Runs cases and judges them.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use super::expected::Expected;
use super::prepare::Judge;
use super::prepare::Prepared;
use super::prepare::prepare;
use super::result::CaseResult;
use super::result::Judged;
use super::result::Problem;
use super::result::Verdict;
use super::suite::CaseRef;
use super::suite::Suite;
use crate::engine::EngineError;
use crate::engine::InputResult;
use crate::engine::Job;
use crate::engine::JobPool;
use crate::engine::Plan;
use crate::engine::PlanResult;
use crate::outcome::Failure;
use crate::outcome::Outcome;
use crate::secrets::Secrets;

/// How to run cases.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// How many cases are played at the same time.
    pub jobs: usize,
    /// How often a case that fails is run again; the suite's own number without it.
    pub retries: Option<u32>,
    pub secrets: Arc<Secrets>,
    /// Whether results say what of the function ran.
    pub coverage: bool,
}

/// One case of a run, wherever it is played.
struct Playing {
    all: Arc<All>,
    /// The case's index.
    case: usize,
}

/// What all cases of a run share.
struct All {
    suites: Arc<Vec<Suite>>,
    cases: Arc<Vec<CaseRef>>,
    /// How many of the cases each suite has.
    counts: Vec<usize>,
    secrets: Arc<Secrets>,
    coverage: bool,
}

struct Kept {
    playing: Playing,
    /// When the case began to be read.
    began: Instant,
    judge: Judge,
}

impl Playing {
    fn suite(&self) -> &Suite {
        &self.all.suites[self.all.cases[self.case].suite]
    }
}

impl Job for Playing {
    type Kept = Kept;
    type Result = Judged;

    fn jobs_for_same_function(&self) -> usize {
        self.all.counts[self.all.cases[self.case].suite]
    }

    fn begin(self) -> Result<(Plan, Kept), Judged> {
        let All {
            cases,
            secrets,
            coverage,
            ..
        } = &*self.all;
        let began = Instant::now();
        match prepare(self.suite(), &cases[self.case], secrets, *coverage) {
            Ok(Prepared { plan, judge }) => Ok((
                plan,
                Kept {
                    playing: self,
                    began,
                    judge,
                },
            )),
            Err(error) => Err(Judged {
                time: began.elapsed(),
                ..broken(error.to_string(), error.hint())
            }),
        }
    }

    fn end(kept: Kept, played: Result<PlanResult, EngineError>) -> Judged {
        let Kept {
            playing,
            began,
            judge,
        } = kept;
        Judged {
            time: began.elapsed(),
            ..judge_played(playing.suite(), judge, played, &playing.all.secrets)
        }
    }
}

/// Runs `cases` of `suites` and hands each result to `sink` as soon as it is there, which may end
/// the run. They come in the order of the cases, but for those that are run again.
///
/// Cases run in processes of their own where this one can be forked, else on threads (see
/// [`JobPool`]).
pub fn run(
    suites: &Arc<Vec<Suite>>,
    cases: &Arc<Vec<CaseRef>>,
    options: &RunOptions,
    mut sink: impl FnMut(CaseResult) -> ControlFlow<()>,
) -> Result<(), EngineError> {
    let mut counts = vec![0; suites.len()];
    cases.iter().for_each(|case| counts[case.suite] += 1);
    let all = Arc::new(All {
        suites: suites.clone(),
        cases: cases.clone(),
        counts,
        secrets: options.secrets.clone(),
        coverage: options.coverage,
    });
    let mut pool = JobPool::new(options.jobs.min(cases.len()), move |case| Playing {
        all: all.clone(),
        case,
    })?;
    let mut ended = false;
    let mut wanted: Vec<usize> = (0..cases.len()).collect();
    let mut tries = 1;
    while !wanted.is_empty() && !ended {
        let mut again = Vec::new();
        pool.run(wanted, |index, mut judged| {
            let case = &cases[index];
            let suite = &suites[case.suite];
            let retries = options.retries.or(suite.project.config.test.retries);
            if judged.verdict == Verdict::Failed && tries <= retries.unwrap_or(0) {
                again.push(index);
                return ControlFlow::Continue(());
            }
            if judged.verdict == Verdict::Passed && tries > 1 {
                judged.verdict = Verdict::Flaky;
            }
            let flow = sink(CaseResult {
                suite: case.suite,
                id: case.id.clone(),
                location: case.location.clone(),
                function: suite.text.clone(),
                tries,
                judged,
            });
            ended |= flow.is_break();
            flow
        })?;
        wanted = again;
        tries += 1;
    }
    Ok(())
}

fn blank() -> Judged {
    Judged {
        verdict: Verdict::Passed,
        problems: Vec::new(),
        classes: Vec::new(),
        error: None,
        time: Duration::ZERO,
        got: None,
        coverage: None,
    }
}

fn broken(message: String, hint: Option<String>) -> Judged {
    Judged {
        verdict: Verdict::Broken,
        problems: vec![Problem::Broken { message, hint }],
        ..blank()
    }
}

fn judge_played(
    suite: &Suite,
    judge: Judge,
    played: Result<PlanResult, EngineError>,
    secrets: &Secrets,
) -> Judged {
    let mut result = blank();
    let played = match played {
        Ok(played) => played,
        Err(EngineError::Load(failure)) => {
            let message = format!(
                "{} can't be loaded: {}: {}",
                suite.text.path.display(),
                failure.name,
                failure.message
            );
            return Judged {
                error: Some(*failure),
                ..broken(message, None)
            };
        }
        Err(EngineError::NoKind { problem, hint }) => {
            let message = format!("{}: {problem}", suite.text.path.display());
            return broken(message, Some(hint));
        }
        Err(error) => return broken(error.to_string(), None),
    };
    result.coverage = played.coverage;
    let mut outcomes: Vec<Outcome> = Vec::with_capacity(played.results.len());
    for ran in played.results {
        match ran {
            InputResult::Outcome(outcome) => outcomes.push(*outcome),
            InputResult::BadInput { input, problem, .. } => {
                return Judged {
                    coverage: result.coverage,
                    ..broken(format!("{input}: {problem}"), None)
                };
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
    let misses = judge.player.misses().into_iter().map(|miss| {
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
    let unused = judge.own.iter().flat_map(|own| judge.player.unused(own));
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
