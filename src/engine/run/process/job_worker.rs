//! Runs each job in a worker process of its own.

use std::cell::RefCell;
use std::os::fd::RawFd;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use parking_lot::Mutex;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::allowed::Allowed;
use super::board::Board;
use super::death::Death;
use super::fork::can_fork;
use super::learned::{Learned, Learner};
use super::memory_use::{MemoryBound, refuse_beyond};
use super::server::Offspring;
use super::template::ZygoteTemplate;
use super::worker_process::Heard;
use super::zygote::Zygote;
use crate::engine::error::{EngineError, Lost};
use crate::engine::result::Loaded;
use crate::engine::run::job::{Job, JobMaker};
use crate::engine::run::job_folder::{folder_of_job, temporary_folder};
use crate::engine::run::plan::Plan;
use crate::engine::run::pool::{Chunks, Executor};
use crate::engine::run::run_plan::{Listener, PlanProgress, ProgressEvent, run_plan};
use crate::frames::{decode, encode, write_frame};
use crate::host;
use crate::options::PLATFORM_MEMORY;
use crate::secrets::Secrets;
use crate::temporary::TemporaryFolder;

/// What a zygote is told of a job.
#[derive(Serialize, Deserialize)]
struct Order<I> {
    /// In the run.
    number: u64,
    item: I,
    /// What the zygote's last job touched.
    touched: Vec<String>,
}

/// What a worker process says.
#[derive(Serialize, Deserialize)]
enum Told<R> {
    /// The plan begins, with so much memory.
    Begun {
        memory: usize,
    },
    Loaded(Loaded),
    /// An input begins. These are the results before it that were not told yet.
    Input {
        name: String,
        /// Each as JSON.
        earlier: Vec<String>,
    },
    Ended {
        touched: Vec<String>,
        learned: Learned,
        result: R,
    },
}

/// The children of a zygote that is one of `count`.
struct JobOffspring<I, J: Job> {
    maker: JobMaker<I, J>,
    count: usize,
    folder: PathBuf,
    credentials: bool,
    open: Vec<RawFd>,
    template: Option<ZygoteTemplate>,
    /// The next child's job, once it was begun.
    next: Option<NextJob<J>>,
}

struct NextJob<J: Job> {
    number: usize,
    /// `Err` is the result where there is nothing to run.
    begun: Result<(Plan, J::Kept), J::Result>,
}

impl<I, J> Offspring for JobOffspring<I, J>
where
    I: DeserializeOwned,
    J: Job<Result: Serialize>,
{
    fn allowed(&self) -> Allowed {
        Allowed {
            folders: vec![self.folder.clone()],
            credentials: self.credentials,
            open: self.open.clone(),
        }
    }

    fn prepare(&mut self, order: &[u8]) {
        self.next = None;
        let Ok(order) = decode::<Order<I>>(order) else {
            return;
        };
        let job = (self.maker)(order.item);
        let jobs = job.jobs_for_same_function() / self.count;
        let begun = job.begin();
        if self.template.is_none() {
            self.template = ZygoteTemplate::new().ok();
        }
        if let (Some(template), Ok((plan, _))) = (&mut self.template, &begun) {
            template.learn(&order.touched);
            template.prepare(plan, jobs);
        }
        self.next = Some(NextJob {
            number: order.number as usize,
            begun,
        });
    }

    fn live(&mut self, _order: &[u8], mut line: UnixStream, board: &Arc<Board>) {
        let (Some(NextJob { number, begun }), Some(template)) =
            (self.next.take(), &mut self.template)
        else {
            return;
        };
        let mut learner = None;
        let result = match begun {
            Err(result) => result,
            Ok((plan, kept)) => {
                learner = Some(Learner::new(plan.options.host.secrets.clone()));
                let memory = plan.options.memory;
                tell::<J::Result>(&mut line, &Told::Begun { memory });
                refuse_beyond(memory);
                let thread = template.worker_thread(plan.options.timeout, board.announce());
                let listener = line.try_clone().map(listener::<J::Result>).ok();
                let progress = RefCell::new(PlanProgress::new(listener));
                let folder = folder_of_job(&self.folder, number);
                let result = thread.and_then(|thread| run_plan(&plan, &thread, &folder, &progress));
                J::end(kept, result)
            }
        };
        let told = Told::Ended {
            touched: host::touched(),
            learned: learner
                .map(|mut learner| learner.learned())
                .unwrap_or_default(),
            result,
        };
        tell(&mut line, &told);
    }
}

fn tell<R: Serialize>(line: &mut UnixStream, told: &Told<R>) {
    // Where nobody hears it, nobody is left to be told.
    let _ = write_frame(line, &encode(told));
}

