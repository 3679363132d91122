//! Which handler an input is for (docs/platform.md sections 1 and 2).

use deno_core::v8;

use super::context::Context;
use crate::engine::isolate::js::{Scope, get};
use crate::function::{BATCH_HANDLER, HANDLERS, Kind, REQUEST_HANDLER};

/// Where an input goes.
pub enum Route {
    /// Call this handler.
    Handler(&'static str),
    /// No handler is meant for it. The sentence says why.
    Nothing(String),
    /// It is not an input for this kind of function.
    Bad(String),
}

/// Finds the handler that the platform would call with `input`.
pub fn route<'s>(
    scope: &mut Scope<'s, '_>,
    context: &Context,
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
    let Some(kind) = get(scope, event, "type").filter(|kind| kind.is_string()) else {
        return Route::Nothing(
            "the event has no `type`, so no handler takes it and nothing ran".into(),
        );
    };
    let kind = kind.to_rust_string_lossy(scope);
    let handler = match kind.as_str() {
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
