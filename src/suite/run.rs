//! Runs cases, again where they fail and may be run again.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::case_job::{CaseJob, Run};
use super::case_report::{CaseReport, Verdict};
use super::case_result::{CaseResult, UnrunCase};
use super::prepare::CaseOptions;
use super::suite::{CaseRef, Suite};
use crate::engine::{EngineError, JobPool};
use crate::secrets::Secrets;

/// How to run cases.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// How many cases run at the same time.
    pub jobs: usize,
    /// How often a case that fails is run again. Without it, the case's configuration says so, and
    /// else its suite's.
    pub retries: Option<u32>,
    pub secrets: Arc<Secrets>,
    /// What counts whatever the cases say.
    pub how: CaseOptions,
}

/// The cases that have no result, as the run ended before its last case.
#[derive(Debug, Default)]
pub struct LeftOver {
    /// They failed, and were to run again.
    pub failed: Vec<CaseResult>,
    pub unrun: Vec<UnrunCase>,
}

/// Runs `cases` of `suites` and hands each result to `sink` as soon as it is there, which may end the
/// run. They come in the order of the cases, except for those that are run again.
///
/// Cases run in processes of their own where this one can be forked, else on threads (see
/// [`JobPool`]).
///
/// # Errors
/// The machine has no room for a process or a thread, or one of them is lost.
pub fn run(
    suites: &Arc<Vec<Suite>>,
    cases: &Arc<Vec<CaseRef>>,
    options: &RunOptions,
    mut sink: impl FnMut(CaseResult) -> ControlFlow<()>,
) -> Result<LeftOver, EngineError> {
    let run = Arc::new(Run::new(suites, cases, &options.secrets, options.how));
    let jobs = options.jobs.min(cases.len());
    let mut pool = JobPool::new(jobs, false, &options.secrets, move |case| CaseJob {
        run: run.clone(),
        case,
    })?;
    let result = |index: usize, earlier, report| {
        let case = &cases[index];
        CaseResult {
            suite: case.suite,
            id: case.id.clone(),
            location: case.location.clone(),
            function: suites[case.suite].text.clone(),
            earlier,
            report,
        }
    };
    let mut is_done = vec![false; cases.len()];
    // The tries of the cases that have failed and may yet pass.
    let mut failed: BTreeMap<usize, Vec<CaseReport>> = BTreeMap::new();
    let mut wanted: Vec<usize> = (0..cases.len()).collect();
    let mut flow = ControlFlow::Continue(());
    while !wanted.is_empty() && flow.is_continue() {
        let mut again = Vec::new();
        let mut order = wanted.clone().into_iter();
        pool.run(wanted.into_iter(), |mut report: CaseReport| {
            let Some(index) = order.next() else {
                return ControlFlow::Break(());
            };
            let mut earlier = failed.remove(&index).unwrap_or_default();
            if let Some(last) = earlier.last_mut() {
                (last.got, last.coverage) = (None, None);
                last.trace.clear();
            }
            let retries = options
                .retries
                .or(report.retries)
                .unwrap_or(crate::options::RETRIES);
            if report.verdict == Verdict::Failed && earlier.len() < retries as usize {
                earlier.push(report);
                failed.insert(index, earlier);
                again.push(index);
                return ControlFlow::Continue(());
            }
            if report.verdict == Verdict::Passed && !earlier.is_empty() {
                report.verdict = Verdict::Flaky;
            }
            is_done[index] = true;
            flow = sink(result(index, earlier, report));
            flow
        })?;
        wanted = again;
    }
    let mut left = LeftOver::default();
    for (index, case) in cases
        .iter()
        .enumerate()
        .filter(|(index, _)| !is_done[*index])
    {
        let mut tries = failed.remove(&index).unwrap_or_default();
        match tries.pop() {
            Some(last) => left.failed.push(result(index, tries, last)),
            None => left.unrun.push(UnrunCase {
                id: case.id.clone(),
                location: case.location.clone(),
                function: suites[case.suite].text.clone(),
            }),
        }
    }
    Ok(left)
}
