//! Runs one plan, step by step.

use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;
use std::{fs, io};

use super::determinism::Determinism;
use super::plan::{Plan, PlanResult, Step};
use super::retry_schedule::wait_after;
use super::worker::{Unfinished, Worker, unfinished};
use super::worker_thread::WorkerThread;
use crate::aws_local::{Contents, LocalAws};
use crate::engine::error::{EngineError, Need};
use crate::engine::invoke::classify::classify;
use crate::engine::result::{InputResult, Loaded};
use crate::function::{Input, Kind};
use crate::host::HostEnv;
use crate::outcome::{Class, StoredObject};

/// Something that a plan has come to.
pub enum ProgressEvent<'a> {
    Loaded(&'a Loaded),
    /// An input begins.
    Input {
        name: &'a str,
        /// The results that no event was about.
        earlier: &'a [InputResult],
    },
}

/// Hears how far a plan is.
pub type Listener = Box<dyn FnMut(ProgressEvent<'_>)>;

/// How far a plan is. It can be read when the plan's thread is lost.
#[derive(Default)]
pub struct PlanProgress {
    loaded: Option<Loaded>,
    /// The name of the input that is running.
    current: Option<String>,
    results: Vec<InputResult>,
    listener: Option<Listener>,
    /// How many results the listener knows.
    told: usize,
}

impl PlanProgress {
    pub fn new(listener: Option<Listener>) -> PlanProgress {
        PlanProgress {
            listener,
            ..PlanProgress::default()
        }
    }

    /// The function is loaded.
    pub fn load(&mut self, loaded: Loaded) {
        if let Some(listener) = &mut self.listener {
            listener(ProgressEvent::Loaded(&loaded));
        }
        self.loaded = Some(loaded);
    }

    /// The input of this name begins.
    pub fn begin(&mut self, name: String) {
        if let Some(listener) = &mut self.listener {
            let earlier = &self.results[self.told..];
            let name = &name;
            listener(ProgressEvent::Input { name, earlier });
            self.told = self.results.len();
        }
        self.current = Some(name);
    }

    /// An input has ended.
    pub fn end(&mut self, result: InputResult) {
        self.current = None;
        self.results.push(result);
    }

    /// The result of `plan` so far. The input that was running ended like this.
    /// Stored objects and coverage are missing.
    ///
    /// # Errors
    /// The function was not loaded yet.
    pub fn give_up(&mut self, plan: &Plan, how: Unfinished) -> Result<PlanResult, EngineError> {
        let timeout = plan.options.timeout;
        let Some(loaded) = self.loaded.take() else {
            let kind = plan.function.kind.unwrap_or(Kind::Destination);
            let (_, failure) = classify(how.end, kind, "", timeout.as_millis());
            return Err(EngineError::Load(Box::new(failure)));
        };
        let mut results = std::mem::take(&mut self.results);
        let current = self.current.take();
        results.extend(current.map(|name| unfinished(&name, loaded.kind, how, timeout)));
        Ok(PlanResult {
            loaded,
            results,
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
        // Most plans store nothing and have no folder. What can't be removed here goes with the
        // folder of the whole run.
        let _ = fs::remove_dir_all(self.0);
    }
}

/// Runs `plan`, whose AWS keeps what is stored in `folder`.
pub fn run_plan(
    plan: &Plan,
    thread: &WorkerThread,
    folder: &Path,
    progress: &RefCell<PlanProgress>,
) -> Result<PlanResult, EngineError> {
    let mut options = plan.options.clone();
    options.host.folder = folder.to_owned();
    let options = Arc::new(options);
    let determinism = Determinism::new(options.frozen);
    determinism.enter();
    let host_env = Arc::new(HostEnv::new(&options.host)?);
    let _emptied = RemoveOnDrop(folder);
    let before = match host_env.local() {
        Some(aws) => fill(aws, plan)?,
        None => Contents::new(),
    };
    let (worker, loaded) = Worker::start(
        plan.function.clone(),
        options,
        host_env.clone(),
        thread.clone(),
        determinism.clone(),
    )?;
    progress.borrow_mut().load(loaded.clone());
    let mut run = PlanRun {
        plan,
        kind: loaded.kind,
        determinism,
        progress,
        worker,
        used: false,
    };
    for step in &plan.steps {
        match step {
            Step::Wait(time) => run.determinism.clock.advance(*time),
            Step::Run(input) => run.give(input),
        }
    }
    // Until the isolate is gone, an operation that is still under way may write.
    let coverage = run.worker.finish();
    let (objects, deleted) = match host_env.local() {
        Some(aws) => changes(aws, &before).map_err(storage)?,
        None => Default::default(),
    };
    let results = std::mem::take(&mut progress.borrow_mut().results);
    Ok(PlanResult {
        loaded,
        results,
        objects,
        deleted,
        coverage,
    })
}

struct PlanRun<'a> {
    plan: &'a Plan,
    kind: Kind,
    determinism: Determinism,
    progress: &'a RefCell<PlanProgress>,
    worker: Worker,
    /// Whether the worker's instance has run an input.
    used: bool,
}

impl PlanRun<'_> {
    /// Calls the function with `input`, again while it asks for a retry and the plan and the platform
    /// allow one.
    fn give(&mut self, input: &Input) {
        for attempt in 1.. {
            let result = self.run(input);
            let again = attempt < self.plan.attempts && is_retry(&result);
            self.progress.borrow_mut().end(result);
            match wait_after(self.kind, attempt).filter(|_| again) {
                Some(wait) => self.determinism.clock.advance(wait),
                None => break,
            }
        }
    }

    fn run(&mut self, input: &Input) -> InputResult {
        self.progress.borrow_mut().begin(input.name.clone());
        if self.used && !self.plan.warm {
            self.worker.renew();
        }
        self.used = true;
        self.worker.run(input)
    }
}

fn is_retry(result: &InputResult) -> bool {
    matches!(result, InputResult::Outcome(outcome) if outcome.class == Class::Retry)
}

/// Stores the plan's objects. Gives all that is stored then.
fn fill(aws: &LocalAws, plan: &Plan) -> Result<Contents, EngineError> {
    if plan.objects.is_empty() {
        return Ok(Contents::new());
    }
    for (bucket, key, bytes) in &plan.objects {
        aws.put(bucket, key, bytes).map_err(|error| {
            if error.kind() == io::ErrorKind::InvalidInput {
                EngineError::Object {
                    bucket: bucket.clone(),
                    key: key.clone(),
                    source: error,
                }
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
    EngineError::machine(Need::Storage)(error)
}
