//! Helpers to read and call values in V8: properties, texts, JSON, and `__segfn`, the object that
//! js/core.js leaves for the engine.

use deno_core::{JsRuntime, v8};
use serde_json::value::RawValue;

use crate::json::printed;

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

/// The text as a string. What is ASCII is only copied.
pub fn string<'s>(scope: &mut Scope<'s, '_>, text: &str) -> Option<v8::Local<'s, v8::String>> {
    match text.is_ascii() {
        true => v8::String::new_from_one_byte(scope, text.as_bytes(), v8::NewStringType::Normal),
        false => v8::String::new(scope, text),
    }
}

/// A name of properties that many objects are asked for: to make one for each look takes longer than the
/// look.
pub struct PropertyName(v8::Global<v8::String>);

impl PropertyName {
    pub fn new(scope: &mut Scope<'_, '_>, name: &'static str) -> Option<PropertyName> {
        let kind = v8::NewStringType::Internalized;
        let name = v8::String::new_from_utf8(scope, name.as_bytes(), kind)?;
        Some(PropertyName(v8::Global::new(scope, name)))
    }

    pub fn get<'s>(
        &self,
        scope: &mut Scope<'s, '_>,
        object: v8::Local<'s, v8::Object>,
    ) -> Option<v8::Local<'s, v8::Value>> {
        let name = v8::Local::new(scope, &self.0);
        object.get(scope, name.into())
    }

    pub fn set(
        &self,
        scope: &mut Scope<'_, '_>,
        object: v8::Local<'_, v8::Object>,
        value: v8::Local<'_, v8::Value>,
    ) -> Option<bool> {
        let name = v8::Local::new(scope, &self.0);
        object.set(scope, name.into(), value)
    }
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

/// The value as JSON text; `None` where JSON can't express it or its getters threw. `stringify` is
/// JavaScript's own: of V8's API, `v8::json::stringify` takes three times as long, as it never takes the
/// short way that V8 has for plain objects.
pub fn json<'s>(
    scope: &mut Scope<'s, '_>,
    stringify: &v8::Global<v8::Function>,
    value: v8::Local<'s, v8::Value>,
) -> Option<Box<RawValue>> {
    let stringify = v8::Local::new(scope, stringify);
    let undefined = v8::undefined(scope);
    let text = stringify.call(scope, undefined.into(), &[value])?;
    // It is `undefined` for functions and symbols.
    let text = v8::Local::<v8::String>::try_from(text).ok()?;
    printed(text.to_rust_string_lossy(scope))
}

pub fn is_settled(runtime: &mut JsRuntime, promise: &v8::Global<v8::Promise>) -> bool {
    deno_core::scope!(scope, runtime);
    v8::Local::new(scope, promise).state() != v8::PromiseState::Pending
}
