//! What a zygote has ready for its children.

use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Runtime;

#[cfg(target_os = "linux")]
use super::fork::let_children_have_memory;
use crate::cassette::Redactor;
use crate::engine::error::EngineError;
use crate::engine::isolate::base_isolate::BaseIsolate;
use crate::engine::isolate::memory;
use crate::engine::options::Frozen;
use crate::engine::run::determinism::Determinism;
use crate::engine::run::outside::Outside;
use crate::engine::run::plan::Plan;
use crate::engine::run::worker_thread::WorkerThread;
use crate::function::Function;
use crate::host::{HostEnv, HostOptions};
use crate::net::{NetMode, Stub};
use crate::options::{AwsMode, PLATFORM_MEMORY, Region};
use crate::text::time;

/// A zygote saves time by evaluating what the cases of a function touch, from so many cases on.
const WORTH_PRELOADING: usize = 3;
/// And by using it once, and compiling the function, from so many on.
const WORTH_WARMING_UP: usize = 8;
/// So much of a function is compiled in the time that a case takes to compile what it runs of it, in bytes. What a
/// bundler puts beside a function is mostly never called.
const COMPILED_FOR_A_JOB: usize = 2048;

/// The isolate that children begin with.
pub struct ZygoteTemplate {
    determinism: Determinism,
    /// What the isolate's ops run on, once one had to wait. It waits for timers only: cases open no
    /// socket, and parents and children must not have one in common.
    tokio: Rc<Runtime>,
    learned: Option<Learned>,
    isolate: Option<ReadyIsolate>,
}

/// What is known of the function whose cases run now.
struct Learned {
    function: Arc<Function>,
    /// What its cases touched.
    touched: Vec<String>,
    /// Whether that can't be had before a case begins: it is too much, or doesn't end.
    is_unfit: bool,
}

/// An isolate, and what it has of a function: once there is something, it is for that function only.
struct ReadyIsolate {
    isolate: BaseIsolate,
    /// How much it has of what the function's cases touched.
    preloaded: usize,
    /// Whether it knows the function's code.
    is_compiled: bool,
}

impl Learned {
    fn is_about(&self, function: &Function) -> bool {
        // By the kind it is decided what a function is wrapped in.
        let Function {
            path, source, kind, ..
        } = &*self.function;
        *path == function.path && *source == function.source && *kind == function.kind
    }
}

impl ReadyIsolate {
    /// Evaluates what it lacks of `touched`, and uses that once if it `warms_up`. False when the
    /// isolate can't be used any more.
    fn preload(&mut self, touched: &[String], warms_up: bool, tokio: &Runtime) -> bool {
        let new = &touched[self.preloaded..];
        self.preloaded = touched.len();
        self.isolate.preload(new) && (!warms_up || self.warm_up(new, tokio))
    }

    fn warm_up(&mut self, names: &[String], tokio: &Runtime) -> bool {
        // Children need not collect what is left of the evaluation. What is left of the use they
        // may as well have: V8's notes on the objects that it made are of use to them.
        memory::sweep_whole(&mut self.isolate.runtime);
        match HostEnv::new(&nowhere()) {
            Ok(nowhere) => self.isolate.warm_up(names, &nowhere, tokio),
            Err(_) => true,
        }
    }
}

impl ZygoteTemplate {
    pub fn new() -> io::Result<ZygoteTemplate> {
        let tokio = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()?;
        Redactor::warm_up();
        Ok(ZygoteTemplate {
            tokio: Rc::new(tokio),
            determinism: Determinism::new(Some(Frozen {
                time: time::default(),
                seed: 0,
            })),
            learned: None,
            isolate: None,
        })
    }

    /// Has an isolate ready for `plan`, whose function about `jobs` jobs are likely to run. Where
    /// that fails, the child makes its own and tells why.
    pub fn prepare(&mut self, plan: &Plan, jobs: usize) {
        let host = &plan.options.host;
        // V8 keeps the locale that packages asked for when they were evaluated.
        let is_elsewhere = host.region != Region::default();
        if plan.options.frozen.is_none() || !host.net_mode.is_closed() || is_elsewhere {
            self.isolate = None;
            return;
        }
        let (function, memory) = (&plan.function, plan.options.memory);
        let is_same = self.learned.as_ref().is_some_and(|l| l.is_about(function));
        if !is_same {
            self.learned = None;
        }
        self.determinism.enter();
        let fits = self.isolate.as_ref().is_some_and(|ready| {
            let is_bare = ready.preloaded == 0 && !ready.is_compiled;
            (is_same || is_bare) && ready.isolate.memory == memory
        });
        if !fits {
            self.make_isolate(memory);
        }
        let learned = self.learned.get_or_insert_with(|| Learned {
            function: function.clone(),
            touched: Vec::new(),
            is_unfit: false,
        });
        let Some(ready) = &mut self.isolate else {
            return;
        };
        let mut is_changed = !fits;
        // Where there is less room than on the platform, a case is to fill it by itself.
        if memory >= PLATFORM_MEMORY && !learned.is_unfit {
            let warms_up = jobs >= WORTH_WARMING_UP;
            if jobs >= WORTH_PRELOADING && ready.preloaded < learned.touched.len() {
                is_changed = true;
                if !ready.preload(&learned.touched, warms_up, &self.tokio) {
                    learned.is_unfit = true;
                    self.make_isolate(memory);
                    return let_children_have_memory();
                }
            }
            if warms_up && !ready.is_compiled && !plan.options.coverage {
                let is_small = function.source.len() <= jobs * COMPILED_FOR_A_JOB;
                ready.isolate.compile(function, is_small);
                ready.is_compiled = true;
                is_changed = true;
            }
        }
        if is_changed {
            let_children_have_memory();
        }
    }

    /// Makes an isolate, in the place of the one that there is.
    fn make_isolate(&mut self, memory: usize) {
        // Before another is made: there is one at a time.
        self.isolate = None;
        let isolate = BaseIsolate::new(memory, &self.determinism.clock).ok();
        self.isolate = isolate.map(|isolate| ReadyIsolate {
            isolate,
            preloaded: 0,
            is_compiled: false,
        });
    }

    /// What the child's first instance is made of; to be asked in the child.
    pub fn worker_thread(
        &mut self,
        timeout: Duration,
        outside: Outside,
    ) -> Result<WorkerThread, EngineError> {
        let outside = Some(outside);
        match self.isolate.take() {
            Some(ready) => WorkerThread::last(timeout, self.tokio.clone(), ready.isolate, outside),
            None => WorkerThread::new(timeout, None, outside),
        }
    }

    /// Takes note of what a case touched.
    pub fn learn(&mut self, touched: &[String]) {
        let Some(learned) = &mut self.learned else {
            return;
        };
        for name in touched {
            if !learned.touched.contains(name) {
                learned.touched.push(name.clone());
            }
        }
    }
}

/// For what is used before there is a case.
fn nowhere() -> HostOptions {
    HostOptions {
        aws: AwsMode::Real,
        net_mode: NetMode::Stub(Stub::default()),
        ..HostOptions::default()
    }
}

/// A process without a fork has no children.
#[cfg(not(target_os = "linux"))]
fn let_children_have_memory() {}
