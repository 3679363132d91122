//! A case as the engine sees it.

use std::cell::{Cell, RefCell};
use std::path::Path;

use super::executor::Crash;
use super::plan::{Plan, PlanResult};
use super::run_plan::{PlanProgress, run_plan};
use super::worker_thread::WorkerThread;
use crate::engine::error::{EngineError, Lost};
use crate::function::Kind;

/// A job makes a plan, and makes its own result of the plan's. Both happen on the thread, or in the
/// process, that runs the plan.
pub trait Job: Send + 'static {
    /// What is kept between the two.
    type Kept: 'static;
    type Result: Send + 'static;

    /// About how many jobs, this one included, run the same function: how much preparation is worth
    /// its time.
    fn jobs_for_same_function(&self) -> usize {
        1
    }

    /// Makes the plan. `Err` is the result where there is nothing to run.
    fn begin(self) -> Result<(Plan, Self::Kept), Self::Result>;

    /// Makes the result. A function that can't be loaded is what came of its plan, too.
    fn end(kept: Self::Kept, result: Result<PlanResult, EngineError>) -> Self::Result;
}

impl Job for Plan {
    type Kept = ();
    type Result = Result<PlanResult, EngineError>;

    fn begin(self) -> Result<(Plan, ()), Self::Result> {
        Ok((self, ()))
    }

    fn end((): (), result: Result<PlanResult, EngineError>) -> Self::Result {
        result
    }
}

/// A job that is running: all that is needed to end it, also when its thread can't.
pub struct RunningJob<J: Job> {
    kept: Cell<Option<J::Kept>>,
    kind: Cell<Kind>,
    progress: RefCell<PlanProgress>,
}

impl<J: Job> Default for RunningJob<J> {
    fn default() -> Self {
        RunningJob {
            kept: Cell::new(None),
            kind: Cell::new(Kind::Destination),
            progress: RefCell::default(),
        }
    }
}

impl<J: Job> RunningJob<J> {
    /// Runs `plan`, whose AWS keeps what is stored in `folder`. `thread` is asked for the thread's
    /// part of an instance.
    pub fn run(
        &self,
        plan: &Plan,
        kept: J::Kept,
        folder: &Path,
        thread: impl FnOnce() -> Result<WorkerThread, EngineError>,
    ) -> Option<J::Result> {
        self.kept.set(Some(kept));
        self.kind
            .set(plan.function.kind.unwrap_or(Kind::Destination));
        let result = thread().and_then(|thread| run_plan(plan, &thread, folder, &self.progress));
        Some(J::end(self.kept.take()?, result))
    }

    /// The result of a job in the middle of which its thread was lost. `None` where its plan was
    /// not even made.
    pub fn give_up(&self, crash: Crash) -> Option<J::Result> {
        let kept = self.kept.take()?;
        let result = match (crash, self.progress.try_borrow_mut()) {
            (Crash::OutOfMemory, Ok(mut progress)) => progress.give_up(self.kind.get()),
            (Crash::OutOfMemory, Err(_)) => Err(EngineError::Lost(Lost::OutOfMemory)),
            (Crash::Panic, _) => Err(EngineError::Lost(Lost::Panic)),
        };
        Some(J::end(kept, result))
    }
}
