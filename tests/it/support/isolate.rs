//! Isolates without a function, as the engine makes them.

use deno_core::{JsRuntime, RuntimeOptions};
use segfn::{engine, host};

/// An isolate from segfn's startup snapshot, with what the engine gives to each: its packages, its
/// Node layer and its ops. V8 is set up as the engine does it, because other tests run functions in
/// the same process.
pub fn isolate() -> JsRuntime {
    engine::set_up_v8();
    let mut runtime = JsRuntime::new(RuntimeOptions {
        extensions: host::extensions(),
        startup_snapshot: Some(host::SNAPSHOT),
        ..RuntimeOptions::default()
    });
    let started = runtime.execute_script("test:start", "__segfn.start()");
    started.expect("segfn's own code runs");
    runtime
}
