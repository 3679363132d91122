//! Runs jobs in processes where there can be such, and else on threads.

use std::ops::ControlFlow;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::job::{Job, JobMaker};
use super::jobs::{pool, run_jobs};
use super::pool::Delivery;
use super::process::JobProcesses;
use crate::engine::error::EngineError;
use crate::secrets::Secrets;

/// What runs the jobs that are made of items.
pub struct JobPool<I, J> {
    count: usize,
    maker: JobMaker<I, J>,
    processes: Option<Arc<JobProcesses<I, J>>>,
}

impl<I, J> JobPool<I, J>
where
    I: Serialize + DeserializeOwned + Send + 'static,
    J: Job<Result: Serialize + DeserializeOwned>,
{
    /// `count` processes, or threads where this process can't be forked, as it has several threads, and
    /// can't be started again; `credentials` says whether jobs may find the machine's. What
    /// they learn of secrets gets into `secrets`. `maker` makes jobs of items, from what is in memory now; where the process
    /// of a job is lost, it is called for the same item again.
    ///
    /// # Errors
    /// There is no room for another process, or for a temporary folder.
    pub fn new(
        count: usize,
        credentials: bool,
        secrets: &Arc<Secrets>,
        maker: impl Fn(I) -> J + Send + Sync + 'static,
    ) -> Result<JobPool<I, J>, EngineError> {
        let maker: JobMaker<I, J> = Arc::new(maker);
        Ok(JobPool {
            count,
            processes: JobProcesses::start(count, credentials, secrets, &maker)?.map(Arc::new),
            maker,
        })
    }

    /// Runs the jobs of these items. `sink` gets the result of each, in their order; it may end the
    /// run, which then waits for the jobs that are running.
    ///
    /// # Errors
    /// A process or a thread is lost.
    pub fn run(
        &mut self,
        items: impl Iterator<Item = I> + Send + 'static,
        mut sink: impl FnMut(J::Result) -> ControlFlow<()>,
    ) -> Result<(), EngineError> {
        if let Some(processes) = self.processes.clone() {
            let start = move |_| Ok((processes.worker(), ()));
            let items = (0..).zip(items).map(|item| vec![item]);
            return pool(self.count).run(start, items, |delivery| match delivery {
                Delivery::Started(()) => ControlFlow::Continue(()),
                Delivery::Output(result) => sink(result),
            });
        }
        let maker = self.maker.clone();
        run_jobs(items.map(move |item| maker(item)), self.count, sink)
    }
}
