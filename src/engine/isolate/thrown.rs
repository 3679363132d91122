//! What a function threw, once it is out of V8, and what else ends an invocation.

use deno_core::v8;

use super::js::{PropertyName, Scope, TryScope};
use crate::text::Place;

/// What is left of a thrown value once it is out of V8.
#[derive(Debug, Default)]
pub struct Thrown {
    /// The platform's error class that it counts as; empty for any other.
    pub class: String,
    pub name: String,
    pub message: String,
    pub stack: String,
    /// Where V8 saw it, for errors without a stack, such as syntax errors.
    pub place: Option<Place>,
}

/// What ends an invocation.
#[derive(Debug)]
pub enum End {
    /// The handler, or the top-level code, threw it.
    Thrown(Thrown),
    /// It was thrown where nothing could catch it: production's process ends.
    Uncaught(Thrown),
    /// The promise can't settle any more: nothing is pending that could settle it.
    NeverSettled,
    OutOfTime,
    OutOfMemory,
    /// The process that ran it was ended by a signal, such as SIGSEGV.
    Crash(&'static str),
}

/// What `js/core.js` hands to the engine.
pub struct RuntimeHooks {
    pub describe_thrown: v8::Global<v8::Function>,
    pub make_request: v8::Global<v8::Function>,
    pub segment: v8::Global<v8::Object>,
    /// `JSON.stringify`, whatever the function makes of it.
    pub stringify: v8::Global<v8::Function>,
    pub names: Names,
    /// [`Function::settings_json`](crate::function::Function::settings_json).
    pub settings: v8::Global<v8::String>,
}

/// What inputs and what functions return is asked for.
pub struct Names {
    pub of_type: PropertyName,
    pub then: PropertyName,
    pub events: PropertyName,
    pub objects: PropertyName,
}

impl Names {
    pub fn new(scope: &mut Scope<'_, '_>) -> Option<Names> {
        Some(Names {
            of_type: PropertyName::new(scope, "type")?,
            then: PropertyName::new(scope, "then")?,
            events: PropertyName::new(scope, "events")?,
            objects: PropertyName::new(scope, "objects")?,
        })
    }
}

/// The exception that a try-catch scope holds. Without `hooks` it has no class and no stack.
pub fn thrown(scope: &mut TryScope<'_, '_, '_, '_>, hooks: Option<&RuntimeHooks>) -> Thrown {
    let place = scope.message().and_then(|message| {
        let line = u32::try_from(message.get_line_number(scope)?).ok()?;
        let column = u32::try_from(message.get_start_column()).ok()? + 1;
        Some(Place { line, column })
    });
    let Some(exception) = scope.exception() else {
        return Thrown {
            name: "Error".into(),
            message: "unknown".into(),
            ..Thrown::default()
        };
    };
    scope.reset();
    let mut described = match hooks {
        Some(hooks) => describe(scope, hooks, exception),
        None => Thrown {
            message: exception.to_rust_string_lossy(scope),
            ..Thrown::default()
        },
    };
    described.place = place;
    described
}

/// What js/core/thrown.js makes of a thrown value. It never throws: a function may have broken the
/// builtins that it uses, and the value still gets a name.
pub fn describe(
    scope: &mut Scope<'_, '_>,
    hooks: &RuntimeHooks,
    exception: v8::Local<v8::Value>,
) -> Thrown {
    let describe = v8::Local::new(scope, &hooks.describe_thrown);
    let undefined = v8::undefined(scope);
    let fields = describe
        .call(scope, undefined.into(), &[exception])
        .and_then(|fields| v8::Local::<v8::Array>::try_from(fields).ok());
    let field = |index: u32| {
        let field = fields.and_then(|fields| fields.get_index(scope, index));
        field
            .map(|field| field.to_rust_string_lossy(scope))
            .unwrap_or_default()
    };
    let thrown = Thrown {
        class: field(0),
        name: field(1),
        message: field(2),
        stack: field(3),
        place: None,
    };
    if fields.is_some() {
        return thrown;
    }
    Thrown {
        name: "Error".into(),
        message: "the function threw a value that can't be described".into(),
        ..thrown
    }
}
