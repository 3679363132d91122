//! V8 without threads of its own. Each isolate runs on a thread of segfn, and V8 would do little
//! beside it: on two processors, runs are a little faster without V8's threads. A process without
//! them can also be forked (`zygote`).

use std::sync::OnceLock;

use deno_core::{JsRuntime, v8};

use crate::engine::isolate::v8_flags;

static PLATFORM: OnceLock<v8::SharedRef<v8::Platform>> = OnceLock::new();

/// Sets V8 up, once in a process.
pub fn set_up_v8() {
    PLATFORM.get_or_init(|| {
        v8_flags::set_v8_flags();
        let platform = v8::new_single_threaded_default_platform(false).make_shared();
        JsRuntime::init_platform(Some(platform.clone()));
        platform
    });
}

/// Runs the tasks that V8 has put off and that are due, such as callbacks of FinalizationRegistry.
pub fn run_tasks(runtime: &mut JsRuntime) {
    if let Some(platform) = PLATFORM.get() {
        while v8::Platform::pump_message_loop(platform, runtime.v8_isolate(), false) {}
    }
}
