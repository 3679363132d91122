//! Runs invocations in one instance after another, on one thread.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::SystemTime;

use deno_core::v8;

use super::determinism::Determinism;
use super::worker_thread::WorkerThread;
use crate::coverage::ScriptCoverage;
use crate::engine::error::EngineError;
use crate::engine::invoke::call::{BadInput, Invocation, invoke};
use crate::engine::invoke::classify::classify;
use crate::engine::invoke::context::Context;
use crate::engine::invoke::infer_kind::infer_kind;
use crate::engine::isolate::instance::{Instance, InstanceOptions};
use crate::engine::isolate::memory;
use crate::engine::isolate::thrown::End;
use crate::engine::isolate::wrapper::base_name;
use crate::engine::options::Options;
use crate::engine::result::{InputResult, Loaded};
use crate::function::{Function, Input, Kind};
use crate::host;
use crate::host::{HostEnv, InvocationLog, SharedInvocationLog};
use crate::outcome::{Class, FORMAT_VERSION, Failure, Outcome};

/// Invocations between two sweeps of memory.
const SWEEP_EVERY: u64 = 8192;

pub struct Worker {
    // It is dropped first, because it needs the event loop of `thread`.
    instance: Option<Instance>,
    invocations: u64,
    function: Arc<Function>,
    /// [`Function::settings_json`].
    settings: String,
    options: Arc<Options>,
    host_env: Arc<HostEnv>,
    file: String,
    kind: Kind,
    thread: WorkerThread,
    determinism: Determinism,
    log: SharedInvocationLog,
    /// The coverage of the instances that are gone.
    coverage: Option<ScriptCoverage>,
}

impl Worker {
    /// Loads the function for the first time, and finds out its kind.
    pub fn start(
        function: Arc<Function>,
        options: Arc<Options>,
        host_env: Arc<HostEnv>,
        thread: WorkerThread,
        determinism: Determinism,
    ) -> Result<(Worker, Loaded), EngineError> {
        let mut worker = Worker {
            instance: None,
            invocations: 0,
            file: base_name(&function.path),
            kind: function.kind.unwrap_or(Kind::Destination),
            log: Rc::new(RefCell::new(InvocationLog::new(determinism.clock.clone()))),
            thread,
            determinism,
            coverage: None,
            settings: function.settings_json(),
            function,
            options,
            host_env,
        };
        let tokio = worker.thread.tokio.clone();
        let _context = tokio.enter();
        let mut instance = worker.load().map_err(|end| {
            let (_, failure) = worker.classify(end);
            EngineError::Load(Box::new(failure))
        })?;
        let texts = texts(&mut instance);
        let (kind, reason) = infer_kind(&worker.function, &instance.handlers, &texts)?;
        worker.kind = kind;
        let own = instance.handlers.iter().filter(|handler| handler.own);
        let handlers = own.map(|handler| handler.name.to_string()).collect();
        let warnings = std::mem::take(&mut worker.log.borrow_mut().warnings);
        worker.instance = Some(instance);
        Ok((
            worker,
            Loaded {
                kind,
                reason,
                handlers,
                warnings,
            },
        ))
    }

    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Puts a frozen clock and a seeded randomness back to their beginning, or the clock to `time`.
    pub fn restart_clock(&self, time: Option<SystemTime>) {
        self.determinism.restart(time);
    }

    /// Replaces the instance by a fresh one. What that logs while it is loaded belongs to no
    /// invocation.
    pub fn renew(&mut self) {
        self.retire();
        let tokio = self.thread.tokio.clone();
        let _context = tokio.enter();
        // If the function can't be loaded any more, the next invocation says so.
        self.instance = self.load().ok();
    }

    /// Takes the instance out, and adds up its coverage.
    fn retire(&mut self) -> Option<Instance> {
        let mut instance = self.instance.take()?;
        if let Some(coverage) = instance.take_coverage() {
            self.coverage.get_or_insert_default().add(coverage);
        }
        Some(instance)
    }

    /// Ends the worker. Gives the coverage, if it was counted.
    pub fn finish(mut self) -> Option<ScriptCoverage> {
        let instance = self.retire();
        if self.thread.is_last {
            // The end of the process frees what the instance holds, which is faster.
            std::mem::forget(instance);
        }
        self.coverage.take()
    }

    fn load(&self) -> Result<Instance, End> {
        // An instance that was ended while it evaluated a package has left the package's clock.
        self.determinism.enter();
        Instance::load(
            self.thread.take_base_isolate(self.options.memory),
            &self.function,
            &InstanceOptions {
                memory: self.options.memory,
                clock: &self.determinism.clock,
                coverage: self.options.coverage,
            },
            &self.thread.watchdog,
            &self.host_env,
            &self.log,
        )
    }

    fn classify(&self, end: End) -> (Class, Failure) {
        classify(end, self.kind, &self.file, self.options.timeout.as_millis())
    }

