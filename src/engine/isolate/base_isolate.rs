//! An isolate from the startup snapshot, before a function is loaded in it.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use deno_core::{JsRuntime, PollEventLoopOptions, RuntimeOptions, v8};

use super::js::{TryScope, call, is_settled, segfn};
use super::thrown::{End, thrown};
use super::timers::Timers;
use super::{memory, v8_platform, wrapper};
use crate::function::Function;
use crate::host;
use crate::host::InvocationLog;
use crate::host::budget::Budget;

pub struct BaseIsolate {
    /// Where the clock is frozen.
    pub timers: Option<Timers>,
    /// The function that this isolate is for, compiled, where it is known already.
    pub compiled: Option<v8::Global<v8::Function>>,
    pub runtime: JsRuntime,
    pub budget: Arc<Budget>,
    pub memory: usize,
}

impl BaseIsolate {
    /// With at most `memory` bytes of heap, and under `clock` if that is frozen.
    pub fn new(memory: usize, clock: &host::Clock) -> Result<BaseIsolate, End> {
        v8_platform::set_up_v8();
        let budget = Arc::new(Budget::new(memory));
        let mut runtime = JsRuntime::new(RuntimeOptions {
            extensions: host::extensions(),
            startup_snapshot: Some(host::SNAPSHOT),
            create_params: Some(memory::create_params(&budget, memory)),
            ..Default::default()
        });
        {
            // Packages may ask for these while they are evaluated.
            let state = runtime.op_state();
            let mut state = state.borrow_mut();
            state.put(clock.clone());
            state.put(Rc::new(RefCell::new(InvocationLog::new(clock.clone()))));
        }
        runtime
            .v8_isolate()
            .set_promise_reject_callback(on_promise_reject);
        // V8's own call sites, as in Node: deno_core would give others, for its file names.
        runtime.v8_isolate().set_prepare_stack_trace_callback(
            deno_core::error::prepare_stack_trace_callback_with_original_callsites,
        );
        memory::watch(&mut runtime, &budget);
        start(&mut runtime, &budget)?;
        let timers = match clock.is_frozen() {
            true => Some(freeze(&mut runtime, &budget)?),
            false => None,
        };
        Ok(BaseIsolate {
            timers,
            compiled: None,
            runtime,
            budget,
            memory,
        })
    }

    /// Evaluates bundles and deno_web's scripts, which a function would otherwise load when it first
    /// touches them. A bundle that fails here fails for the function too. The answer is false when
    /// they take much of the allowed memory: the isolate should not be used then.
    pub fn preload(&mut self, names: &[String]) -> bool {
        for name in names {
            let heap = self.runtime.v8_isolate().get_heap_statistics();
            if heap.used_heap_size() > self.memory / 2 {
                return false;
            }
            deno_core::scope!(scope, self.runtime);
            v8::tc_scope!(let scope, scope);
            call(scope, "require", Some(name));
        }
        !self.budget.is_over()
    }

    /// Compiles the function, and runs none of it: what every call runs, and all of it where that `is_worth` it. V8
    /// can't count what runs of that code, so coverage rules this out.
    pub fn compile(&mut self, function: &Function, is_worth: bool) {
        deno_core::scope!(scope, self.runtime);
        v8::tc_scope!(let scope, scope);
        let options = match is_worth {
            true => v8::script_compiler::CompileOptions::EagerCompile,
            false => v8::script_compiler::CompileOptions::NoCompileOptions,
        };
        // An error shows when the function is loaded.
        let compiled = wrapper::compile(scope, function, options);
        self.compiled = compiled.map(|compiled| v8::Global::new(scope, compiled));
    }

