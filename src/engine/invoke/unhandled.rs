//! Errors outside of the handler's own promise.

use deno_core::v8;

use super::context::Context;
use crate::engine::isolate::instance::{Instance, Running};
use crate::engine::isolate::thrown::{End, describe};

/// What ended the invocation outside of the handler's own promise: an uncaught error, a rejected
/// promise that nobody handles, or a full heap. In production each ends the process.
pub fn unhandled(instance: &mut Instance, context: &Context) -> Option<End> {
    if instance.is_exhausted() {
        return Some(End::OutOfMemory);
    }
    let (value, warning) = {
        let mut log = context.log.borrow_mut();
        if let Some(error) = log.uncaught.take() {
            (
                error,
                "it was thrown outside of the handler's promise, in a timer or a listener: in production, that ends the process",
            )
        } else if !log.rejections.is_empty() {
            let (_, reason) = log.rejections.remove(0);
            (
                reason,
                "a promise was rejected and nothing handles it (is an `await` missing?): in production, that ends the process",
            )
        } else {
            return None;
        }
    };
    context.log.borrow_mut().warn(warning.into());
    let Running { hooks, runtime, .. } = instance.run(context.armed);
    deno_core::scope!(scope, runtime);
    v8::tc_scope!(let scope, scope);
    let value = v8::Local::new(scope, value);
    Some(End::Uncaught(describe(scope, hooks, value)))
}
