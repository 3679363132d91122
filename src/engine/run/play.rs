//! Cases: each a short list of steps in a fresh instance, with conditions of its own. Many threads
//! play them, each one at a time; or processes do (`zygote`).

use std::cell::Cell;
use std::cell::RefCell;
use std::ops::ControlFlow;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::path::Path;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::mpsc;
use std::time::Duration;

use crate::coverage::ScriptCoverage;
use crate::engine::EngineError;
use crate::engine::InputResult;
use crate::engine::Loaded;
use crate::engine::Options;
use crate::engine::isolate::memory;
use crate::engine::run::run_plan;
use crate::engine::run::run_plan::Progress;
use crate::engine::run::worker::STACK_SIZE;
use crate::engine::run::worker_thread::WorkerThread;
use crate::engine::temporary_folder;
use crate::function::Function;
use crate::function::Input;
use crate::function::Kind;
use crate::outcome::StoredObject;

/// What to do with one function, from its loading on.
#[derive(Clone, Debug)]
pub struct Plan {
    pub function: Arc<Function>,
    /// `jobs` is of no meaning here, and neither is the folder of the embedded AWS: each plan has an
    /// AWS of its own, which is empty but for `objects`.
    pub options: Options,
    pub steps: Vec<Step>,
    /// How often an input is given at most: again, by the platform's schedule on the frozen clock,
    /// while its outcome is a retry, but never after the platform would have given it up
    /// (docs/platform.md section 9). On the real clock nothing waits.
    pub attempts: u32,
    /// Whether all steps happen in one instance; otherwise each attempt of each input gets a fresh
    /// one.
    pub warm: bool,
    /// What the embedded S3 holds at first: buckets, keys and bytes.
    pub objects: Vec<(String, String, Vec<u8>)>,
}

/// One step of a [`Plan`].
#[derive(Clone, Debug)]
pub enum Step {
    Run(Input),
    /// So much time passes on the frozen clock. Timers that were left and are due by then fire when
    /// the next input runs, as on the platform, whose processes sleep between events.
    Wait(Duration),
}

/// What came of a [`Plan`].
#[derive(Debug)]
pub struct PlanResult {
    /// What is known of the function, from its first loading.
    pub loaded: Loaded,
    /// One for each attempt of each input, in order.
    pub results: Vec<InputResult>,
    /// What the function wrote into the embedded S3 and left there, by bucket and key.
    pub objects: Vec<StoredObject>,
    /// The buckets and keys of what was there at first and is not any more.
    pub deleted: Vec<(String, String)>,
    /// What ran of the function, where [`Options::coverage`] asks for it.
    pub coverage: Option<ScriptCoverage>,
}

/// A case to play: what is to be done, told when there is room for it, and what becomes of what
/// came of it. All of it happens on the thread, or in the process, that plays it.
pub trait Job {
    /// What is kept between the two.
    type Kept: 'static;
    type Result: Send + 'static;

    /// About how many jobs, this one included, are to play the same function: what is worth the
    /// preparation.
    fn jobs_for_same_function(&self) -> usize {
        1
    }

    /// Makes the plan. `Err` where there is nothing to play.
    fn begin(self) -> Result<(Plan, Self::Kept), Self::Result>;

    /// A function that can't be loaded is what came of its plan, too.
    fn end(kept: Self::Kept, played: Result<PlanResult, EngineError>) -> Self::Result;
}

impl Job for Plan {
    type Kept = ();
    type Result = Result<PlanResult, EngineError>;

    fn begin(self) -> Result<(Plan, ()), Self::Result> {
        Ok((self, ()))
    }

    fn end((): (), played: Result<PlanResult, EngineError>) -> Self::Result {
        played
    }
}

/// What the threads share.
struct Shared<I: Iterator<Item: Job>> {
    jobs: Mutex<Jobs<I>>,
    /// Where the plans' folders are made.
    folder: PathBuf,
    messages: mpsc::Sender<Message<<I::Item as Job>::Result>>,
}

struct Jobs<I> {
    /// Those that are left; `None` when the run is over.
    left: Option<I>,
    /// How many have been taken.
    taken: usize,
}

enum Message<R> {
    Done(usize, R),
    /// No job is left.
    NoneLeft,
    /// A thread is gone and can't be replaced.
    Failed(EngineError),
}

