//! One handler called with one input (spec sections 1, 4, 5, 7), and what came of it.

use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::task::Poll;
use std::time::Duration;
use std::time::Instant;

use deno_core::PollEventLoopOptions;
use deno_core::v8;

use super::choose::Call;
use super::choose::choose;
use super::classify::End;
use super::collect::Gave;
use super::collect::collect;
use super::instance::Instance;
use super::instance::Scope;
use super::instance::describe;
use super::instance::get;
use super::instance::thrown;
use super::pace::Pace;
use super::pace::only_silence;
use crate::function::Kind;
use crate::function::REQUEST_HANDLER;
use crate::function::place_of;
use crate::function::problem_of;
use crate::host;
use crate::host::Clock;
use crate::host::SharedRecord;
use crate::outcome::Class;

/// The platform refuses a larger request body (spec section 9), in bytes.
const MAX_REQUEST_BODY: usize = 512 << 10;
enum Step {
    Ended(Result<Box<Gave>, End>),
    Pending(v8::Global<v8::Promise>, v8::Global<v8::Value>),
}

/// The answer of [`invoke`].
pub struct Invoked {
    pub handler: Option<&'static str>,
    pub result: Result<Box<Gave>, End>,
}

/// Why an input can't be taken; see [`super::Ran::BadInput`].
pub struct BadInput {
    pub column: Option<u32>,
    pub problem: String,
}

/// Everything an invocation needs beside its instance.
pub struct Context<'a> {
    pub kind: Kind,
    pub settings: &'a str,
    pub handler: Option<&'a str>,
    pub record: &'a SharedRecord,
    pub clock: &'a Clock,
    /// Until when a frozen clock may go, in milliseconds since 1970.
    pub limit: i64,
    /// Whether a frozen clock's timers are really waited for.
    pub paced: bool,
    pub tokio: &'a tokio::runtime::Runtime,
}

/// Calls the handler that `json` is for. `Err` says why the input can't be taken. The caller has
/// armed the watchdog, which ends JavaScript that doesn't give control back; `deadline` ends the
/// waiting here.
pub fn invoke(
    instance: &mut Instance,
    context: &Context,
    json: &str,
    deadline: Instant,
) -> Result<Invoked, BadInput> {
    let (handler, step) = start(instance, context, json)?;
    let result = match step {
        Step::Ended(result) => result,
        Step::Pending(promise, input) => settle(instance, context, &promise, deadline)
            .and_then(|()| finish(instance, context, handler, &promise, &input)),
    };
    let result = result.and_then(|gave| match unhandled(instance, context) {
        Some(end) => Err(end),
        None => Ok(gave),
    });
    Ok(Invoked { handler, result })
}

