//! Where console calls, segfn's own warnings and uncaught errors are written down.

use deno_core::{OpState, op2, v8};

use super::invocation_log::SharedInvocationLog;
use crate::outcome::Level;

deno_core::extension!(segfn_console, ops = [op_log, op_warn, op_uncaught]);

#[op2(fast)]
fn op_log(state: &mut OpState, #[string] level: &str, #[string] text: String) {
    let level = match level {
        "debug" => Level::Debug,
        "info" => Level::Info,
        "warn" => Level::Warn,
        "error" => Level::Error,
        _ => Level::Log,
    };
    state
        .borrow::<SharedInvocationLog>()
        .borrow_mut()
        .log(level, text);
}

#[op2(fast)]
fn op_warn(state: &mut OpState, #[string] text: String) {
    state
        .borrow::<SharedInvocationLog>()
        .borrow_mut()
        .warn(text);
}

/// Keeps the first error that was thrown where nothing could catch it.
#[op2(fast)]
fn op_uncaught(scope: &mut v8::PinScope<'_, '_>, state: &mut OpState, error: v8::Local<v8::Value>) {
    let error = v8::Global::new(scope, error);
    state
        .borrow::<SharedInvocationLog>()
        .borrow_mut()
        .uncaught
        .get_or_insert(error);
}