/// Tells how far a plan is.
fn listener<R: Serialize>(mut line: UnixStream) -> Listener {
    Box::new(move |event| {
        let told = match event {
            ProgressEvent::Loaded(loaded) => Told::Loaded(loaded.clone()),
            ProgressEvent::Input { name, earlier } => Told::Input {
                name: name.to_owned(),
                earlier: earlier
                    .iter()
                    .map(|result| serde_json::to_string(result).unwrap_or_default())
                    .collect(),
            },
        };
        tell::<R>(&mut line, &told);
    })
}

/// The zygotes of a run, one for each of its threads.
pub struct JobProcesses<I, J> {
    free: Mutex<Receiver<Zygote>>,
    back: Sender<Zygote>,
    secrets: Arc<Secrets>,
    maker: JobMaker<I, J>,
    /// Where the jobs' folders are made.
    _folder: TemporaryFolder,
}

impl<I, J> JobProcesses<I, J>
where
    I: DeserializeOwned,
    J: Job<Result: Serialize>,
{
    /// `count` zygotes; `credentials` says whether jobs may find the machine's. `maker` makes jobs of
    /// what they are ordered, in the zygote, from what is in memory now. `None` where this process
    /// can't be forked.
    ///
    /// # Errors
    /// There is no room for another process, or for a temporary folder.
    pub fn start(
        count: usize,
        credentials: bool,
        secrets: &Arc<Secrets>,
        maker: &JobMaker<I, J>,
    ) -> Result<Option<JobProcesses<I, J>>, EngineError> {
        if !can_fork() {
            return Ok(None);
        }
        let folder = temporary_folder()?;
        let count = count.max(1);
        let offspring = || JobOffspring {
            maker: maker.clone(),
            count,
            folder: folder.path().to_owned(),
            credentials,
            open: folder.held_open().into_iter().collect(),
            template: None,
            next: None,
        };
        let Some(zygotes) = Zygote::start_all(count, None, offspring)? else {
            return Ok(None);
        };
        let (back, free) = mpsc::channel();
        for zygote in zygotes {
            // The other end is here.
            let _ = back.send(zygote);
        }
        Ok(Some(JobProcesses {
            free: Mutex::new(free),
            back,
            secrets: secrets.clone(),
            maker: maker.clone(),
            _folder: folder,
        }))
    }

    /// What a thread works with, until it is dropped. It waits for a zygote that is free: those of
    /// the run before may come back late.
    pub fn worker(self: &Arc<Self>) -> JobWorker<I, J> {
        JobWorker {
            zygote: self.free.lock().recv().ok(),
            processes: self.clone(),
            touched: Vec::new(),
        }
    }
}

/// Has the jobs of one thread of a pool run by worker processes, one after another.
pub struct JobWorker<I, J> {
    zygote: Option<Zygote>,
    processes: Arc<JobProcesses<I, J>>,
    touched: Vec<String>,
}

impl<I, J> JobWorker<I, J>
where
    I: Serialize,
    J: Job<Result: DeserializeOwned>,
{
    fn run(&mut self, number: u64, item: I) -> Result<J::Result, EngineError> {
        let Some(zygote) = &mut self.zygote else {
            return Err(EngineError::Lost(Lost::Unanswered));
        };
        let order = Order {
            number,
            item,
            touched: std::mem::take(&mut self.touched),
        };
        zygote.fork(&encode(&order), MemoryBound::new(PLATFORM_MEMORY))?;
        let mut progress = PlanProgress::new(None);
        loop {
            let frame = match zygote.hear()? {
                Heard::Frame(frame) => frame,
                Heard::Death(death, ran_for) => {
                    let job = (self.processes.maker)(order.item);
                    return Ok(given_up(job, progress, death, ran_for));
                }
            };
            let told = decode::<Told<J::Result>>(&frame);
            match told.map_err(|error| EngineError::Lost(Lost::Process(error.to_string())))? {
                Told::Begun { memory } => zygote.bound(MemoryBound::new(memory)),
                Told::Loaded(loaded) => progress.load(loaded),
                Told::Input { name, earlier } => {
                    let earlier = earlier.iter().map(|result| serde_json::from_str(result));
                    earlier.flatten().for_each(|result| progress.end(result));
                    progress.begin(name);
                }
                Told::Ended {
                    touched,
                    learned,
                    result,
                } => {
                    self.touched = touched;
                    learned.remember(&self.processes.secrets);
                    return Ok(result);
                }
            }
        }
    }
}

/// The result of a job whose process ended like this.
fn given_up<J: Job>(
    job: J,
    mut progress: PlanProgress,
    death: Death,
    ran_for: Duration,
) -> J::Result {
    match job.begin() {
        Err(result) => result,
        Ok((plan, kept)) => {
            let result = death
                .into_end()
                .and_then(|end| progress.give_up(&plan, end, ran_for));
            J::end(kept, result)
        }
    }
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
        if let Some(zygote) = self.zygote.take() {
            let _ = self.processes.back.send(zygote);
        }
    }
}
