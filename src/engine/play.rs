//! Cases: each a short list of steps in a fresh instance, with conditions of its own. Many threads
//! play them, each one at a time.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::mpsc;
use std::time::Duration;

use super::EngineError;
use super::Loaded;
use super::Options;
use super::Ran;
use super::memory;
use super::moment::Moment;
use super::station::Station;
use super::worker::STACK_SIZE;
use super::worker::Worker;
use crate::function::Function;
use crate::function::Input;
use crate::function::Kind;

/// What to do with one function, from its loading on.
#[derive(Clone, Debug)]
pub struct Plan {
    pub function: Arc<Function>,
    /// `jobs` is of no meaning here.
    pub options: Options,
    pub steps: Vec<Step>,
    /// How often an input is given at most: again, by the platform's schedule on the frozen clock,
    /// while its outcome is a retry (spec section 9).
    pub attempts: u32,
    /// Whether all steps happen in one instance; otherwise each input gets a fresh one.
    pub warm: bool,
}

/// One step of a [`Plan`].
#[derive(Clone, Debug)]
pub enum Step {
    Run(Input),
    /// So much time passes on the frozen clock.
    Wait(Duration),
}

/// What came of a [`Plan`].
#[derive(Debug)]
pub struct Played {
    /// What is known of the function, from its first loading.
    pub loaded: Loaded,
    /// One for each attempt of each input, in order.
    pub ran: Vec<Ran>,
}

/// What the threads share.
struct Shared<I> {
    /// The plans that are left, and the number of the next.
    plans: Mutex<(I, usize)>,
    results: mpsc::Sender<(usize, Result<Played, EngineError>)>,
}

/// Plays `plans` on `jobs` threads. `sink` gets what came of each, with its number (from 0), as soon
/// as it is there and not in order, on the caller's thread; it may end the run.
///
/// A function that can't be loaded is the result of its plan, and no reason to stop.
pub fn play<I>(
    plans: I,
    jobs: usize,
    mut sink: impl FnMut(usize, Result<Played, EngineError>) -> ControlFlow<()>,
) -> Result<(), EngineError>
where
    I: Iterator<Item = Plan> + Send + 'static,
{
    let (results, inbox) = mpsc::channel();
    let shared = Arc::new(Shared {
        plans: Mutex::new((plans, 0)),
        results,
    });
    for _ in 0..jobs.max(1) {
        spawn(shared.clone())?;
    }
    drop(shared);
    for (number, result) in inbox {
        if sink(number, result).is_break() {
            break;
        }
    }
    Ok(())
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

/// What a thread is doing, where its last words can reach it.
struct Progress {
    number: usize,
    loaded: Option<Loaded>,
    current: Option<String>,
    ran: Vec<Ran>,
}

fn work<I>(shared: &Arc<Shared<I>>)
where
    I: Iterator<Item = Plan> + Send + 'static,
{
    loop {
        let (number, plan) = {
            let mut plans = shared.plans.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(plan) = plans.0.next() else { return };
            plans.1 += 1;
            (plans.1 - 1, plan)
        };
        let progress = Rc::new(RefCell::new(Progress {
            number,
            loaded: None,
            current: None,
            ran: Vec::new(),
        }));
        let (last, given) = (progress.clone(), shared.clone());
        let kind = plan.function.kind.unwrap_or(Kind::Destination);
        memory::set_last_words(Some(Box::new(move || give_up(&given, &last, kind))));
        let result = play_one(&plan, &progress);
        memory::set_last_words(None);
        // Nobody listens any more when the caller has ended the run.
        if shared.results.send((number, result)).is_err() {
            return;
        }
    }
}

fn play_one(plan: &Plan, progress: &RefCell<Progress>) -> Result<Played, EngineError> {
    let options = Arc::new(plan.options.clone());
    let moment = Moment::new(options.frozen);
    moment.enter();
    let station = Station::new(options.timeout)?;
    let surroundings = Arc::new(super::surroundings(&options)?);
    let start = || {
        Worker::start(
            plan.function.clone(),
            options.clone(),
            surroundings.clone(),
            station.clone(),
            moment.clone(),
        )
    };
    let (mut worker, loaded) = start()?;
    progress.borrow_mut().loaded = Some(loaded.clone());
    let mut used = false;
    for step in &plan.steps {
        match step {
            Step::Wait(time) => moment.clock.advance(*time),
            Step::Run(input) => {
                if used && !plan.warm {
                    drop(worker);
                    worker = start()?.0;
                }
                used = true;
                progress.borrow_mut().current = Some(input.name.clone());
                let ran = worker.run(input);
                let mut progress = progress.borrow_mut();
                progress.current = None;
                progress.ran.push(ran);
            }
        }
    }
    let ran = std::mem::take(&mut progress.borrow_mut().ran);
    Ok(Played { loaded, ran })
}

/// V8 can't go on in this thread: its input ends as out of memory, and another thread takes the
/// plans that are left.
fn give_up<I>(shared: &Arc<Shared<I>>, progress: &RefCell<Progress>, kind: Kind)
where
    I: Iterator<Item = Plan> + Send + 'static,
{
    let Ok(mut progress) = progress.try_borrow_mut() else {
        return;
    };
    let number = progress.number;
    let mut ran = std::mem::take(&mut progress.ran);
    let kind = progress.loaded.as_ref().map_or(kind, |loaded| loaded.kind);
    ran.extend(
        progress
            .current
            .take()
            .map(|name| super::worker::out_of_memory(&name, kind)),
    );
    let result = match progress.loaded.take() {
        Some(loaded) => Ok(Played { loaded, ran }),
        None => Err(EngineError::Internal(
            "the function needs more memory than it may have to be loaded".into(),
        )),
    };
    let _ = shared.results.send((number, result));
    // Without it, the other threads go on.
    let _ = spawn(shared.clone());
}