    /// Runs one invocation. It never fails: whatever the function does is an outcome.
    pub fn run(&mut self, input: &Input) -> InputResult {
        let tokio = self.thread.tokio.clone();
        let _context = tokio.enter();
        let clock = self.determinism.clock.clone();
        let start = clock.elapsed();
        let Invocation { handler, result } = match self.invoke(input) {
            Ok(invoked) => invoked,
            Err(BadInput { column, problem }) => {
                return InputResult::BadInput {
                    input: input.name.clone(),
                    column,
                    problem,
                };
            }
        };
        let ms = clock.elapsed().saturating_sub(start).as_secs_f64() * 1000.0;
        let log = self.log.replace(InvocationLog::new(clock.clone()));
        let (mut exchanges, unkept) = log.trace.finish();
        if clock.is_frozen() {
            // While a request is under way, the clock stands still.
            exchanges.iter_mut().for_each(|exchange| exchange.ms = 0.0);
        }
        let mut warnings = log.warnings;
        if unkept > 0 {
            warnings.push(match unkept {
                1 => "1 more exchange was not kept".to_owned(),
                _ => format!("{unkept} more exchanges were not kept"),
            });
        }
        let (class, error, gave) = match result {
            Ok(mut gave) => {
                warnings.append(&mut gave.warnings);
                (gave.class.unwrap_or(Class::Success), None, gave)
            }
            Err(end) => {
                let dropped = matches!(&end, End::Thrown(thrown) if thrown.class == "DropEvent");
                let (class, failure) = self.classify(end);
                if dropped && class != Class::Filtered {
                    warnings.push(
                        "DropEvent is for insert functions; in other functions it counts as any other error"
                            .into(),
                    );
                }
                (class, Some(failure), Box::default())
            }
        };
        InputResult::Outcome(Box::new(Outcome {
            handler: handler.map(str::to_string),
            value: gave.value,
            error,
            messages: gave.messages,
            batch: gave.batch,
            logs: log.logs,
            exchanges,
            cache: log.cache,
            warnings,
            ms: (ms * 1000.0).round() / 1000.0,
            ..outcome(&input.name, self.kind, class)
        }))
    }

    /// `Err` says why the input can't be taken.
    fn invoke(&mut self, input: &Input) -> Result<Invocation, BadInput> {
        let ended = |end| Invocation {
            handler: None,
            result: Err(end),
        };
        self.log
            .replace(InvocationLog::new(self.determinism.clock.clone()));
        if self.instance.is_none() {
            match self.load() {
                Ok(instance) => self.instance = Some(instance),
                Err(end) => return Ok(ended(end)),
            }
        }
        let trace = self.log.borrow().trace.clone();
        let Some(instance) = &mut self.instance else {
            return Ok(ended(End::OutOfMemory));
        };
        {
            let state = instance.runtime.op_state();
            let mut state = state.borrow_mut();
            state.put(trace);
            if self.options.cold {
                state.borrow::<host::Cache>().clear();
            }
        }
        let timeout = i64::try_from(self.options.timeout.as_millis()).unwrap_or(i64::MAX);
        let context = Context {
            kind: self.kind,
            settings: &self.settings,
            handler: self.options.handler.as_deref(),
            log: &self.log,
            clock: &self.determinism.clock,
            limit: self.determinism.clock.millis().saturating_add(timeout),
            paced: self.options.host.net_mode.is_recording(),
            tokio: &self.thread.tokio,
        };
        let deadline = self
            .thread
            .watchdog
            .arm(instance.runtime.v8_isolate().thread_safe_handle());
        instance
            .runtime
            .op_state()
            .borrow_mut()
            .put(host::Deadline(deadline));
        let invoked = invoke(instance, &context, &input.json, deadline);
        let late = self.thread.watchdog.disarm();
        let exhausted = instance.exhausted.load(Ordering::SeqCst);
        let invoked = match invoked {
            Ok(invoked) if !late && !exhausted => invoked,
            Err(problem) if !late && !exhausted => return Err(problem),
            other => Invocation {
                handler: other.ok().and_then(|invoked| invoked.handler),
                result: Err(if exhausted {
                    End::OutOfMemory
                } else {
                    End::OutOfTime
                }),
            },
        };
        // An instance that was ended in the middle of something, or whose process would have ended in
        // production, is replaced.
        if matches!(invoked.result, Ok(_) | Err(End::Thrown(_))) {
            self.invocations += 1;
            if self.invocations.is_multiple_of(SWEEP_EVERY) {
                memory::sweep(&mut instance.runtime);
            }
            let state = instance.runtime.op_state();
            host::http::close_unread(&mut state.borrow_mut());
        } else {
            self.retire();
        }
        Ok(invoked)
    }
}

/// An empty outcome.
fn outcome(input: &str, kind: Kind, class: Class) -> Outcome {
    Outcome {
        v: FORMAT_VERSION,
        input: input.to_owned(),
        kind,
        handler: None,
        class,
        value: None,
        error: None,
        messages: Default::default(),
        batch: Vec::new(),
        logs: Vec::new(),
        exchanges: Vec::new(),
        objects: Vec::new(),
        cache: Default::default(),
        warnings: Vec::new(),
        ms: 0.0,
    }
}

/// The outcome of an input whose worker could not go on.
pub fn out_of_memory(input: &str, kind: Kind) -> InputResult {
    let (class, failure) = classify(End::OutOfMemory, kind, "", 0);
    InputResult::Outcome(Box::new(Outcome {
        error: Some(failure),
        ..outcome(input, kind, class)
    }))
}

/// The source texts of the handlers, as `Function.prototype.toString` gives them.
fn texts(instance: &mut Instance) -> Vec<String> {
    let Instance {
        handlers, runtime, ..
    } = instance;
    deno_core::scope!(scope, runtime);
    v8::tc_scope!(let scope, scope);
    handlers
        .iter()
        .map(|handler| v8::Local::new(scope, &handler.function).to_rust_string_lossy(scope))
        .collect()
}