/// Plays `jobs` on `threads` threads. `sink` gets the result of each, with its number (from 0), as
/// soon as it is there and not in order, on the caller's thread; it may end the run, which then
/// waits for the jobs that are being played.
///
/// # Errors
/// There is no room for a temporary folder, or no thread.
pub fn play<I>(
    jobs: I,
    threads: usize,
    mut sink: impl FnMut(usize, <I::Item as Job>::Result) -> ControlFlow<()>,
) -> Result<(), EngineError>
where
    I: Iterator<Item: Job> + Send + 'static,
{
    let folder = temporary_folder()?;
    let (messages, inbox) = mpsc::channel();
    let shared = Arc::new(Shared {
        jobs: Mutex::new(Jobs {
            left: Some(jobs),
            taken: 0,
        }),
        folder: folder.path().to_owned(),
        messages,
    });
    for _ in 0..threads.max(1) {
        spawn(shared.clone())?;
    }
    // Threads that V8 has made useless keep their end of the channel for ever, so it is counted.
    let mut received = 0;
    let mut over = false;
    loop {
        match inbox.recv() {
            Ok(Message::Done(number, result)) => {
                received += 1;
                if !over && sink(number, result).is_break() {
                    over = true;
                    lock(&shared.jobs).left = None;
                }
            }
            Ok(Message::NoneLeft) => {}
            Ok(Message::Failed(error)) => return Err(error),
            // `shared` holds a sender.
            Err(_) => return Ok(()),
        }
        let jobs = lock(&shared.jobs);
        if jobs.left.is_none() && jobs.taken == received {
            return Ok(());
        }
    }
}

pub fn lock<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}

fn spawn<I>(shared: Arc<Shared<I>>) -> Result<(), EngineError>
where
    I: Iterator<Item: Job> + Send + 'static,
{
    std::thread::Builder::new()
        .name("segfn-case".into())
        .stack_size(STACK_SIZE)
        .spawn(move || work(&shared))
        .map(|_| ())
        .map_err(|error| EngineError::Internal(format!("can't start a thread: {error}")))
}

impl<I> Shared<I>
where
    I: Iterator<Item: Job> + Send + 'static,
{
    fn next(&self) -> Option<(usize, I::Item)> {
        let mut jobs = lock(&self.jobs);
        let next = jobs.left.as_mut().and_then(Iterator::next);
        let Some(job) = next else {
            jobs.left = None;
            let _ = self.messages.send(Message::NoneLeft);
            return None;
        };
        jobs.taken += 1;
        Some((jobs.taken - 1, job))
    }

    /// Lets another thread take the place of this one, which can't go on.
    fn replace(self: &Arc<Self>) {
        if let Err(error) = spawn(self.clone()) {
            let _ = self.messages.send(Message::Failed(error));
        }
    }
}

fn work<I>(shared: &Arc<Shared<I>>)
where
    I: Iterator<Item: Job> + Send + 'static,
{
    let mut station: Option<WorkerThread> = None;
    while let Some((number, job)) = shared.next() {
        let told = shared.clone();
        let tell = move |result| {
            let _ = told.messages.send(Message::Done(number, result));
        };
        let begun = match job.begin() {
            Ok(begun) => begun,
            Err(result) => {
                tell(result);
                continue;
            }
        };
        let given = shared.clone();
        let sane = play_begun::<I::Item>(
            begun,
            |timeout| {
                let next = match station.take() {
                    Some(station) => station.next(timeout)?,
                    None => WorkerThread::new(timeout)?,
                };
                Ok(station.insert(next).clone())
            },
            &shared.folder.join(number.to_string()),
            tell,
            move || given.replace(),
        );
        if !sane {
            // What is left of V8 on this thread can't be trusted.
            return shared.replace();
        }
    }
}

/// Plays a job's plan, and has `tell` hear of the result, whatever happens. Where V8 can't go on in
/// this thread, its input ends as out of memory, and `gone` is called last of all. False when the
/// thread should not be used any more.
pub fn play_begun<J: Job>(
    (plan, kept): (Plan, J::Kept),
    station: impl FnOnce(Duration) -> Result<WorkerThread, EngineError>,
    folder: &Path,
    tell: impl FnOnce(J::Result) + 'static,
    gone: impl FnOnce() + 'static,
) -> bool {
    let progress = Rc::new(RefCell::new(Progress::default()));
    let end = move |played| tell(J::end(kept, played));
    let end = Rc::new(Cell::new(Some(end)));
    let (last, words) = (progress.clone(), end.clone());
    let kind = plan.function.kind.unwrap_or(Kind::Destination);
    memory::set_last_words(Some(Box::new(move || {
        let played = match last.try_borrow_mut() {
            Ok(mut progress) => progress.give_up(kind),
            Err(_) => Err(EngineError::Internal("V8 ran out of memory".into())),
        };
        if let Some(end) = words.take() {
            end(played);
        }
        gone();
    })));
    let result = catch_unwind(AssertUnwindSafe(|| {
        let station = station(plan.options.timeout)?;
        run_plan::play(&plan, &station, folder, &progress)
    }));
    memory::set_last_words(None);
    let (played, sane) = match result {
        Ok(played) => (played, true),
        Err(_) => (
            Err(EngineError::Internal("a thread panicked: see above".into())),
            false,
        ),
    };
    if let Some(end) = end.take() {
        end(played);
    }
    sane
}
