//! One plan, step by step.

use std::cell::RefCell;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use crate::aws_local::Contents;
use crate::aws_local::LocalAws;
use crate::engine::EngineError;
use crate::engine::InputResult;
use crate::engine::Loaded;
use crate::engine::Plan;
use crate::engine::PlanResult;
use crate::engine::Step;
use crate::engine::run::determinism::Determinism;
use crate::engine::run::retry_schedule;
use crate::engine::run::worker;
use crate::engine::run::worker::Worker;
use crate::engine::run::worker_thread::WorkerThread;
use crate::function::Input;
use crate::function::Kind;
use crate::outcome::Class;
use crate::outcome::StoredObject;

/// What a thread is doing, where its last words can reach it.
#[derive(Default)]
pub struct Progress {
    loaded: Option<Loaded>,
    /// The name of the input that is running.
    current: Option<String>,
    ran: Vec<InputResult>,
}

impl Progress {
    /// What there is of the plan, whose current input ends as out of memory. What it has stored, and
    /// what ran of the function, is not told.
    pub fn give_up(&mut self, kind: Kind) -> Result<PlanResult, EngineError> {
        let kind = self.loaded.as_ref().map_or(kind, |loaded| loaded.kind);
        let mut ran = std::mem::take(&mut self.ran);
        let current = self.current.take();
        ran.extend(current.map(|name| worker::out_of_memory(&name, kind)));
        let loaded = self.loaded.take().ok_or_else(|| {
            EngineError::Internal(
                "the function needs more memory than it may have to be loaded".into(),
            )
        })?;
        Ok(PlanResult {
            loaded,
            results: ran,
            objects: Vec::new(),
            deleted: Vec::new(),
            coverage: None,
        })
    }
}

/// Removes the folder of a plan's AWS.
struct RemoveOnDrop<'a>(&'a Path);

impl Drop for RemoveOnDrop<'_> {
    fn drop(&mut self) {
        // Most plans store nothing: there is none. The run's own folder goes at the end, with all
        // that could not be removed here.
        let _ = fs::remove_dir_all(self.0);
    }
}

/// Plays `plan`, whose AWS keeps what is stored in `folder`.
pub fn play(
    plan: &Plan,
    station: &WorkerThread,
    folder: &Path,
    progress: &RefCell<Progress>,
) -> Result<PlanResult, EngineError> {
    let mut options = plan.options.clone();
    options.host.folder = folder.to_owned();
    let options = Arc::new(options);
    let moment = Determinism::new(options.frozen);
    moment.enter();
    let host_env = Arc::new(crate::engine::host_env(&options)?);
    let _emptied = RemoveOnDrop(folder);
    let before = match host_env.local() {
        Some(aws) => fill(aws, plan)?,
        None => Contents::new(),
    };
    let (worker, loaded) = Worker::start(
        plan.function.clone(),
        options,
        host_env.clone(),
        station.clone(),
        moment.clone(),
    )?;
    progress.borrow_mut().loaded = Some(loaded.clone());
    let mut player = Player {
        plan,
        kind: loaded.kind,
        moment,
        progress,
        worker,
        used: false,
    };
    for step in &plan.steps {
        match step {
            Step::Wait(time) => player.moment.clock.advance(*time),
            Step::Run(input) => player.give(input),
        }
    }
    // What is still under way may write, until the isolate is gone.
    let coverage = player.worker.finish();
    let (objects, deleted) = match host_env.local() {
        Some(aws) => changes(aws, &before).map_err(storage)?,
        None => Default::default(),
    };
    let ran = std::mem::take(&mut progress.borrow_mut().ran);
    Ok(PlanResult {
        loaded,
        results: ran,
        objects,
        deleted,
        coverage,
    })
}

struct Player<'a> {
    plan: &'a Plan,
    kind: Kind,
    moment: Determinism,
    progress: &'a RefCell<Progress>,
    worker: Worker,
    /// Whether the worker's instance has run an input.
    used: bool,
}

impl Player<'_> {
    /// Gives the function `input`, as often as the plan and the platform will.
    fn give(&mut self, input: &Input) {
        for attempt in 1.. {
            let ran = self.run(input);
            let again = attempt < self.plan.attempts && is_retry(&ran);
            self.progress.borrow_mut().ran.push(ran);
            match retry_schedule::wait_after(self.kind, attempt).filter(|_| again) {
                Some(wait) => self.moment.clock.advance(wait),
                None => break,
            }
        }
    }

    fn run(&mut self, input: &Input) -> InputResult {
        self.progress.borrow_mut().current = Some(input.name.clone());
        if self.used && !self.plan.warm {
            self.worker.renew();
        }
        self.used = true;
        let ran = self.worker.run(input);
        self.progress.borrow_mut().current = None;
        ran
    }
}

fn is_retry(ran: &InputResult) -> bool {
    matches!(ran, InputResult::Outcome(outcome) if outcome.class == Class::Retry)
}

/// Puts the plan's objects there, and tells what there is then.
fn fill(aws: &LocalAws, plan: &Plan) -> Result<Contents, EngineError> {
    if plan.objects.is_empty() {
        return Ok(Contents::new());
    }
    for (bucket, key, bytes) in &plan.objects {
        aws.put(bucket, key, bytes).map_err(|error| {
            if error.kind() == io::ErrorKind::InvalidInput {
                EngineError::Usage(format!(
                    "the object {bucket}/{key} can't be stored: {error}"
                ))
            } else {
                storage(error)
            }
        })?;
    }
    aws.contents().map_err(storage)
}

type Changes = (Vec<StoredObject>, Vec<(String, String)>);

/// What differs from `before`.
fn changes(aws: &LocalAws, before: &Contents) -> io::Result<Changes> {
    let after = aws.contents()?;
    let deleted = before
        .keys()
        .filter(|place| !after.contains_key(place))
        .cloned()
        .collect();
    let mut objects = Vec::new();
    for (place, version) in &after {
        if before.get(place) != Some(version) {
            objects.push(aws.describe(&place.0, &place.1)?);
        }
    }
    Ok((objects, deleted))
}

fn storage(error: io::Error) -> EngineError {
    EngineError::Internal(format!("the embedded AWS can't keep its objects: {error}"))
}