    /// Uses what has been preloaded once, so that V8 compiles it (js/core/warm-up.js). The requests
    /// of that are answered in `host_env`, and go nowhere. The isolate must run on `tokio` from then
    /// on. The answer is false when something is still under way at the end: a function would have
    /// to wait for it.
    pub fn warm_up(
        &mut self,
        names: &[String],
        host_env: &host::HostEnv,
        tokio: &tokio::runtime::Runtime,
    ) -> bool {
        let _context = tokio.enter();
        let log: host::SharedInvocationLog = Rc::default();
        {
            let state = self.runtime.op_state();
            let mut state = state.borrow_mut();
            host_env.install(&mut state, &log);
        }
        for name in names {
            let promise = {
                deno_core::scope!(scope, self.runtime);
                v8::tc_scope!(let scope, scope);
                call(scope, "warmUp", Some(name))
                    .and_then(|promise| v8::Local::<v8::Promise>::try_from(promise).ok())
                    .map(|promise| v8::Global::new(scope, promise))
            };
            let Some(promise) = promise else { continue };
            let used = std::future::poll_fn(|cx| self.poll_until_settled(&promise, cx));
            let used = tokio.block_on(async { tokio::time::timeout(WARM_UP, used).await });
            if used.is_err() {
                return false;
            }
        }
        let idle = std::future::poll_fn(|cx| {
            let options = PollEventLoopOptions::default();
            Poll::Ready(self.runtime.poll_event_loop(cx, options).is_ready())
        });
        let idle = tokio.block_on(idle);
        deno_core::scope!(scope, self.runtime);
        v8::tc_scope!(let scope, scope);
        idle && call(scope, "startAnew", None).is_some()
    }

    fn poll_until_settled(
        &mut self,
        promise: &v8::Global<v8::Promise>,
        cx: &mut std::task::Context<'_>,
    ) -> Poll<()> {
        loop {
            let polled = self
                .runtime
                .poll_event_loop(cx, PollEventLoopOptions::default());
            let settled = is_settled(&mut self.runtime, promise);
            let fired = self
                .timers
                .as_ref()
                .is_some_and(|timers| timers.fire_due(&mut self.runtime));
            match polled {
                _ if fired => {}
                Poll::Pending if !settled => return Poll::Pending,
                _ => return Poll::Ready(()),
            }
        }
    }
}

/// How long the first use of a package may take.
const WARM_UP: Duration = Duration::from_secs(1);

/// Takes away what of deno_core is not used.
fn start(runtime: &mut JsRuntime, budget: &Budget) -> Result<(), End> {
    deno_core::scope!(scope, runtime);
    v8::tc_scope!(let scope, scope);
    let started = call(scope, "start", None).map(|_| ());
    started.ok_or_else(|| ended(scope, budget))
}

fn freeze(runtime: &mut JsRuntime, budget: &Budget) -> Result<Timers, End> {
    deno_core::scope!(scope, runtime);
    v8::tc_scope!(let scope, scope);
    let frozen = segfn(scope).and_then(|segfn| Timers::freeze(scope, segfn));
    frozen.ok_or_else(|| ended(scope, budget))
}

/// Why segfn's own code was not done.
fn ended(scope: &mut TryScope<'_, '_, '_, '_>, budget: &Budget) -> End {
    match budget.is_over() {
        true => End::OutOfMemory,
        false => End::Thrown(thrown(scope, None)),
    }
}

/// Keeps the promises that were rejected without a handler: Node ends the process for those.
extern "C" fn on_promise_reject(message: v8::PromiseRejectMessage) {
    v8::callback_scope!(unsafe scope, &message);
    let state = JsRuntime::op_state_from(scope);
    let log = state.borrow().borrow::<host::SharedInvocationLog>().clone();
    let promise = v8::Global::new(scope, message.get_promise());
    match message.get_event() {
        v8::PromiseRejectEvent::PromiseRejectWithNoHandler => {
            if let Some(reason) = message.get_value() {
                let reason = v8::Global::new(scope, reason);
                log.borrow_mut().rejections.push((promise, reason));
            }
        }
        v8::PromiseRejectEvent::PromiseHandlerAddedAfterReject => {
            log.borrow_mut()
                .rejections
                .retain(|(rejected, _)| *rejected != promise);
        }
        _ => {}
    }
}
