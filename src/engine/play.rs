//! Cases: each a short list of steps in a fresh instance, with conditions of its own. Many threads
//! play them, each one at a time.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::mpsc;
use std::time::Duration;

use super::EngineError;
use super::Loaded;
use super::Options;
use super::Ran;
use super::folder::TemporaryFolder;
use super::memory;
use super::station::Station;
use super::steps;
use super::steps::Progress;
use super::worker::STACK_SIZE;
use crate::coverage::ScriptCoverage;
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
    /// while its outcome is a retry, but never after the platform would have given it up (spec
    /// section 9). On the real clock nothing waits.
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
pub struct Played {
    /// What is known of the function, from its first loading.
    pub loaded: Loaded,
    /// One for each attempt of each input, in order.
    pub ran: Vec<Ran>,
    /// What the function wrote into the embedded S3 and left there, by bucket and key.
    pub objects: Vec<StoredObject>,
    /// The buckets and keys of what was there at first and is not any more.
    pub deleted: Vec<(String, String)>,
    /// What ran of the function, where [`Options::coverage`] asks for it.
    pub coverage: Option<ScriptCoverage>,
}

/// What the threads share.
struct Shared<I> {
    plans: Mutex<Plans<I>>,
    /// Where the plans' folders are made.
    folder: PathBuf,
    messages: mpsc::Sender<Message>,
}

struct Plans<I> {
    /// Those that are left; `None` when the run is over.
    left: Option<I>,
    /// How many have been taken.
    taken: usize,
}

enum Message {
    Played(usize, Result<Played, EngineError>),
    /// No plan is left.
    NoneLeft,
    /// A thread is gone and can't be replaced.
    Failed(EngineError),
}

/// Plays `plans` on `jobs` threads. `sink` gets what came of each, with its number (from 0), as soon
/// as it is there and not in order, on the caller's thread; it may end the run, which then waits
/// for the plans that are being played.
///
/// A function that can't be loaded is the result of its plan, and no reason to stop.
///
/// # Errors
/// There is no room for a temporary folder, or no thread.
pub fn play<I>(
    plans: I,
    jobs: usize,
    mut sink: impl FnMut(usize, Result<Played, EngineError>) -> ControlFlow<()>,
) -> Result<(), EngineError>
where
    I: Iterator<Item = Plan> + Send + 'static,
{
    let folder = TemporaryFolder::new().map_err(|error| {
        EngineError::Internal(format!("can't make a temporary folder: {error}"))
    })?;
    let (messages, inbox) = mpsc::channel();
    let shared = Arc::new(Shared {
        plans: Mutex::new(Plans {
            left: Some(plans),
            taken: 0,
        }),
        folder: folder.path().to_owned(),
        messages,
    });
    for _ in 0..jobs.max(1) {
        spawn(shared.clone())?;
    }
    // Threads that V8 has made useless keep their end of the channel for ever, so it is counted.
    let mut received = 0;
    let mut over = false;
    loop {
        match inbox.recv() {
            Ok(Message::Played(number, result)) => {
                received += 1;
                if !over && sink(number, result).is_break() {
                    over = true;
                    lock(&shared.plans).left = None;
                }
            }
            Ok(Message::NoneLeft) => {}
            Ok(Message::Failed(error)) => return Err(error),
            // `shared` holds a sender.
            Err(_) => return Ok(()),
        }
        let plans = lock(&shared.plans);
        if plans.left.is_none() && plans.taken == received {
            return Ok(());
        }
    }
}

fn lock<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}

fn spawn<I>(shared: Arc<Shared<I>>) -> Result<(), EngineError>
where
    I: Iterator<Item = Plan> + Send + 'static,
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
    I: Iterator<Item = Plan> + Send + 'static,
{
    fn next(&self) -> Option<(usize, Plan)> {
        let mut plans = lock(&self.plans);
        let next = plans.left.as_mut().and_then(Iterator::next);
        let Some(plan) = next else {
            plans.left = None;
            let _ = self.messages.send(Message::NoneLeft);
            return None;
        };
        plans.taken += 1;
        Some((plans.taken - 1, plan))
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
    I: Iterator<Item = Plan> + Send + 'static,
{
    let mut station: Option<Station> = None;
    while let Some((number, plan)) = shared.next() {
        let progress = Rc::new(RefCell::new(Progress::default()));
        let (last, given) = (progress.clone(), shared.clone());
        let kind = plan.function.kind.unwrap_or(Kind::Destination);
        memory::set_last_words(Some(Box::new(move || give_up(&given, number, &last, kind))));
        let result = catch_unwind(AssertUnwindSafe(|| {
            let kept = match station.take() {
                Some(station) => station.next(plan.options.timeout)?,
                None => Station::new(plan.options.timeout)?,
            };
            let station = station.insert(kept).clone();
            steps::play(
                &plan,
                &station,
                &shared.folder.join(number.to_string()),
                &progress,
            )
        }));
        memory::set_last_words(None);
        let (result, panicked) = match result {
            Ok(result) => (result, false),
            Err(_) => (
                Err(EngineError::Internal("a thread panicked: see above".into())),
                true,
            ),
        };
        let _ = shared.messages.send(Message::Played(number, result));
        if panicked {
            // What is left of V8 on this thread can't be trusted.
            return shared.replace();
        }
    }
}

/// V8 can't go on in this thread: its input ends as out of memory, and another thread takes the
/// plans that are left.
fn give_up<I>(shared: &Arc<Shared<I>>, number: usize, progress: &RefCell<Progress>, kind: Kind)
where
    I: Iterator<Item = Plan> + Send + 'static,
{
    let result = match progress.try_borrow_mut() {
        Ok(mut progress) => progress.give_up(kind),
        Err(_) => Err(EngineError::Internal("V8 ran out of memory".into())),
    };
    let _ = shared.messages.send(Message::Played(number, result));
    shared.replace();
}
