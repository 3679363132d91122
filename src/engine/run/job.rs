//! A case as the engine sees it.

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use super::crash::Crash;
use super::plan::{Plan, PlanResult};
use super::run_plan::{PlanProgress, run_plan};
use super::worker_thread::WorkerThread;
use crate::engine::error::{EngineError, Lost};
use crate::engine::isolate::thrown::End;

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

/// Makes jobs of items.
pub type JobMaker<I, J> = Arc<dyn Fn(I) -> J + Send + Sync>;

/// A job that is running: all that is needed to end it, also when its thread can't.
pub struct RunningJob<J: Job> {
    job: Cell<Option<(Rc<Plan>, J::Kept)>>,
    progress: RefCell<PlanProgress>,
}

impl<J: Job> Default for RunningJob<J> {
    fn default() -> Self {
        RunningJob {
            job: Cell::new(None),
            progress: RefCell::default(),
        }
    }
}

impl<J: Job> RunningJob<J> {
    /// Runs `plan`, whose AWS keeps what is stored in `folder`. `thread` is asked for the thread's
    /// part of an instance.
    ///
    /// # Errors
    /// It was ended meanwhile.
    pub fn run(
        &self,
        plan: Plan,
        kept: J::Kept,
        folder: &Path,
        thread: impl FnOnce() -> Result<WorkerThread, EngineError>,
    ) -> Result<J::Result, EngineError> {
        let plan = Rc::new(plan);
        self.job.set(Some((plan.clone(), kept)));
        let result = thread().and_then(|thread| run_plan(&plan, &thread, folder, &self.progress));
        let (_, kept) = self.job.take().ok_or(EngineError::Lost(Lost::Unanswered))?;
        Ok(J::end(kept, result))
    }

    /// The result of a job in the middle of which its thread was lost. `None` where its plan was
    /// not even made.
    pub fn give_up(&self, crash: Crash) -> Option<J::Result> {
        let (plan, kept) = self.job.take()?;
        let result = match (crash, self.progress.try_borrow_mut()) {
            (Crash::OutOfMemory, Ok(mut progress)) => {
                progress.give_up(&plan, End::OutOfMemory.into())
            }
            (crash, _) => Err(crash.into()),
        };
        Some(J::end(kept, result))
    }
}
