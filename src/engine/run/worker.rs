//! Runs invocations in one instance after another, on one thread.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::cpu_time;
use super::determinism::Determinism;
use super::worker_thread::WorkerThread;
use crate::cost::Usage;
use crate::coverage::ScriptCoverage;
use crate::engine::error::EngineError;
use crate::engine::invoke::call::{BadInput, Invocation, invoke};
use crate::engine::invoke::classify::classify;
use crate::engine::invoke::context::Context;
use crate::engine::invoke::infer_kind::infer_kind;
use crate::engine::isolate::instance::{Instance, InstanceOptions};
use crate::engine::isolate::thrown::End;
use crate::engine::isolate::wrapper::base_name;
use crate::engine::options::Options;
use crate::engine::result::{InputResult, Loaded};
use crate::function::{Function, Input, Kind};
use crate::host;
use crate::host::{HostEnv, InvocationLog, SharedInvocationLog};
use crate::net::Traced;
use crate::outcome::{Class, FORMAT_VERSION, Failure, Log, Outcome};

/// Invocations after which memory is looked at again.
const SWEEP_EVERY: u64 = 8192;

pub struct Worker {
    // It is dropped first, because it needs the event loop of `thread`.
    instance: Option<Instance>,
    invocations: u64,
    function: Arc<Function>,
    options: Arc<Options>,
    host_env: Arc<HostEnv>,
    file: String,
    kind: Kind,
    thread: WorkerThread,
    determinism: Determinism,
    log: SharedInvocationLog,
    /// What the last invocation used.
    usage: Usage,
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
            usage: Usage::default(),
            coverage: None,
            function,
            options,
            host_env,
        };
        let tokio = worker.thread.tokio.clone();
        let _context = tokio.enter();
        let instance = worker.load().map_err(|end| {
            let (_, failure) = worker.classify(end);
            EngineError::Load(Box::new(failure))
        })?;
        let (kind, reason) = infer_kind(&worker.function, instance.handlers())?;
        worker.kind = kind;
        let own = instance.handlers().iter().filter(|handler| handler.own);
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

    /// What the last invocation used.
    pub fn usage(&self) -> Usage {
        self.usage
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

    /// Begins anew with all that an invocation could know of earlier ones, but for what is stored.
    pub fn begin_anew(&mut self) {
        self.options.host.net_mode.rewind();
        self.renew();
        // What ran of earlier instances has been asked for, or belongs to no invocation.
        self.coverage = None;
    }

    /// Takes the instance out, and adds up its coverage.
    fn retire(&mut self) -> Option<Instance> {
        let mut instance = self.instance.take()?;
        if let Some(coverage) = instance.take_coverage() {
            self.coverage.get_or_insert_default().add(coverage);
        }
        Some(instance)
    }

    /// What of the function ran since this was asked last, where it is counted.
    pub fn take_coverage(&mut self) -> Option<ScriptCoverage> {
        let now = self.instance.as_mut().and_then(Instance::take_coverage);
        match (self.coverage.take(), now) {
            (Some(mut before), Some(now)) => {
                before.add(now);
                Some(before)
            }
            (before, now) => before.or(now),
        }
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
                region: &self.options.host.region,
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
        let cpu = self.options.measure.then(cpu_time::of_thread).flatten();
        let Invocation { handler, result } = match self.invoke(input, start) {
            Ok(invoked) => invoked,
            Err(BadInput { column, problem }) => {
                return InputResult::BadInput {
                    input: input.name.clone(),
                    column,
                    problem,
                };
            }
        };
        let used = cpu.and_then(|start| Some(cpu_time::of_thread()?.since(start)));
        let cpu = used.map(|used| used.cpu);
        let passed = clock.elapsed().saturating_sub(start);
        let ms = millis(passed);
        let log = self.log.borrow_mut().end();
        let Traced {
            exchanges,
            unkept,
            waited,
            sent,
            received,
        } = log.traced;
        self.usage = Usage {
            cpu,
            interruptions: used.map_or(0, |used| used.interruptions),
            waiting: match clock.is_frozen() {
                true => passed + Duration::try_from_secs_f64(waited / 1000.0).unwrap_or_default(),
                false => passed.saturating_sub(cpu.unwrap_or_default()),
            },
            sent,
            received,
        };
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
            ms,
            ..outcome(&input.name, self.kind, class)
        }))
    }

    /// `Err` says why the input can't be taken.
    fn invoke(&mut self, input: &Input, begun: Duration) -> Result<Invocation, BadInput> {
        let ended = |end| Invocation {
            handler: None,
            result: Err(end),
        };
        let listener = self.thread.log_listener();
        self.log.borrow_mut().begin(begun, listener);
        if self.instance.is_none() {
            match self.load() {
                Ok(instance) => self.instance = Some(instance),
                Err(end) => return Ok(ended(end)),
            }
        }
        let Some(instance) = &mut self.instance else {
            return Ok(ended(End::OutOfMemory));
        };
        if self.options.cold {
            let state = instance.op_state();
            state.borrow().borrow::<host::Cache>().clear();
        }
        let armed = instance.arm(&self.thread.watchdog);
        let timeout = i64::try_from(self.options.timeout.as_millis()).unwrap_or(i64::MAX);
        let context = Context {
            kind: self.kind,
            handler: self.options.handler.as_deref(),
            log: &self.log,
            clock: &self.determinism.clock,
            limit: self.determinism.clock.millis().saturating_add(timeout),
            paced: self.options.host.net_mode.is_recording(),
            tokio: &self.thread.tokio,
            armed: &armed,
        };
        let invoked = invoke(instance, &context, &input.json);
        let late = armed.disarm();
        let exhausted = instance.is_exhausted();
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
                instance.sweep();
            }
            let state = instance.op_state();
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

/// A duration as outcomes have it.
fn millis(time: Duration) -> f64 {
    (time.as_secs_f64() * 1_000_000.0).round() / 1000.0
}

/// How an input ended whose worker could not go on.
pub struct Unfinished {
    pub end: End,
    /// After so long.
    pub ran_for: Duration,
    pub logs: Vec<Log>,
    /// How many logs were before these.
    pub dropped: u32,
}

impl From<End> for Unfinished {
    fn from(end: End) -> Unfinished {
        Unfinished {
            end,
            ran_for: Duration::ZERO,
            logs: Vec::new(),
            dropped: 0,
        }
    }
}

/// What came of an input whose worker could not go on, in a function that has `timeout`.
pub fn unfinished(input: &str, kind: Kind, how: Unfinished, timeout: Duration) -> InputResult {
    let Unfinished {
        end,
        ran_for,
        logs,
        dropped,
    } = how;
    let (class, failure) = classify(end, kind, "", timeout.as_millis());
    InputResult::Outcome(Box::new(Outcome {
        error: Some(failure),
        logs,
        warnings: match dropped {
            0 => Vec::new(),
            1 => vec!["1 log before these was not kept".to_owned()],
            _ => vec![format!("{dropped} logs before these were not kept")],
        },
        ms: millis(ran_for),
        ..outcome(input, kind, class)
    }))
}

/// What came of an input for which the function could not be loaded once more.
pub fn not_loaded(input: &str, kind: Kind, failure: Failure) -> InputResult {
    InputResult::Outcome(Box::new(Outcome {
        error: Some(failure),
        ..outcome(input, kind, Class::Discard)
    }))
}
