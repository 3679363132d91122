//! The timers of a frozen clock (js/core/virtual-timers.js): they are fired from here.

use deno_core::{JsRuntime, v8};

use super::js::{Scope, get};

pub struct Timers {
    next: v8::Global<v8::Function>,
    fire: v8::Global<v8::Function>,
}

impl Timers {
    /// Freezes the clock of the isolate that `segfn` belongs to.
    pub fn freeze<'s>(
        scope: &mut Scope<'s, '_>,
        segfn: v8::Local<'s, v8::Object>,
    ) -> Option<Timers> {
        let mut function = |name| -> Option<v8::Local<'s, v8::Function>> {
            get(scope, segfn, name)?.try_into().ok()
        };
        let (freeze, next, fire) = (
            function("freeze")?,
            function("nextTimer")?,
            function("fireDue")?,
        );
        let undefined = v8::undefined(scope);
        freeze.call(scope, undefined.into(), &[])?;
        Some(Timers {
            next: v8::Global::new(scope, next),
            fire: v8::Global::new(scope, fire),
        })
    }

    /// When the next timer is due, in milliseconds since 1970, if one is worth waiting for.
    pub fn next(&self, runtime: &mut JsRuntime) -> Option<i64> {
        deno_core::scope!(scope, runtime);
        v8::tc_scope!(let scope, scope);
        let undefined = v8::undefined(scope);
        let time = v8::Local::new(scope, &self.next).call(scope, undefined.into(), &[])?;
        let time = time.number_value(scope).filter(|time| !time.is_nan())?;
        Some(time as i64)
    }

    /// Fires the timers that are due, and tells whether there was one.
    pub fn fire_due(&self, runtime: &mut JsRuntime) -> bool {
        deno_core::scope!(scope, runtime);
        v8::tc_scope!(let scope, scope);
        let undefined = v8::undefined(scope);
        v8::Local::new(scope, &self.fire)
            .call(scope, undefined.into(), &[])
            .is_some_and(|fired| fired.is_true())
    }
}
