//! One loaded function with its globals: a V8 isolate made from the startup snapshot, and the
//! user's code evaluated in it (docs/platform.md section 2).

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use deno_core::{JsRuntime, OpState, v8};

use super::base_isolate::BaseIsolate;
use super::coverage::{CoverageRecorder, ScriptRange};
use super::js::{SEGFN, Scope, get, segfn, string};
use super::thrown::{End, Names, RuntimeHooks, Thrown, thrown};
use super::timers::Timers;
use super::watchdog::{Armed, Watchdog};
use super::wrapper::{compile, names_and_copy};
use super::{memory, region};
use crate::coverage::ScriptCoverage;
use crate::function::Function;
use crate::host;
use crate::host::budget::Budget;
use crate::options::Region;
use crate::text::{Place, js_lines};

/// What deno_core and `js/core.js` leave on the global object for the engine.
const INTERNAL_GLOBALS: [&str; 3] = [SEGFN, "__bootstrap", "Deno"];

/// A handler by name; `own` is false for the default that the platform supplies.
pub struct Handler {
    pub name: &'static str,
    pub own: bool,
    /// Its source text, where the function's kind is not known but found out from this.
    pub text: String,
    pub function: v8::Global<v8::Function>,
}

/// The part of the options that decides about an instance.
pub struct InstanceOptions<'a> {
    /// The size V8's heap may have, in bytes.
    pub memory: usize,
    pub clock: &'a host::Clock,
    pub coverage: bool,
    pub region: &'a Region,
}

pub struct Instance {
    // The handles stand before the runtime, because they must be dropped before it.
    handlers: Vec<Handler>,
    hooks: RuntimeHooks,
    /// Where coverage is wanted.
    recorder: Option<(CoverageRecorder, ScriptRange)>,
    /// Where the clock is frozen.
    timers: Option<Timers>,
    runtime: JsRuntime,
    budget: Arc<Budget>,
    /// How much was left in memory by the last sweep, in bytes.
    swept: usize,
    /// What its ops know of it.
    deadline: host::Deadline,
}

/// What a function's code runs by.
pub struct Running<'a> {
    pub handlers: &'a [Handler],
    pub hooks: &'a RuntimeHooks,
    pub timers: Option<&'a Timers>,
    pub runtime: &'a mut JsRuntime,
}

impl Instance {
    /// Evaluates the function's top-level code in `base`, or in a new isolate if there is none. This
    /// may take as long as an invocation. It must be called inside a tokio runtime's context.
    pub fn load(
        base: Option<BaseIsolate>,
        function: &Function,
        setting: &InstanceOptions,
        watchdog: &Watchdog,
        host_env: &host::HostEnv,
        log: &host::SharedInvocationLog,
    ) -> Result<Instance, End> {
        let is_elsewhere = region::enter_region(setting.region);
        let BaseIsolate {
            compiled,
            mut runtime,
            timers,
            budget,
            ..
        } = match base {
            Some(base) => base,
            None => BaseIsolate::new(setting.memory, setting.clock)?,
        };
        runtime.op_state().borrow_mut().put(setting.clock.clone());
        host_env.install(&mut runtime.op_state().borrow_mut(), log);
        if is_elsewhere {
            region::tell(runtime.v8_isolate());
        }

        // Before anything of the function is compiled.
        let recorder = setting
            .coverage
            .then(|| CoverageRecorder::start(&mut runtime));
        let armed = watchdog.arm(runtime.v8_isolate().thread_safe_handle(), &budget.exhausted);
        let deadline = host::Deadline::new(armed.deadline());
        runtime.op_state().borrow_mut().put(deadline.clone());
        let loaded = evaluate(&mut runtime, function, compiled, setting.coverage);
        let late = armed.disarm();
        match loaded {
            Ok((code, hooks)) if !late => Ok(Instance {
                handlers: code.handlers,
                hooks,
                recorder: recorder.map(|recorder| (recorder, code.placed)),
                timers,
                runtime,
                budget,
                swept: 0,
                deadline,
            }),
            _ if budget.is_over() => Err(End::OutOfMemory),
            _ if late => Err(End::OutOfTime),
            Ok(_) => Err(End::OutOfTime),
            Err(thrown) => Err(End::Thrown(thrown)),
        }
    }
}

