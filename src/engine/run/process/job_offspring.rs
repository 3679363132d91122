//! A worker process that runs one job.

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::allowed::Allowed;
use super::board::Board;
use super::learned::{Learned, Learner};
use super::memory_use::refuse_beyond;
use super::offspring::Offspring;
use super::template::ZygoteTemplate;
use super::worker_line::WorkerLine;
use crate::engine::result::Loaded;
use crate::engine::run::job::{Job, JobMaker};
use crate::engine::run::job_folder::folder_of_job;
use crate::engine::run::plan::Plan;
use crate::engine::run::run_plan::{Listener, PlanProgress, ProgressEvent, run_plan};
use crate::frames::{decode, encode};
use crate::host;

/// What a zygote, or a process without one, is told of a job.
#[derive(Serialize, Deserialize)]
pub struct Order<I> {
    /// In the run.
    pub number: u64,
    pub item: I,
    /// What the zygote's last job touched.
    pub touched: Vec<String>,
}

/// What a worker process says.
#[derive(Serialize, Deserialize)]
pub enum JobNews<R> {
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

/// Processes that make jobs of items, and run one.
pub struct JobOffspring<I, J: Job> {
    maker: JobMaker<I, J>,
    /// How many zygotes there are.
    count: usize,
    /// In which the jobs' folders are made.
    folder: PathBuf,
    credentials: bool,
    /// The open files that processes keep.
    #[cfg(target_os = "linux")]
    pub open: Vec<std::os::fd::RawFd>,
    template: Option<ZygoteTemplate>,
    /// The next child's job, once it was begun.
    next: Option<NextJob<J>>,
}

struct NextJob<J: Job> {
    number: usize,
    /// `Err` is the result where there is nothing to run.
    begun: Result<(Plan, J::Kept), J::Result>,
}

impl<I, J: Job> JobOffspring<I, J> {
    pub fn new(
        maker: JobMaker<I, J>,
        count: usize,
        folder: PathBuf,
        credentials: bool,
    ) -> JobOffspring<I, J> {
        JobOffspring {
            maker,
            count,
            folder,
            credentials,
            #[cfg(target_os = "linux")]
            open: Vec::new(),
            template: None,
            next: None,
        }
    }
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
            #[cfg(target_os = "linux")]
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

    fn live(&mut self, _order: &[u8], line: WorkerLine, board: &Arc<Board>) {
        let (Some(NextJob { number, begun }), Some(template)) =
            (self.next.take(), &mut self.template)
        else {
            return;
        };
        let mut learner = None;
        let result = match begun {
            Err(result) => result,
            Ok((plan, kept)) => {
                let secrets = &plan.options.host.secrets;
                learner = Some(Learner::new(secrets.clone()));
                board.watch(secrets);
                let memory = plan.options.memory;
                tell::<J::Result>(&line, &JobNews::Begun { memory });
                refuse_beyond(memory);
                let thread = template.worker_thread(plan.options.timeout, board.outside());
                let listener = listener::<J::Result>(line.clone(), board.clone());
                let progress = RefCell::new(PlanProgress::new(Some(listener)));
                let folder = folder_of_job(&self.folder, number);
                let result = thread.and_then(|thread| run_plan(&plan, &thread, &folder, &progress));
                J::end(kept, result)
            }
        };
        let told = JobNews::Ended {
            touched: host::touched(),
            learned: learner
                .map(|mut learner| learner.learned())
                .unwrap_or_default(),
            result,
        };
        tell(&line, &told);
    }
}

fn tell<R: Serialize>(line: &WorkerLine, told: &JobNews<R>) {
    // Where nobody hears it, nobody is left to be told.
    let _ = line.tell(&encode(told));
}

/// Tells how far a plan is.
fn listener<R: Serialize>(line: WorkerLine, board: Arc<Board>) -> Listener {
    Box::new(move |event| {
        let told = match event {
            ProgressEvent::Loaded(loaded) => JobNews::Loaded(loaded.clone()),
            ProgressEvent::Input { name, earlier } => {
                board.journal().begin_input();
                JobNews::Input {
                    name: name.to_owned(),
                    earlier: earlier
                        .iter()
                        .map(|result| serde_json::to_string(result).unwrap_or_default())
                        .collect(),
                }
            }
        };
        tell::<R>(&line, &told);
    })
}
