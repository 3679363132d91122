//! Executes inputs in a worker that stays warm, on a thread or in a process of its own.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::crash::Crash;
use super::determinism::Determinism;
use super::on_thread::ItemExecutor;
use super::outside::Outside;
use super::worker::{Worker, unfinished};
use super::worker_thread::WorkerThread;
use crate::cost::Usage;
use crate::coverage::ScriptCoverage;
use crate::engine::error::EngineError;
use crate::engine::invoke::infer_kind;
use crate::engine::isolate::base_isolate::BaseIsolate;
use crate::engine::isolate::thrown::End;
use crate::engine::options::Options;
use crate::engine::result::{InputResult, Loaded};
use crate::function::{Function, Input, Kind};
use crate::host::HostEnv;
use crate::secrets::Secrets;

/// What workers are made of.
pub struct WorkerSetup<T> {
    pub function: Arc<Function>,
    pub options: Arc<Options>,
    pub host: Arc<HostEnv>,
    pub map: Arc<Map<T>>,
}

/// What makes of what came of an input what is to be written.
pub type Map<T> = dyn Fn(Ran) -> T + Send + Sync;

/// What makes a [`Map`] in a process that was forked before the map's values were known.
pub trait Rendering: Serialize + DeserializeOwned {
    type Output: Serialize + DeserializeOwned + Send + 'static;

    /// The map for this function, in whose outcomes these secrets are hidden.
    fn of(
        self,
        function: &Function,
        secrets: &Arc<Secrets>,
    ) -> impl Fn(Ran) -> Self::Output + Send + Sync + 'static;
}

/// An input that was run.
pub struct Ran<'a> {
    pub input: &'a Input,
    pub result: InputResult,
    pub usage: Usage,
    /// What of the function ran, where that is counted and the worker could go on.
    pub coverage: Option<ScriptCoverage>,
}

impl<'a> Ran<'a> {
    /// One of which nothing more is known.
    pub fn lost(input: &'a Input, result: InputResult) -> Ran<'a> {
        Ran {
            input,
            result,
            usage: Usage::default(),
            coverage: None,
        }
    }
}

impl<T> Clone for WorkerSetup<T> {
    fn clone(&self) -> Self {
        WorkerSetup {
            function: self.function.clone(),
            options: self.options.clone(),
            host: self.host.clone(),
            map: self.map.clone(),
        }
    }
}

impl<T: Send + 'static> WorkerSetup<T> {
    /// Makes a worker, which may be watched from `outside`. Its first instance is made of `isolate`, if there is one.
    pub fn executor(
        &self,
        isolate: Option<BaseIsolate>,
        outside: Option<Outside>,
    ) -> Result<(InputExecutor<T>, Loaded), EngineError> {
        let (function, options) = (&self.function, &self.options);
        let (worker, mut loaded) = Worker::start(
            function.clone(),
            options.clone(),
            self.host.clone(),
            WorkerThread::new(options.timeout, isolate, outside)?,
            Determinism::new(options.frozen),
        )?;
        let warnings = infer_kind::warnings(function, &loaded, options.handler.as_deref());
        loaded.warnings.splice(..0, warnings);
        let executor = InputExecutor {
            worker,
            map: self.map.clone(),
            timeout: options.timeout,
            counts: options.coverage,
            is_fresh: options.fresh,
        };
        Ok((executor, loaded))
    }
}

/// Executes inputs in a worker.
pub struct InputExecutor<T> {
    worker: Worker,
    map: Arc<Map<T>>,
    timeout: Duration,
    /// Whether it is counted what runs.
    counts: bool,
    /// Whether each input gets an instance of its own.
    is_fresh: bool,
}

/// An input that is running.
pub struct RunningInput<T> {
    input: Input,
    kind: Kind,
    timeout: Duration,
    map: Arc<Map<T>>,
}

impl<T: Send + 'static> ItemExecutor for InputExecutor<T> {
    type Item = Input;
    type Output = T;
    type Started = Loaded;
    type Pending = RunningInput<T>;

    fn begin(&mut self, input: &Input) -> RunningInput<T> {
        RunningInput {
            input: input.clone(),
            kind: self.worker.kind(),
            timeout: self.timeout,
            map: self.map.clone(),
        }
    }

    fn execute(&mut self, input: Input) -> Result<T, EngineError> {
        // Whatever worker an input comes to, it finds the same time and the same randomness.
        self.worker.restart_clock(input.time);
        if self.is_fresh {
            self.worker.begin_anew();
        }
        let result = self.worker.run(&input);
        let coverage = self.counts.then(|| self.worker.take_coverage()).flatten();
        Ok((self.map)(Ran {
            input: &input,
            result,
            usage: self.worker.usage(),
            coverage,
        }))
    }

    fn lost(pending: RunningInput<T>, crash: Crash) -> Result<T, EngineError> {
        let RunningInput {
            input,
            kind,
            timeout,
            map,
        } = pending;
        match crash {
            Crash::OutOfMemory => {
                let how = End::OutOfMemory.into();
                let result = unfinished(&input.name, kind, how, timeout);
                Ok(map(Ran::lost(&input, result)))
            }
            Crash::Panic => Err(crash.into()),
        }
    }
}
