//! What a zygote has ready for its children.

use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Runtime;

use crate::engine::EngineError;
use crate::engine::Frozen;
use crate::engine::Plan;
use crate::engine::isolate::base_isolate::BaseIsolate;
use crate::engine::isolate::memory;
use crate::engine::run::determinism::Determinism;
use crate::engine::run::worker_thread::WorkerThread;
use crate::engine::run::zygote::fork::let_children_have_memory;
use crate::function::Function;
use crate::host::HostEnv;
use crate::host::HostOptions;
use crate::net::Stub;
use crate::net::Tape;
use crate::options::AwsMode;
use crate::options::PLATFORM_MEMORY;
use crate::text::time;

/// For what is used before there is a case.
fn nowhere() -> HostOptions {
    HostOptions {
        aws: AwsMode::Real,
        tape: Tape::Stub(Stub::default()),
        ..HostOptions::default()
    }
}

/// From so many cases of a function on, a zygote saves time by evaluating what they touch.
const WORTH_PRELOADING: usize = 3;
/// And by using it once, and compiling the function.
const WORTH_WARMING_UP: usize = 8;

/// The isolate that children begin with. Once it has what a function's first case touched, it is for
/// that function only.
pub struct ZygoteTemplate {
    moment: Determinism,
    /// What the isolate's ops run on, once one had to wait. It waits for timers only: cases open no
    /// socket, and parents and children must not have one in common.
    tokio: Rc<Runtime>,
    function: Option<Arc<Function>>,
    blank: Option<BaseIsolate>,
    /// Whether the blank knows the function's code.
    compiled: bool,
    /// What the function's cases touched, and how much of that the blank has.
    touched: Vec<String>,
    preloaded: usize,
    /// Whether that can't be had before a case begins: it is too much, or doesn't end.
    is_unfit: bool,
}

impl ZygoteTemplate {
    pub fn new() -> io::Result<ZygoteTemplate> {
        let tokio = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()?;
        Ok(ZygoteTemplate {
            tokio: Rc::new(tokio),
            moment: Determinism::new(Some(Frozen {
                time: time::default(),
                seed: 0,
            })),
            function: None,
            blank: None,
            compiled: false,
            touched: Vec::new(),
            preloaded: 0,
            is_unfit: false,
        })
    }

    /// Has an isolate ready for `plan`, the function of which is likely to be played about `alike`
    /// times. Where that fails, the child makes its own and tells why.
    pub fn prepare(&mut self, plan: &Plan, alike: usize) {
        if plan.options.frozen.is_none() || !plan.options.host.tape.is_closed() {
            self.blank = None;
            return;
        }
        let (function, memory) = (&plan.function, plan.options.memory);
        let is_own =
            |own: &Arc<Function>| own.path == function.path && own.source == function.source;
        let same = self.function.as_ref().is_some_and(is_own);
        if !same {
            self.function = Some(function.clone());
            self.touched.clear();
            self.is_unfit = false;
        }
        let unused = self.preloaded == 0 && !self.compiled;
        let fits = (same || unused) && self.blank.as_ref().is_some_and(|b| b.memory == memory);
        self.moment.enter();
        if !fits {
            self.make_blank(memory);
        }
        let Some(blank) = &mut self.blank else { return };
        // Where there is less room than on the platform, a case is to fill it by itself.
        let has_room = memory >= PLATFORM_MEMORY && !self.is_unfit;
        let new = match has_room && alike >= WORTH_PRELOADING {
            true => &self.touched[self.preloaded..],
            false => &[],
        };
        let warm = has_room && alike >= WORTH_WARMING_UP;
        let compiles = warm && same && !self.compiled && !plan.options.coverage;
        if fits && new.is_empty() && !compiles {
            return;
        }
        if !new.is_empty() {
            let usable = blank.preload(new) && (!warm || warm_up(blank, new, &self.tokio));
            self.preloaded = self.touched.len();
            if !usable {
                self.is_unfit = true;
                self.make_blank(memory);
                return let_children_have_memory();
            }
        }
        if compiles {
            blank.compile(function);
            self.compiled = true;
        }
        let_children_have_memory();
    }

    /// A new isolate, in the place of the one that there is.
    fn make_blank(&mut self, memory: usize) {
        // Before another is made: there is one at a time.
        self.blank = None;
        self.blank = BaseIsolate::new(memory, &self.moment.clock).ok();
        self.compiled = false;
        self.preloaded = 0;
    }

    /// What the child's first instance is made of; to be asked in the child.
    pub fn station(&mut self, timeout: Duration) -> Result<WorkerThread, EngineError> {
        match self.blank.take() {
            Some(blank) => WorkerThread::last(timeout, self.tokio.clone(), blank),
            None => WorkerThread::new(timeout),
        }
    }

    /// Takes note of what a case touched.
    pub fn learn(&mut self, touched: &[String]) {
        for name in touched {
            if !self.touched.contains(name) {
                self.touched.push(name.clone());
            }
        }
    }
}

/// False when the isolate can't be used any more.
fn warm_up(blank: &mut BaseIsolate, names: &[String], tokio: &Runtime) -> bool {
    // Children need not collect what is left of the evaluation. What is left of the use they may as
    // well have: V8's notes on the objects that it made are of use to them.
    memory::sweep_whole(&mut blank.runtime);
    match HostEnv::new(&nowhere()) {
        Ok(nowhere) => blank.warm_up(names, &nowhere, tokio),
        Err(_) => true,
    }
}
