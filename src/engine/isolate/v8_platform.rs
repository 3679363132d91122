//! V8 without threads of its own. Each isolate runs on a thread of segfn, and V8 would do little
//! beside it: on two processors, runs are a little faster without V8's threads. A process without
//! them can also be forked (`zygote`).

use std::sync::OnceLock;

use deno_core::{JsRuntime, v8};

use super::v8_flags;
use super::watchdog::Armed;

static PLATFORM: OnceLock<v8::SharedRef<v8::Platform>> = OnceLock::new();

/// Sets V8 up, once in a process.
pub fn set_up_v8() {
    PLATFORM.get_or_init(|| {
        v8_flags::set_v8_flags();
        let platform = v8::new_single_threaded_default_platform(false).make_shared();
        JsRuntime::init_platform(Some(platform.clone()));
        v8_flags::unset_deno_flags();
        platform
    });
}

/// V8's version, such as `15.0.245.1`.
pub fn v8_version() -> &'static str {
    v8::VERSION_STRING
}

/// Whether V8 was set up in this process.
pub fn is_set_up() -> bool {
    PLATFORM.get().is_some()
}

/// Runs the tasks that V8 has put off and that are due, such as callbacks of FinalizationRegistry. V8
/// puts off such a task again while it has callbacks left.
pub fn run_tasks(runtime: &mut JsRuntime, armed: &Armed<'_>) {
    if let Some(platform) = PLATFORM.get() {
        while !armed.is_over()
            && v8::Platform::pump_message_loop(platform, runtime.v8_isolate(), false)
        {}
    }
}