/// Parses the input, calls the handler, and runs microtasks: most handlers are finished then.
fn start(
    instance: &mut Instance,
    context: &Context,
    json: &str,
) -> Result<(Option<&'static str>, Step), BadInput> {
    let Instance {
        handlers,
        core,
        runtime,
        ..
    } = instance;
    deno_core::scope!(scope, runtime);
    v8::tc_scope!(let scope, scope);
    let Some(input) = parse(scope, json) else {
        return Err(not_json(json));
    };
    let Some(settings) = parse(scope, context.settings) else {
        return Err(bad("the settings are not JSON"));
    };
    let name = match choose(scope, context, input) {
        Call::Handler(name) => name,
        Call::Bad(problem) => return Err(bad(problem)),
        Call::Nothing(why) => return Ok((None, skipped(why))),
    };
    let Some(handler) = handlers.iter().find(|handler| handler.name == name) else {
        let why = format!("{name} is not a function, so nothing ran");
        return Ok((None, skipped(why)));
    };
    let step = (|| {
        let segment = v8::Local::new(scope, &core.segment);
        empty_messages(scope, segment)?;
        let argument = if name == REQUEST_HANDLER {
            let make = v8::Local::new(scope, &core.make_request);
            let undefined = v8::undefined(scope);
            let limit = v8::Integer::new_from_unsigned(scope, MAX_REQUEST_BODY as u32);
            let small = v8::Boolean::new(scope, json.len() <= MAX_REQUEST_BODY);
            make.call(
                scope,
                undefined.into(),
                &[input, small.into(), limit.into()],
            )?
        } else {
            input
        };
        // The function may sort or empty the array that it is given.
        let input = match v8::Local::<v8::Array>::try_from(input) {
            Ok(events) => copy(scope, events)?.into(),
            Err(_) => input,
        };
        let function = v8::Local::new(scope, &handler.function);
        let undefined = v8::undefined(scope);
        let returned = function.call(scope, undefined.into(), &[argument, settings])?;
        let promise = as_promise(scope, returned)?;
        scope.perform_microtask_checkpoint();
        if scope.has_terminated() {
            return None;
        }
        match promise {
            None => collect(scope, context, core, Some(name), returned, input)
                .map(|gave| Step::Ended(Ok(gave))),
            Some(promise) if promise.state() == v8::PromiseState::Pending => Some(Step::Pending(
                v8::Global::new(scope, promise),
                v8::Global::new(scope, input),
            )),
            Some(promise) => {
                settled(scope, context, core, Some(name), promise, input).map(Step::Ended)
            }
        }
    })();
    let step = match step {
        Some(step) => step,
        None if scope.has_terminated() => Step::Ended(Err(End::OutOfTime)),
        None => Step::Ended(Err(End::Thrown(thrown(scope, Some(core))))),
    };
    Ok((Some(name), step))
}

fn skipped(why: String) -> Step {
    Step::Ended(Ok(Box::new(Gave {
        class: Some(Class::Skipped),
        warnings: vec![why],
        ..Gave::default()
    })))
}

fn parse<'s>(scope: &mut Scope<'s, '_>, json: &str) -> Option<v8::Local<'s, v8::Value>> {
    let text = v8::String::new(scope, json)?;
    v8::json::parse(scope, text)
}

/// Where the JSON is wrong: V8's own message has no place.
fn not_json(json: &str) -> BadInput {
    match serde_json::from_str::<serde::de::IgnoredAny>(json) {
        Err(error) => BadInput {
            column: Some(place_of(json, &error).column),
            problem: format!("not JSON: {}", problem_of(json, &error)),
        },
        Ok(_) => bad("V8 can't hold this input"),
    }
}

fn bad(problem: impl Into<String>) -> BadInput {
    BadInput {
        column: None,
        problem: problem.into(),
    }
}

fn empty_messages<'s>(scope: &mut Scope<'s, '_>, segment: v8::Local<'s, v8::Object>) -> Option<()> {
    for name in ["events", "objects"] {
        let name = v8::String::new(scope, name)?;
        let empty = v8::Array::new(scope, 0);
        segment.set(scope, name.into(), empty.into())?;
    }
    Some(())
}

fn copy<'s>(
    scope: &mut Scope<'s, '_>,
    array: v8::Local<'s, v8::Array>,
) -> Option<v8::Local<'s, v8::Array>> {
    let mut elements = Vec::with_capacity(array.length() as usize);
    for index in 0..array.length() {
        elements.push(array.get_index(scope, index)?);
    }
    Some(v8::Array::new_with_elements(scope, &elements))
}

/// The promise to wait for, if what a handler returned is one, or is like one: the platform
/// awaits it.
fn as_promise<'s>(
    scope: &mut Scope<'s, '_>,
    returned: v8::Local<'s, v8::Value>,
) -> Option<Option<v8::Local<'s, v8::Promise>>> {
    if let Ok(promise) = v8::Local::<v8::Promise>::try_from(returned) {
        return Some(Some(promise));
    }
    let Ok(object) = v8::Local::<v8::Object>::try_from(returned) else {
        return Some(None);
    };
    if !get(scope, object, "then")?.is_function() {
        return Some(None);
    }
    let resolver = v8::PromiseResolver::new(scope)?;
    resolver.resolve(scope, returned)?;
    Some(Some(resolver.get_promise(scope)))
}

