//! One handler called with one input (docs/platform.md sections 1, 4, 5, 7), and what came of it.

use deno_core::v8;

use super::context::Context;
use super::event_loop::wait_for;
use super::output::{HandlerOutput, take_output};
use super::route::{Route, route};
use super::unhandled::unhandled;
use crate::engine::isolate::instance::{Instance, Running};
use crate::engine::isolate::js::{PropertyName, Scope, string};
use crate::engine::isolate::thrown::{End, Names, RuntimeHooks, describe, thrown};
use crate::function::REQUEST_HANDLER;
use crate::outcome::Class;
use crate::text::{place_of, problem_of};

/// The platform refuses a larger request body (docs/platform.md section 9), in bytes.
const MAX_REQUEST_BODY: usize = 512 << 10;

enum Step {
    Ended(Result<Box<HandlerOutput>, End>),
    Pending(v8::Global<v8::Promise>, v8::Global<v8::Value>),
}

/// The answer of [`invoke`].
pub struct Invocation {
    pub handler: Option<&'static str>,
    pub result: Result<Box<HandlerOutput>, End>,
}

/// Why an input can't be taken; see [`crate::engine::InputResult::BadInput`].
pub struct BadInput {
    pub column: Option<u32>,
    pub problem: String,
}

/// Calls the handler that `json` is for. `Err` says why the input can't be taken. The watchdog, which
/// `context` has armed, ends JavaScript that doesn't give control back. Its deadline ends the waiting
/// here.
pub fn invoke(
    instance: &mut Instance,
    context: &Context,
    json: &str,
) -> Result<Invocation, BadInput> {
    let (handler, step) = start(instance, context, json)?;
    let result = match step {
        Step::Ended(result) => result,
        Step::Pending(promise, input) => wait_for(instance, context, &promise)
            .and_then(|()| finish(instance, context, handler, &promise, &input)),
    };
    let result = result.and_then(|gave| match unhandled(instance, context) {
        Some(end) => Err(end),
        // It looked at the clock until its time was over.
        None if context.clock.is_frozen() && context.clock.millis() > context.limit => {
            Err(End::OutOfTime)
        }
        None => Ok(gave),
    });
    Ok(Invocation { handler, result })
}

/// Parses the input, calls the handler, and runs microtasks. Most handlers are finished then.
fn start(
    instance: &mut Instance,
    context: &Context,
    json: &str,
) -> Result<(Option<&'static str>, Step), BadInput> {
    let Running {
        handlers,
        hooks,
        runtime,
        ..
    } = instance.run(context.armed);
    deno_core::scope!(scope, runtime);
    v8::tc_scope!(let scope, scope);
    let text = string(scope, json);
    let Some(input) = text.and_then(|text| v8::json::parse(scope, text)) else {
        return Err(not_json(json));
    };
    let settings = v8::Local::new(scope, &hooks.settings);
    let Some(settings) = v8::json::parse(scope, settings) else {
        return Err(bad("the settings are not JSON"));
    };
    let (input, route) = route(scope, context, &hooks.names.of_type, input);
    let name = match route {
        Route::Handler(name) => name,
        Route::Bad(problem) => return Err(bad(problem)),
        Route::Nothing(why) => return Ok((None, skipped(why))),
    };
    let Some(handler) = handlers.iter().find(|handler| handler.name == name) else {
        let why = format!("{name} is not a function, so nothing ran");
        return Ok((None, skipped(why)));
    };
    let step = (|| {
        let segment = v8::Local::new(scope, &hooks.segment);
        empty_messages(scope, &hooks.names, segment)?;
        let argument = if name == REQUEST_HANDLER {
            let make = v8::Local::new(scope, &hooks.make_request);
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
        let promise = as_promise(scope, &hooks.names.then, returned)?;
        scope.perform_microtask_checkpoint();
        if scope.has_terminated() {
            return None;
        }
        match promise {
            None => take_output(scope, context, hooks, Some(name), returned, input)
                .map(|gave| Step::Ended(Ok(gave))),
            Some(promise) if promise.state() == v8::PromiseState::Pending => Some(Step::Pending(
                v8::Global::new(scope, promise),
                v8::Global::new(scope, input),
            )),
            Some(promise) => {
                settled(scope, context, hooks, Some(name), promise, input).map(Step::Ended)
            }
        }
    })();
    let step = match step {
        Some(step) => step,
        None if scope.has_terminated() => Step::Ended(Err(End::OutOfTime)),
        None => Step::Ended(Err(End::Thrown(thrown(scope, Some(hooks))))),
    };
    Ok((Some(name), step))
}

fn skipped(why: String) -> Step {
    Step::Ended(Ok(Box::new(HandlerOutput {
        class: Some(Class::Skipped),
        warnings: vec![why],
        ..HandlerOutput::default()
    })))
}

/// Finds where the JSON is wrong. V8's own message doesn't say it.
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

fn empty_messages<'s>(
    scope: &mut Scope<'s, '_>,
    names: &Names,
    segment: v8::Local<'s, v8::Object>,
) -> Option<()> {
    for name in [&names.events, &names.objects] {
        let empty = v8::Array::new(scope, 0);
        name.set(scope, segment, empty.into())?;
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

/// The promise to wait for. The platform awaits what a handler returned, so anything with a `then`
/// counts.
fn as_promise<'s>(
    scope: &mut Scope<'s, '_>,
    then: &PropertyName,
    returned: v8::Local<'s, v8::Value>,
) -> Option<Option<v8::Local<'s, v8::Promise>>> {
    if let Ok(promise) = v8::Local::<v8::Promise>::try_from(returned) {
        return Some(Some(promise));
    }
    let Ok(object) = v8::Local::<v8::Object>::try_from(returned) else {
        return Some(None);
    };
    if !then.get(scope, object)?.is_function() {
        return Some(None);
    }
    let resolver = v8::PromiseResolver::new(scope)?;
    resolver.resolve(scope, returned)?;
    Some(Some(resolver.get_promise(scope)))
}

fn settled<'s>(
    scope: &mut Scope<'s, '_>,
    context: &Context,
    hooks: &RuntimeHooks,
    handler: Option<&'static str>,
    promise: v8::Local<'s, v8::Promise>,
    input: v8::Local<'s, v8::Value>,
) -> Option<Result<Box<HandlerOutput>, End>> {
    let value = promise.result(scope);
    if promise.state() == v8::PromiseState::Rejected {
        promise.mark_as_handled();
        let promise = v8::Global::new(scope, promise);
        context
            .log
            .borrow_mut()
            .rejections
            .retain(|(rejected, _)| *rejected != promise);
        return Some(Err(End::Thrown(describe(scope, hooks, value))));
    }
    take_output(scope, context, hooks, handler, value, input).map(Ok)
}

fn finish(
    instance: &mut Instance,
    context: &Context,
    handler: Option<&'static str>,
    promise: &v8::Global<v8::Promise>,
    input: &v8::Global<v8::Value>,
) -> Result<Box<HandlerOutput>, End> {
    let Running { hooks, runtime, .. } = instance.run(context.armed);
    deno_core::scope!(scope, runtime);
    v8::tc_scope!(let scope, scope);
    let promise = v8::Local::new(scope, promise);
    let input = v8::Local::new(scope, input);
    settled(scope, context, hooks, handler, promise, input).unwrap_or(Err(End::OutOfTime))
}
