//! Takes the output of an invocation out of V8: its value, the results of its batch, its messages.

use deno_core::v8;
use serde_json::value::RawValue;

use super::batch_results;
use super::batch_results::is_event;
use super::context::Context;
use crate::engine::isolate::js::{Scope, get, json};
use crate::engine::isolate::thrown::RuntimeHooks;
use crate::function::{BATCH_HANDLER, Kind, REQUEST_HANDLER};
use crate::outcome::{BatchItem, Class, Messages};

/// The Tracking API refuses a larger message (docs/platform.md section 9), in bytes.
const MAX_MESSAGE: usize = 32 << 10;

/// The most messages that are taken of `Segment.events`, and of `Segment.objects`. A function chooses
/// how long they are.
const MAX_MESSAGES: u32 = 100_000;

/// The most messages of a list that each get a warning of their own.
const MAX_WARNINGS: usize = 10;

/// The output of a handler that finished.
#[derive(Default)]
pub struct HandlerOutput {
    pub value: Option<Box<RawValue>>,
    pub batch: Vec<BatchItem>,
    pub messages: Messages,
    /// Set where the class isn't success: when an insert function returned nothing.
    pub class: Option<Class>,
    pub warnings: Vec<String>,
}

/// Takes the output out of V8. `None` when a getter or a `toJSON` ran out of time.
pub fn take_output<'s>(
    scope: &mut Scope<'s, '_>,
    context: &Context,
    hooks: &RuntimeHooks,
    handler: Option<&'static str>,
    value: v8::Local<'s, v8::Value>,
    input: v8::Local<'s, v8::Value>,
) -> Option<Box<HandlerOutput>> {
    let mut gave = HandlerOutput::default();
    v8::tc_scope!(let scope, scope);
    let insert = matches!(context.kind, Kind::InsertDestination | Kind::InsertSource);
    let events = v8::Local::<v8::Array>::try_from(input).ok();
    let batch = events.filter(|_| handler == Some(BATCH_HANDLER));
    match batch {
        Some(events) if insert => {
            let stringify = &hooks.stringify;
            gave.batch = batch_results::insert(
                scope,
                context,
                stringify,
                (events, value),
                &mut gave.warnings,
            )?;
        }
        Some(events) => {
            gave.batch =
                batch_results::destination(scope, context, events, value, &mut gave.warnings)?;
        }
        None => {}
    }
    if !value.is_undefined() {
        gave.value = json(scope, &hooks.stringify, value);
        if gave.value.is_none() && !scope.has_terminated() {
            let why = scope
                .exception()
                .map(|thrown| thrown.to_rust_string_lossy(scope));
            gave.warnings.push(format!(
                "the returned value can't be written as JSON{}",
                why.map(|why| format!(": {why}")).unwrap_or_default()
            ));
            scope.reset();
        }
    }
    if insert && batch.is_none() && !gave.value.as_deref().is_some_and(is_event) {
        gave.class = Some(Class::Filtered);
        gave.warnings.push(
            "the handler returned no event, so nothing is forwarded; `return event` sends it on"
                .into(),
        );
    }
    if handler == Some(REQUEST_HANDLER) {
        let segment = v8::Local::new(scope, &hooks.segment);
        collect_messages(scope, context, &hooks.stringify, segment, &mut gave);
    }
    if scope.has_terminated() || context.armed.is_over() {
        return None;
    }
    Some(Box::new(gave))
}

fn collect_messages<'s>(
    scope: &mut Scope<'s, '_>,
    context: &Context,
    stringify: &v8::Global<v8::Function>,
    segment: v8::Local<'s, v8::Object>,
    gave: &mut HandlerOutput,
) {
    for name in ["events", "objects"] {
        let list =
            get(scope, segment, name).and_then(|list| v8::Local::<v8::Array>::try_from(list).ok());
        let Some(list) = list else { continue };
        if list.length() > MAX_MESSAGES {
            gave.warnings.push(format!(
                "Segment.{name} has a length of {}: of more than {MAX_MESSAGES} messages none is taken",
                list.length()
            ));
            continue;
        }
        let mut warnings = Vec::new();
        for index in 0..list.length() {
            if context.armed.is_over() {
                return;
            }
            let message = list.get_index(scope, index);
            let Some(message) = message.and_then(|message| json(scope, stringify, message)) else {
                warnings.push(format!(
                    "message {} of Segment.{name} can't be written as JSON",
                    index + 1
                ));
                continue;
            };
            if message.get().len() > MAX_MESSAGE {
                warnings.push(format!(
                    "message {} of Segment.{name} is larger than 32 KB: the Tracking API refuses it",
                    index + 1
                ));
            }
            match name {
                "events" => gave.messages.events.push(message),
                _ => gave.messages.objects.push(message),
            }
        }
        let more = warnings.len().saturating_sub(MAX_WARNINGS);
        warnings.truncate(MAX_WARNINGS);
        gave.warnings.append(&mut warnings);
        if more > 0 {
            gave.warnings.push(format!(
                "{more} more of Segment.{name} can't be written as JSON, or are larger than 32 KB"
            ));
        }
    }
}
