//! Runs jobs: on threads, or in processes where this one can be forked.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::executor::{Crash, Executor};
use super::job::{Job, RunningJob};
use super::pool::{Delivery, Pool};
use super::worker_thread::WorkerThread;
#[cfg(target_os = "linux")]
use super::zygote::Zygotes;
use crate::engine::error::{EngineError, Need};
use crate::temporary::TemporaryFolder;

/// Jobs take their time: a thread takes one at once, and a run that ends waits for those that run.
const fn pool(threads: usize) -> Pool {
    Pool {
        threads,
        max_chunk: 1,
        waits: true,
    }
}

/// Runs `jobs` on `threads` threads. `sink` gets the result of each, in their order, on the
/// caller's thread; it may end the run, which then waits for the jobs that are running.
///
/// # Errors
/// There is no room for a temporary folder, or no thread; a job panics before it has a plan.
pub fn run_jobs<I: Iterator<Item: Job> + Send + 'static>(
    jobs: I,
    threads: usize,
    mut sink: impl FnMut(<I::Item as Job>::Result) -> ControlFlow<()>,
) -> Result<(), EngineError> {
    let folder = temporary_folder()?;
    let path = folder.path().to_owned();
    let start = move |_| {
        let executor = JobExecutor::<I::Item> {
            thread: None,
            folder: path.clone(),
            running: Rc::default(),
        };
        Ok((executor, ()))
    };
    let jobs = jobs.enumerate().map(|job| vec![job]);
    pool(threads).run(start, jobs, |delivery| match delivery {
        Delivery::Started(()) => ControlFlow::Continue(()),
        Delivery::Output(result) => sink(result),
    })
}

/// Where the embedded AWS of plans keep what is stored.
pub fn temporary_folder() -> Result<TemporaryFolder, EngineError> {
    TemporaryFolder::new().map_err(EngineError::machine(Need::TemporaryFolder))
}

/// The folder of the job of this number.
pub fn folder_of_job(folder: &Path, number: usize) -> PathBuf {
    folder.join(number.to_string())
}

/// Runs jobs on its thread.
struct JobExecutor<J: Job> {
    thread: Option<WorkerThread>,
    folder: PathBuf,
    running: Rc<RunningJob<J>>,
}

impl<J: Job> Executor for JobExecutor<J> {
    type Item = (usize, J);
    type Output = J::Result;
    type Started = ();
    type Pending = Rc<RunningJob<J>>;

    fn begin(&mut self, _: &(usize, J)) -> Rc<RunningJob<J>> {
        self.running = Rc::default();
        self.running.clone()
    }

    fn execute(&mut self, (number, job): (usize, J)) -> Result<J::Result, EngineError> {
        let (plan, kept) = match job.begin() {
            Ok(begun) => begun,
            Err(result) => return Ok(result),
        };
        let folder = folder_of_job(&self.folder, number);
        let thread = &mut self.thread;
        let result = self.running.run(&plan, kept, &folder, || {
            let next = match thread.take() {
                Some(thread) => thread.next(plan.options.timeout)?,
                None => WorkerThread::new(plan.options.timeout)?,
            };
            Ok(thread.insert(next).clone())
        });
        result.ok_or_else(|| Crash::OutOfMemory.into())
    }

    fn lost(running: Rc<RunningJob<J>>, crash: Crash) -> Result<J::Result, EngineError> {
        running.give_up(crash).ok_or_else(|| crash.into())
    }
}

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
            zygotes: Zygotes::start(count, temporary_folder, &*job)?,
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