impl Instance {
    pub fn handlers(&self) -> &[Handler] {
        &self.handlers
    }

    /// Lets the function's code run from now on.
    pub fn arm<'a>(&mut self, watchdog: &'a Watchdog) -> Armed<'a> {
        let handle = self.runtime.v8_isolate().thread_safe_handle();
        let armed = watchdog.arm(handle, &self.budget.exhausted);
        self.deadline.set(armed.deadline());
        armed
    }

    /// What the function's code runs by.
    pub fn run(&mut self, _: &Armed<'_>) -> Running<'_> {
        Running {
            handlers: &self.handlers,
            hooks: &self.hooks,
            timers: self.timers.as_ref(),
            runtime: &mut self.runtime,
        }
    }

    /// What its ops share.
    pub fn op_state(&self) -> Rc<RefCell<OpState>> {
        self.runtime.op_state()
    }

    /// Whether its clock is frozen, so that the engine fires its timers.
    pub fn has_timers(&self) -> bool {
        self.timers.is_some()
    }

    /// Whether its memory reached the limit. Production's process would have ended then.
    pub fn is_exhausted(&self) -> bool {
        self.budget.is_over()
    }

    /// Collects garbage, where there may be much. No JavaScript runs.
    pub fn sweep(&mut self) {
        self.swept = memory::sweep(&mut self.runtime, self.swept);
    }

    /// What has run of the function since this was last asked; `None` where nobody counts.
    pub fn take_coverage(&mut self) -> Option<ScriptCoverage> {
        let (recorder, placed) = self.recorder.as_mut()?;
        // An invocation that was ended must not end this too.
        self.runtime.v8_isolate().cancel_terminate_execution();
        Some(recorder.take(*placed))
    }
}

/// The user's code once it has been evaluated.
struct Code {
    handlers: Vec<Handler>,
    placed: ScriptRange,
}

fn evaluate(
    runtime: &mut JsRuntime,
    function: &Function,
    compiled: Option<v8::Global<v8::Function>>,
    count: bool,
) -> Result<(Code, RuntimeHooks), Thrown> {
    deno_core::scope!(scope, runtime);
    v8::tc_scope!(let scope, scope);
    let global = scope.get_current_context().global(scope);
    let Some(taken) = take_hooks(scope, global, function) else {
        return Err(thrown(scope, None));
    };
    let code = evaluate_function(scope, function, compiled, &taken, count);
    let hooks = taken.hooks;
    match code {
        Some(code) => Ok((code, hooks)),
        None => Err(at_the_end(thrown(scope, Some(&hooks)), &function.source)),
    }
}

/// V8 notices a bracket that is never closed in the wrapper's last statement, behind the user's code.
/// The user is told the end of their own code instead.
fn at_the_end(mut thrown: Thrown, source: &str) -> Thrown {
    let lines = js_lines(source).count();
    if let Some(place) = thrown.place.as_mut().filter(|at| at.line as usize > lines) {
        let written = js_lines(source)
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty());
        let (index, line) = written.last().unwrap_or((0, ""));
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        *place = Place {
            line: count(index + 1),
            column: count(line.trim_end().encode_utf16().count() + 1),
        };
        if thrown.message.starts_with("Unexpected ") {
            thrown.message = "Unexpected end of input".into();
        }
        thrown.stack = format!("{}: {}", thrown.name, thrown.message);
    }
    thrown
}

struct TakenHooks<'s> {
    hooks: RuntimeHooks,
    window: v8::Local<'s, v8::Object>,
    defaults: v8::Local<'s, v8::Object>,
    source_of: v8::Local<'s, v8::Function>,
}

