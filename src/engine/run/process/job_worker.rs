//! Runs each job in a worker process of its own.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};

use parking_lot::Mutex;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::assignment::Assignment;
#[cfg(target_os = "linux")]
use super::forks::fork_all;
use super::handover::{PlanHandover, PlanReturn};
#[cfg(target_os = "linux")]
use super::job_offspring::JobOffspring;
use super::job_offspring::{JobNews, Order};
use super::learned::Learned;
use super::memory_use::MemoryBound;
use super::slot::{Ended, Heard, Slot};
use super::way::{Way, way};
use crate::engine::error::{EngineError, Lost};
use crate::engine::run::job::{Job, JobMaker};
use crate::engine::run::job_folder::temporary_folder;
use crate::engine::run::pool::{Chunks, Executor};
use crate::engine::run::run_plan::PlanProgress;
use crate::frames::{decode, encode};
use crate::options::PLATFORM_MEMORY;
use crate::secrets::Secrets;
use crate::temporary::TemporaryFolder;

/// The places for processes of a run, one for each of its threads.
pub struct JobProcesses<I, J> {
    free: Mutex<Receiver<Slot>>,
    back: Sender<Slot>,
    are_forked: bool,
    secrets: Arc<Secrets>,
    maker: JobMaker<I, J>,
    /// Where the jobs' folders are made.
    _folder: TemporaryFolder,
}

impl<I, J> JobProcesses<I, J>
where
    I: Serialize + DeserializeOwned,
    J: Job<Result: Serialize + DeserializeOwned>,
{
    /// Places for `count` processes; `credentials` says whether jobs may find the machine's. `maker` makes
    /// jobs of what processes are ordered, from what is in memory now. `None` where there can be no
    /// processes.
    ///
    /// # Errors
    /// There is no room for another process, or for a temporary folder.
    pub fn start(
        count: usize,
        credentials: bool,
        secrets: &Arc<Secrets>,
        maker: &JobMaker<I, J>,
    ) -> Result<Option<JobProcesses<I, J>>, EngineError> {
        let folder = temporary_folder()?;
        let path = folder.path().to_owned();
        let count = count.max(1);
        let (slots, are_forked) = match way(|| Assignment::Jobs {
            folder: path.clone(),
            credentials,
        }) {
            #[cfg(target_os = "linux")]
            Way::Fork => {
                let slots = fork_all(count, None, || {
                    let maker = maker.clone();
                    let mut offspring = JobOffspring::new(maker, count, path.clone(), credentials);
                    offspring.open.extend(folder.held_open());
                    offspring
                });
                (slots?, true)
            }
            Way::Start(program) => {
                let slots = (0..count).map(|_| Slot::of_program(program.again()));
                (slots.collect::<Result<_, _>>()?, false)
            }
            Way::None => return Ok(None),
        };
        let (back, free) = mpsc::channel();
        for slot in slots {
            // The other end is here.
            let _ = back.send(slot);
        }
        Ok(Some(JobProcesses {
            free: Mutex::new(free),
            back,
            are_forked,
            secrets: secrets.clone(),
            maker: maker.clone(),
            _folder: folder,
        }))
    }

    /// What a thread works with, until it is dropped. It waits for a place that is free: those of
    /// the run before may come back late.
    pub fn worker(self: &Arc<Self>) -> JobWorker<I, J> {
        JobWorker {
            slot: self.free.lock().recv().ok(),
            processes: self.clone(),
            touched: Vec::new(),
        }
    }
}

/// Has the jobs of one thread of a pool run by worker processes, one after another.
pub struct JobWorker<I, J> {
    slot: Option<Slot>,
    processes: Arc<JobProcesses<I, J>>,
    touched: Vec<String>,
}

/// How the process of a job ended.
enum Done<R> {
    With {
        touched: Vec<String>,
        learned: Learned,
        result: R,
    },
    Lost(PlanProgress, Box<Ended>),
}

