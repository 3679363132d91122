//! Runs jobs in processes where this one can be forked, and else on threads.

use std::ops::ControlFlow;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::job::Job;
#[cfg(target_os = "linux")]
use super::jobs::pool;
use super::jobs::run_jobs;
#[cfg(target_os = "linux")]
use super::zygote::Zygotes;
use crate::engine::error::EngineError;

/// What runs the jobs that are made of numbers, any of them several times.
pub struct JobPool<J: Job> {
    count: usize,
    job: Arc<dyn Fn(usize) -> J + Send + Sync>,
    #[cfg(target_os = "linux")]
    zygotes: Option<Zygotes<J::Result>>,
}

impl<J> JobPool<J>
where
    J: Job<Result: Serialize + DeserializeOwned>,
{
    /// `count` processes, or threads where this process can't be forked: it has several threads, or
    /// too little stack. `job` makes jobs of their numbers, in the process or on the thread that
    /// runs them.
    ///
    /// # Errors
    /// There is no room for another process, or for a temporary folder.
    pub fn new(
        count: usize,
        job: impl Fn(usize) -> J + Send + Sync + 'static,
    ) -> Result<JobPool<J>, EngineError> {
        let job: Arc<dyn Fn(usize) -> J + Send + Sync> = Arc::new(job);
        Ok(JobPool {
            count,
            #[cfg(target_os = "linux")]
            zygotes: Zygotes::start(count, &*job)?,
            job,
        })
    }

    /// Runs the jobs of these numbers. `sink` gets the result of each, in their order; it may end
    /// the run, which then waits for the jobs that are running.
    ///
    /// # Errors
    /// A process is gone, or there is no thread.
    pub fn run(
        &mut self,
        numbers: Vec<usize>,
        mut sink: impl FnMut(usize, J::Result) -> ControlFlow<()>,
    ) -> Result<(), EngineError> {
        let mut order = numbers.clone().into_iter();
        let sink = move |result| match order.next() {
            Some(number) => sink(number, result),
            None => ControlFlow::Break(()),
        };
        #[cfg(target_os = "linux")]
        if let Some(zygotes) = &self.zygotes {
            return zygotes.run(&pool(self.count), numbers, sink);
        }
        let job = self.job.clone();
        run_jobs(
            numbers.into_iter().map(move |number| job(number)),
            self.count,
            sink,
        )
    }
}
