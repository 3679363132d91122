//! Helpers to read and call values in V8: properties, texts, JSON, and `__segfn`, the object that
//! js/core.js leaves for the engine.

use deno_core::{JsRuntime, v8};
use serde_json::value::RawValue;

pub type Scope<'s, 'i> = v8::PinScope<'s, 'i>;

pub type TryScope<'a, 's, 'o, 'i> = v8::PinnedRef<'a, v8::TryCatch<'s, 'o, v8::HandleScope<'i>>>;

/// What `js/core.js` leaves on the global object for the engine.
pub const SEGFN: &str = "__segfn";

/// `__segfn` itself.
pub fn segfn<'s>(scope: &mut Scope<'s, '_>) -> Option<v8::Local<'s, v8::Object>> {
    let global = scope.get_current_context().global(scope);
    get(scope, global, SEGFN)?.to_object(scope)
}

/// Calls a function of `__segfn`. `None` where it threw.
pub fn call<'s>(
    scope: &mut Scope<'s, '_>,
    function: &str,
    name: Option<&str>,
) -> Option<v8::Local<'s, v8::Value>> {
    let segfn = segfn(scope)?;
    let function: v8::Local<v8::Function> = get(scope, segfn, function)?.try_into().ok()?;
    let name: v8::Local<v8::Value> = match name {
        Some(name) => v8::String::new(scope, name)?.into(),
        None => v8::undefined(scope).into(),
    };
    function.call(scope, segfn.into(), &[name])
}

pub fn get<'s>(
    scope: &mut Scope<'s, '_>,
    object: v8::Local<'s, v8::Object>,
    name: &str,
) -> Option<v8::Local<'s, v8::Value>> {
    let name = v8::String::new(scope, name)?;
    object.get(scope, name.into())
}

pub fn text<'s>(
    scope: &mut Scope<'s, '_>,
    object: v8::Local<'s, v8::Object>,
    name: &str,
) -> Option<String> {
    let value = get(scope, object, name)?;
    (!value.is_null_or_undefined()).then(|| value.to_rust_string_lossy(scope))
}

/// The value as JSON text; `None` where JSON can't express it or its getters threw.
pub fn json<'s>(
    scope: &mut Scope<'s, '_>,
    value: v8::Local<'s, v8::Value>,
) -> Option<Box<RawValue>> {
    let text = v8::json::stringify(scope, value)?;
    // V8 answers `undefined`, as a string, for functions and symbols.
    RawValue::from_string(text.to_rust_string_lossy(scope)).ok()
}

pub fn is_settled(runtime: &mut JsRuntime, promise: &v8::Global<v8::Promise>) -> bool {
    deno_core::scope!(scope, runtime);
    v8::Local::new(scope, promise).state() != v8::PromiseState::Pending
}
