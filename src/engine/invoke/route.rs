//! Which handler an input is for (docs/platform.md sections 1 and 2).

use std::mem::MaybeUninit;

use deno_core::v8;

use super::context::Context;
use crate::engine::isolate::js::{PropertyName, Scope, get};
use crate::function::{BATCH_HANDLER, HANDLERS, Kind, REQUEST_HANDLER};

/// A type that is longer isn't one, and may be as long as it likes.
const LONGEST_TYPE: usize = 16;

/// Where an input goes.
pub enum Route {
    /// Call this handler.
    Handler(&'static str),
    /// No handler is meant for it. The sentence says why.
    Nothing(String),
    /// It is not an input for this kind of function.
    Bad(String),
}

/// Finds the handler that the platform would call with `input`, and what it would be called with: that,
/// or the event in it.
pub fn route<'s>(
    scope: &mut Scope<'s, '_>,
    context: &Context,
    of_type: &PropertyName,
    input: v8::Local<'s, v8::Value>,
) -> (v8::Local<'s, v8::Value>, Route) {
    match find(scope, context, of_type, input) {
        Route::Nothing(why) => {
            let event = unwrap_event(scope, input);
            match event == input {
                true => (input, Route::Nothing(why)),
                false => (event, find(scope, context, of_type, event)),
            }
        }
        found => (input, found),
    }
}

/// The event, or the list of them, in what the platform itself calls functions with:
/// `{event, settings}`, `{events, settings}`, and `{payload: …}` around an event or one of these. What is
/// anything else is given back.
fn unwrap_event<'s>(
    scope: &mut Scope<'s, '_>,
    input: v8::Local<'s, v8::Value>,
) -> v8::Local<'s, v8::Value> {
    // One around the other, and no more: an input may be nested without end.
    let payload = wrapped(scope, input, &["payload"]).unwrap_or(input);
    wrapped(scope, payload, &["event", "events"]).unwrap_or(payload)
}

/// What stands in one of `fields`, where an object has nothing else but settings, and that is an object.
fn wrapped<'s>(
    scope: &mut Scope<'s, '_>,
    input: v8::Local<'s, v8::Value>,
    fields: &[&str],
) -> Option<v8::Local<'s, v8::Value>> {
    if !input.is_object() || input.is_array() {
        return None;
    }
    let input = input.to_object(scope)?;
    let names = input.get_own_property_names(scope, v8::GetPropertyNamesArgs::default())?;
    // More than these, and it is an event.
    if names.length() > 2 {
        return None;
    }
    let mut found = None;
    for index in 0..names.length() {
        let name = names.get_index(scope, index)?.to_rust_string_lossy(scope);
        let value = get(scope, input, &name)?;
        match name.as_str() {
            "settings" => {}
            name if fields.contains(&name) && value.is_object() => found = Some(value),
            _ => return None,
        }
    }
    found
}

fn find<'s>(
    scope: &mut Scope<'s, '_>,
    context: &Context,
    of_type: &PropertyName,
    input: v8::Local<'s, v8::Value>,
) -> Route {
    if let Some(wanted) = context.handler {
        return match HANDLERS.into_iter().find(|name| *name == wanted) {
            Some(name) => Route::Handler(name),
            None => Route::Bad(format!("there is no handler named {wanted}")),
        };
    }
    if context.kind == Kind::Source {
        return Route::Handler(REQUEST_HANDLER);
    }
    if input.is_array() {
        return match context.kind {
            Kind::InsertSource => {
                Route::Bad("a source insert function takes single events, not arrays".into())
            }
            _ => Route::Handler(BATCH_HANDLER),
        };
    }
    let Ok(event) = v8::Local::<v8::Object>::try_from(input) else {
        return Route::Bad(
            "an event is a JSON object, such as {\"type\":\"track\",\"event\":\"…\"}".into(),
        );
    };
    let Some(kind) = of_type
        .get(scope, event)
        .and_then(|kind| v8::Local::<v8::String>::try_from(kind).ok())
    else {
        if get(scope, event, "batch").is_some_and(|batch| batch.is_array()) {
            return Route::Bad(
                "this is what the Tracking API's /v1/batch takes; a function gets its events one by \
                 one: write them one a line (jq -c '.batch[]')"
                    .into(),
            );
        }
        return Route::Nothing(
            "the event has no `type`, so no handler takes it and nothing ran".into(),
        );
    };
    let mut buffer = [MaybeUninit::uninit(); LONGEST_TYPE];
    let kind = kind.to_rust_cow_lossy(scope, &mut buffer);
    let handler = match &*kind {
        "identify" => "onIdentify",
        "track" => "onTrack",
        "page" => "onPage",
        "screen" => "onScreen",
        "group" => "onGroup",
        "alias" => "onAlias",
        "delete" => "onDelete",
        _ => {
            return Route::Nothing(format!(
                "no handler takes the event type {kind:?} (types are compared exactly and are in \
                 lower case), so nothing ran"
            ));
        }
    };
    Route::Handler(handler)
}
