//! Runs jobs on threads.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::rc::Rc;

use super::crash::Crash;
use super::job::{Job, RunningJob};
use super::job_folder::{folder_of_job, temporary_folder};
use super::on_thread::{ItemExecutor, OnThread};
use super::pool::{Delivery, Pool};
use super::worker_thread::WorkerThread;
use crate::engine::error::EngineError;

/// Jobs take their time: a thread takes one at once, and a run that ends waits for those that run.
pub const fn pool(threads: usize) -> Pool {
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
        Ok((OnThread(executor), ()))
    };
    let jobs = jobs.enumerate().map(|job| vec![job]);
    pool(threads).run(start, jobs, |delivery| match delivery {
        Delivery::Started(()) => ControlFlow::Continue(()),
        Delivery::Output(result) => sink(result),
    })
}

/// Runs jobs on its thread.
struct JobExecutor<J: Job> {
    thread: Option<WorkerThread>,
    folder: PathBuf,
    running: Rc<RunningJob<J>>,
}

impl<J: Job> ItemExecutor for JobExecutor<J> {
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
        let (thread, timeout) = (&mut self.thread, plan.options.timeout);
        self.running.run(plan, kept, &folder, || {
            let next = match thread.take() {
                Some(thread) => thread.next(timeout)?,
                None => WorkerThread::new(timeout, None, None)?,
            };
            Ok(thread.insert(next).clone())
        })
    }

    fn lost(running: Rc<RunningJob<J>>, crash: Crash) -> Result<J::Result, EngineError> {
        running.give_up(crash).ok_or_else(|| crash.into())
    }
}