impl<I, J> JobWorker<I, J>
where
    I: Serialize,
    J: Job<Result: DeserializeOwned>,
{
    fn run(&mut self, number: u64, item: I) -> Result<J::Result, EngineError> {
        match self.processes.are_forked {
            true => self.run_forked(number, item),
            false => self.run_started(number, item),
        }
    }

    /// A process that was forked makes the job, and its result.
    fn run_forked(&mut self, number: u64, item: I) -> Result<J::Result, EngineError> {
        let order = Order {
            number,
            item,
            touched: std::mem::take(&mut self.touched),
        };
        let secrets = &self.processes.secrets;
        match run_process(&mut self.slot, &order)? {
            Done::With {
                touched,
                learned,
                result,
            } => {
                self.touched = touched;
                learned.remember(secrets);
                Ok(result)
            }
            Done::Lost(progress, ended) => {
                let begun = (self.processes.maker)(order.item).begin();
                begun.map_or_else(Ok, |begun| {
                    Ok(given_up::<J>(begun, progress, *ended, secrets))
                })
            }
        }
    }

    /// A process that was started has only the plan.
    fn run_started(&mut self, number: u64, item: I) -> Result<J::Result, EngineError> {
        let (plan, kept) = match (self.processes.maker)(item).begin() {
            Ok(begun) => begun,
            Err(result) => return Ok(result),
        };
        let order = Order {
            number,
            item: PlanHandover::new(&plan),
            touched: Vec::new(),
        };
        let secrets = &self.processes.secrets;
        match run_process::<_, PlanReturn>(&mut self.slot, &order)? {
            Done::With {
                learned, result, ..
            } => {
                learned.remember(secrets);
                Ok(J::end(kept, result.receive(&plan.options.host)))
            }
            Done::Lost(progress, ended) => {
                Ok(given_up::<J>((plan, kept), progress, *ended, secrets))
            }
        }
    }
}

/// Has a process run a job, and hears how far it is.
fn run_process<I: Serialize, R: DeserializeOwned>(
    slot: &mut Option<Slot>,
    order: &Order<I>,
) -> Result<Done<R>, EngineError> {
    let slot = slot.as_mut().ok_or(EngineError::Lost(Lost::Unanswered))?;
    slot.start(&encode(order), MemoryBound::new(PLATFORM_MEMORY))?;
    let mut progress = PlanProgress::new(None);
    loop {
        let frame = match slot.hear()? {
            Heard::Frame(frame) => frame,
            Heard::End(ended) => return Ok(Done::Lost(progress, ended)),
        };
        let told = decode::<JobNews<R>>(&frame);
        match told.map_err(|error| EngineError::lost_process(error.to_string()))? {
            JobNews::Begun { memory } => slot.bound(MemoryBound::new(memory)),
            JobNews::Loaded(loaded) => progress.load(loaded),
            JobNews::Input { name, earlier } => {
                let earlier = earlier.iter().map(|result| serde_json::from_str(result));
                earlier.flatten().for_each(|result| progress.end(result));
                progress.begin(name);
            }
            JobNews::Ended {
                touched,
                learned,
                result,
            } => {
                return Ok(Done::With {
                    touched,
                    learned,
                    result,
                });
            }
        }
    }
}

/// The result of a job whose process ended like this.
fn given_up<J: Job>(
    (plan, kept): (crate::engine::run::plan::Plan, J::Kept),
    mut progress: PlanProgress,
    ended: Ended,
    secrets: &Secrets,
) -> J::Result {
    let unfinished = ended.into_unfinished(secrets);
    let result = unfinished.and_then(|how| progress.give_up(&plan, how));
    J::end(kept, result)
}

impl<I, J> Executor for JobWorker<I, J>
where
    I: Serialize + Send + 'static,
    J: Job<Result: DeserializeOwned>,
{
    type Item = (u64, I);
    type Output = J::Result;
    type Started = ();

    fn work(&mut self, chunks: &mut Chunks<Self>) -> Result<(), EngineError> {
        while let Some(chunk) = chunks.next() {
            let mut outputs = Vec::with_capacity(chunk.items.len());
            for (number, item) in chunk.items {
                outputs.push(self.run(number, item)?);
            }
            chunks.done(chunk.first, outputs);
        }
        Ok(())
    }
}

impl<I, J> Drop for JobWorker<I, J> {
    fn drop(&mut self) {
        if let Some(slot) = self.slot.take() {
            let _ = self.processes.back.send(slot);
        }
    }
}
