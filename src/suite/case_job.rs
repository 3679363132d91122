//! One case of a run, as the engine sees it.

use std::sync::Arc;
use std::time::Instant;

use super::case_report::CaseReport;
use super::evaluate::evaluate;
use super::expectation::Expectation;
use super::prepare::{CaseOptions, PreparedCase, prepare};
use super::shared::Shared;
use super::suite::{CaseRef, Suite};
use crate::engine::{EngineError, Job, Plan, PlanResult};
use crate::secrets::Secrets;

/// What all cases of a run share.
pub struct Run {
    suites: Arc<Vec<Suite>>,
    cases: Arc<Vec<CaseRef>>,
    /// What is common to the cases of the suite with the same index, and how many of them run.
    shared: Vec<(Shared, usize)>,
    secrets: Arc<Secrets>,
    how: CaseOptions,
}

impl Run {
    pub fn new(
        suites: &Arc<Vec<Suite>>,
        cases: &Arc<Vec<CaseRef>>,
        secrets: &Arc<Secrets>,
        how: CaseOptions,
    ) -> Run {
        let mut shared: Vec<(Shared, usize)> = Vec::new();
        shared.resize_with(suites.len(), Default::default);
        for case in &**cases {
            shared[case.suite].1 += 1;
        }
        Run {
            suites: suites.clone(),
            cases: cases.clone(),
            shared,
            secrets: secrets.clone(),
            how,
        }
    }
}

/// One case of a run, wherever it is run.
pub struct CaseJob {
    pub run: Arc<Run>,
    /// The case's index.
    pub case: usize,
}

/// What is kept of a job while its plan runs.
pub struct JobState {
    job: CaseJob,
    /// When the case began to be read.
    began: Instant,
    expectation: Expectation,
}

impl CaseJob {
    fn case(&self) -> &CaseRef {
        &self.run.cases[self.case]
    }

    fn suite(&self) -> &Suite {
        &self.run.suites[self.case().suite]
    }

    fn shared(&self) -> &(Shared, usize) {
        &self.run.shared[self.case().suite]
    }
}

impl Job for CaseJob {
    type Kept = JobState;
    type Result = CaseReport;

    fn jobs_for_same_function(&self) -> usize {
        self.shared().1
    }

    fn begin(self) -> Result<(Plan, JobState), CaseReport> {
        let began = Instant::now();
        let Run { secrets, how, .. } = &*self.run;
        let prepared = prepare(self.suite(), &self.shared().0, self.case(), secrets, *how);
        match prepared {
            Ok(PreparedCase { plan, expectation }) => {
                let state = JobState {
                    job: self,
                    began,
                    expectation,
                };
                Ok((plan, state))
            }
            Err(error) => Err(CaseReport {
                time: began.elapsed(),
                unreadable: true,
                ..CaseReport::broken(error.to_string(), error.hint())
            }),
        }
    }

    fn end(state: JobState, result: Result<PlanResult, EngineError>) -> CaseReport {
        let JobState {
            job,
            began,
            expectation,
        } = state;
        let function = &job.suite().text.path;
        let Run { secrets, how, .. } = &*job.run;
        let report = evaluate(result, expectation, function, secrets, how.trace);
        CaseReport {
            time: began.elapsed(),
            ..report
        }
    }
}