fn settled<'s>(
    scope: &mut Scope<'s, '_>,
    context: &Context,
    core: &super::instance::Core,
    handler: Option<&'static str>,
    promise: v8::Local<'s, v8::Promise>,
    input: v8::Local<'s, v8::Value>,
) -> Option<Result<Box<Gave>, End>> {
    let value = promise.result(scope);
    if promise.state() == v8::PromiseState::Rejected {
        promise.mark_as_handled();
        let promise = v8::Global::new(scope, promise);
        context
            .record
            .borrow_mut()
            .rejections
            .retain(|(rejected, _)| *rejected != promise);
        return Some(Err(End::Thrown(describe(scope, core, value))));
    }
    collect(scope, context, core, handler, value, input).map(Ok)
}

/// Runs the event loop until the promise is settled, or something else ends the invocation.
fn settle(
    instance: &mut Instance,
    context: &Context,
    promise: &v8::Global<v8::Promise>,
    deadline: Instant,
) -> Result<(), End> {
    let mut pace = Pace::default();
    let mut stall = Stall::default();
    let wait = std::future::poll_fn(|cx| {
        loop {
            let polled = instance
                .runtime
                .poll_event_loop(cx, PollEventLoopOptions::default());
            if let Some(end) = end_of(instance, context, promise) {
                return Poll::Ready(end);
            }
            let idle = match polled {
                Poll::Ready(Ok(())) => true,
                Poll::Pending => false,
                Poll::Ready(Err(error)) => {
                    let thrown = super::classify::Thrown {
                        name: "Error".into(),
                        message: error.to_string(),
                        ..Default::default()
                    };
                    return Poll::Ready(Err(End::Uncaught(thrown)));
                }
            };
            let turned = match context.paced {
                true => paced_turn(instance, context, &mut pace, cx),
                false => {
                    let stalled = !idle && stall.is_over(instance, cx);
                    turn(instance, context, idle || stalled)
                }
            };
            match turned {
                Turn::Again => {}
                Turn::Late => return Poll::Ready(Err(End::OutOfTime)),
                Turn::Over if idle => return Poll::Ready(Err(End::NeverSettled)),
                Turn::Over | Turn::Wait => return Poll::Pending,
            }
            if let Some(end) = end_of(instance, context, promise) {
                return Poll::Ready(end);
            }
            if Instant::now() >= deadline {
                return Poll::Ready(Err(End::OutOfTime));
            }
        }
    });
    let deadline = tokio::time::Instant::from_std(deadline + Duration::from_millis(1));
    let waited = context
        .tokio
        .block_on(async { tokio::time::timeout_at(deadline, wait).await });
    waited.unwrap_or(Err(End::OutOfTime))
}

/// The end of the waiting, once the promise is settled or something else has brought it.
fn end_of(
    instance: &mut Instance,
    context: &Context,
    promise: &v8::Global<v8::Promise>,
) -> Option<Result<(), End>> {
    if is_settled(instance, promise) {
        return Some(Ok(()));
    }
    unhandled(instance, context).map(Err)
}

/// What is under way may itself wait for a timer: a request whose body the function writes bit by
/// bit. On a frozen clock, that is told by nothing happening for a while of real time.
#[derive(Default)]
struct Stall(Option<Pin<Box<tokio::time::Sleep>>>);

/// Answers from inside the process come within microseconds.
const STALL: Duration = Duration::from_millis(20);

impl Stall {
    /// Whether nothing has happened for that long. To be asked each time that something may have
    /// happened.
    fn is_over(&mut self, instance: &mut Instance, cx: &mut std::task::Context) -> bool {
        let waits = instance.timers.is_some()
            && host::http::awaits_body(&instance.runtime.op_state().borrow());
        if !waits {
            self.0 = None;
            return false;
        }
        if let Some(sleep) = &mut self.0
            && sleep.as_mut().poll(cx).is_ready()
        {
            self.0 = None;
            return true;
        }
        let sleep = self.0.insert(Box::pin(tokio::time::sleep(STALL)));
        // Has this woken up when it is over.
        let _ = sleep.as_mut().poll(cx);
        false
    }
}

