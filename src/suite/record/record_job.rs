//! One case that is recorded: how it is run, and what came of it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::cassette::Cassette;
use crate::engine::{EngineError, InputResult, Job, Lost, Plan, PlanResult};
use crate::function::{Kind, any_time};
use crate::net::{RecordedTraffic, Recorder};
use crate::outcome::{Class, Outcome};

/// A case that is to be recorded.
pub(super) struct PendingCase {
    pub plan: Plan,
    pub recorder: Recorder,
    /// What the clock says at the beginning; the time when the plan is begun without.
    pub time: Option<SystemTime>,
    pub target: Target,
    /// What came of it live, where this is the run with pseudonyms.
    pub live: Option<LiveRun>,
}

#[derive(Clone)]
pub(super) enum Target {
    New {
        /// Of its input.
        name: String,
        json: String,
    },
    Again {
        folder: PathBuf,
        /// What the case's own cassette keeps.
        kept: Cassette,
        /// Whether the case's time is a new one.
        retimed: bool,
    },
}

/// What a live run came to, before it was run again with pseudonyms.
#[derive(Clone, Debug)]
pub(super) struct LiveRun {
    pub class: Class,
    pub exchanges: usize,
    pub warnings: Vec<String>,
}

/// Runs and records one of the cases.
pub(super) struct RecordJob {
    pub all: Arc<Vec<PendingCase>>,
    pub case: usize,
}

/// What came of a [`RecordJob`].
#[derive(Serialize, Deserialize)]
pub(super) enum RecordedRun {
    Case {
        /// Of the last attempt of the last input.
        outcome: Box<Outcome>,
        kind: Kind,
        /// Redacted by all secrets that the process knew.
        traffic: RecordedTraffic,
        /// What the clock said at the beginning.
        #[serde(with = "any_time")]
        time: Option<SystemTime>,
    },
    BadInput {
        input: String,
        problem: String,
    },
}

impl Job for RecordJob {
    type Kept = (RecordJob, SystemTime);
    type Result = Result<RecordedRun, EngineError>;

    fn begin(self) -> Result<(Plan, Self::Kept), Self::Result> {
        let case = &self.all[self.case];
        let mut plan = case.plan.clone();
        // Servers, AWS above all, accept no signature that is much older than its arrival.
        let time = case.time.unwrap_or_else(now);
        if let Some(frozen) = &mut plan.options.frozen {
            frozen.time = time;
        }
        Ok((plan, (self, time)))
    }

    fn end((job, time): Self::Kept, played: Result<PlanResult, EngineError>) -> Self::Result {
        let played = played?;
        let mut last = None;
        for ran in played.results {
            match ran {
                InputResult::BadInput { input, problem, .. } => {
                    return Ok(RecordedRun::BadInput { input, problem });
                }
                InputResult::Outcome(outcome) => last = Some(outcome),
            }
        }
        let case = &job.all[job.case];
        Ok(RecordedRun::Case {
            outcome: last.ok_or(EngineError::Lost(Lost::Unanswered))?,
            kind: played.loaded.kind,
            traffic: case.recorder.finish(&case.plan.options.host.redactor()),
            time: Some(time),
        })
    }
}

/// The time, as a frozen clock can have it.
pub(super) fn now() -> SystemTime {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let millis = u64::try_from(since.as_millis()).unwrap_or_default();
    SystemTime::UNIX_EPOCH + Duration::from_millis(millis)
}