/// Takes the hooks out of `__segfn`, and removes that and whatever else a function of this kind must
/// not see.
fn take_hooks<'s>(
    scope: &mut Scope<'s, '_>,
    global: v8::Local<'s, v8::Object>,
    function: &Function,
) -> Option<TakenHooks<'s>> {
    let segfn = segfn(scope)?;
    let describe: v8::Local<v8::Function> = get(scope, segfn, "describeThrown")?.try_into().ok()?;
    let request: v8::Local<v8::Function> = get(scope, segfn, "request")?.try_into().ok()?;
    let segment = get(scope, segfn, "segment")?.to_object(scope)?;
    let window = get(scope, segfn, "window")?.to_object(scope)?;
    let defaults = get(scope, segfn, "defaultHandlers")?.to_object(scope)?;
    let restrict: v8::Local<v8::Function> = get(scope, segfn, "restrictTo")?.try_into().ok()?;
    let source_of = get(scope, segfn, "sourceOf")?.try_into().ok()?;
    let json = get(scope, global, "JSON")?.to_object(scope)?;
    let stringify: v8::Local<v8::Function> = get(scope, json, "stringify")?.try_into().ok()?;
    let settings = string(scope, &function.settings_json())?;
    let kind: v8::Local<v8::Value> = match function.kind {
        Some(kind) => v8::String::new(scope, kind.name())?.into(),
        None => v8::undefined(scope).into(),
    };
    restrict.call(scope, segfn.into(), &[kind, window.into()])?;
    for name in INTERNAL_GLOBALS {
        let name = v8::String::new(scope, name)?;
        global.delete(scope, name.into())?;
    }
    let hooks = RuntimeHooks {
        describe_thrown: v8::Global::new(scope, describe),
        make_request: v8::Global::new(scope, request),
        segment: v8::Global::new(scope, segment),
        stringify: v8::Global::new(scope, stringify),
        names: Names::new(scope)?,
        settings: v8::Global::new(scope, settings),
    };
    Some(TakenHooks {
        hooks,
        window,
        defaults,
        source_of,
    })
}

/// Runs the code, once it is compiled, and takes its handlers. With `count`, the code's length is measured for coverage.
fn evaluate_function<'s>(
    scope: &mut Scope<'s, '_>,
    function: &Function,
    compiled: Option<v8::Global<v8::Function>>,
    taken: &TakenHooks<'s>,
    count: bool,
) -> Option<Code> {
    let (names, copy) = names_and_copy(function.kind);
    let units = |text: &str| u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX);
    let exports = v8::Object::new(scope);
    let mut arguments: Vec<v8::Local<v8::Value>> = vec![exports.into()];
    for name in &names {
        arguments.push(get(scope, taken.defaults, name)?);
    }
    let wrapper = match compiled {
        Some(compiled) => v8::Local::new(scope, compiled),
        None => {
            let options = v8::script_compiler::CompileOptions::NoCompileOptions;
            compile(scope, function, options)?
        }
    };
    wrapper.call(scope, taken.window.into(), &arguments)?;

    let mut handlers = Vec::with_capacity(names.len());
    for (name, default) in names.iter().zip(&arguments[1..]) {
        let value = get(scope, exports, name)?;
        // What can't be called is not a handler, and no error either
        // (docs/platform.md section 1.2).
        if let Ok(handler) = v8::Local::<v8::Function>::try_from(value) {
            let text = match function.kind {
                Some(_) => String::new(),
                None => {
                    let undefined = v8::undefined(scope).into();
                    let text = taken.source_of.call(scope, undefined, &[value])?;
                    text.to_rust_string_lossy(scope)
                }
            };
            handlers.push(Handler {
                name,
                own: !value.strict_equals(*default),
                text,
                function: v8::Global::new(scope, handler),
            });
        }
    }
    Some(Code {
        handlers,
        placed: ScriptRange {
            script: wrapper.script_id(),
            start: units(&copy),
            length: if count { units(&function.source) } else { 0 },
        },
    })
}