/// How it goes on when deno_core's event loop has nothing left to do at the moment.
enum Turn {
    /// Timers were fired.
    Again,
    /// The next timer is due after the invocation's end.
    Late,
    /// There is no timer to fire.
    Over,
    /// The next timer is waited for.
    Wait,
}

/// [`turn`] where timers are really waited for, be something else under way or not.
fn paced_turn(
    instance: &mut Instance,
    context: &Context,
    pace: &mut Pace,
    cx: &mut std::task::Context<'_>,
) -> Turn {
    let Instance {
        timers, runtime, ..
    } = instance;
    let Some(timers) = timers else {
        return Turn::Over;
    };
    if timers.fire_due(runtime) {
        return Turn::Again;
    }
    let Some(time) = timers.next(runtime) else {
        return Turn::Over;
    };
    if pace.poll(time, context.clock, cx).is_pending() {
        return Turn::Wait;
    }
    context.clock.advance_to(time);
    timers.fire_due(runtime);
    Turn::Again
}

/// Fires the timers of a frozen clock: those that are due, or else, when the loop is `idle` and so
/// nothing is under way, the next ones, at whose time it then is.
fn turn(instance: &mut Instance, context: &Context, idle: bool) -> Turn {
    let Instance {
        timers, runtime, ..
    } = instance;
    let Some(timers) = timers else {
        return Turn::Over;
    };
    if timers.fire_due(runtime) {
        return Turn::Again;
    }
    if !idle && !only_silence(runtime) {
        return Turn::Over;
    }
    match timers.next(runtime) {
        Some(time) if time < context.limit => {
            context.clock.advance_to(time);
            timers.fire_due(runtime);
            Turn::Again
        }
        next => {
            // Production waits until then.
            context.clock.advance_to(context.limit);
            next.map_or(Turn::Over, |_| Turn::Late)
        }
    }
}

fn is_settled(instance: &mut Instance, promise: &v8::Global<v8::Promise>) -> bool {
    deno_core::scope!(scope, instance.runtime);
    v8::Local::new(scope, promise).state() != v8::PromiseState::Pending
}

fn finish(
    instance: &mut Instance,
    context: &Context,
    handler: Option<&'static str>,
    promise: &v8::Global<v8::Promise>,
    input: &v8::Global<v8::Value>,
) -> Result<Box<Gave>, End> {
    let Instance { core, runtime, .. } = instance;
    deno_core::scope!(scope, runtime);
    v8::tc_scope!(let scope, scope);
    let promise = v8::Local::new(scope, promise);
    let input = v8::Local::new(scope, input);
    settled(scope, context, core, handler, promise, input).unwrap_or(Err(End::OutOfTime))
}

/// The end that something outside of the handler's own promise brought: an uncaught error, or a
/// rejected promise that nobody handles. In production either ends the process.
fn unhandled(instance: &mut Instance, context: &Context) -> Option<End> {
    if instance.exhausted.load(Ordering::SeqCst) {
        return Some(End::OutOfMemory);
    }
    let (value, warning) = {
        let mut record = context.record.borrow_mut();
        if let Some(error) = record.uncaught.take() {
            (
                error,
                "it was thrown outside of the handler's promise, in a timer or a listener: production ends the process for it",
            )
        } else if !record.rejections.is_empty() {
            let (_, reason) = record.rejections.remove(0);
            (
                reason,
                "a promise was rejected and nothing handles it (is an `await` missing?): production ends the process for it",
            )
        } else {
            return None;
        }
    };
    context.record.borrow_mut().warn(warning.into());
    let Instance { core, runtime, .. } = instance;
    deno_core::scope!(scope, runtime);
    v8::tc_scope!(let scope, scope);
    let value = v8::Local::new(scope, value);
    Some(End::Uncaught(describe(scope, core, value)))
}
