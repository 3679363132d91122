//! The V8 flags that the startup snapshot and the engine that reads it must agree on. build.rs
//! includes this file.

use std::sync::Once;

use deno_core::v8;

/// V8 compares a hash of its flags before it takes a code cache, so they are set in one place.
pub fn set_v8_flags() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // The stack of a worker thread is larger than this: see `pool::STACK_SIZE`. A function's
        // recursion ends as a RangeError, near Node's depth, and never as a crash.
        v8::V8::set_flags_from_string("--stack-size=984 --wasm-max-mem-pages=2048");
        // The memory alone decides when a function has used too much, not the speed with which this
        // machine collects garbage.
        v8::V8::set_flags_from_string("--no-detect-ineffective-gcs-near-heap-limit");
        // See `v8_platform`.
        v8::V8::set_flags_from_string("--single-threaded");
        // What came into the language after Node 20 would run here and fail on the platform.
        // This flag is for all that still has one, and stronger than those that deno_core sets;
        // js/core/node20.js takes away the rest.
        v8::V8::set_flags_from_string("--no-js-shipping");
        // Short strings of inputs, such as ids, would go into a table that only a full collection of garbage
        // empties. To look whether they are there already is enough.
        v8::V8::set_flags_from_string("--json-parse-max-heuristically-internalized-strings=0");
        // For `unset_deno_flags`.
        v8::V8::set_flags_from_string("--no-freeze-flags-after-init");
    });
}

/// Takes back what deno_core has set for itself while it set V8 up: forms of `import()` that Node 20 doesn't know.
pub fn unset_deno_flags() {
    v8::V8::set_flags_from_string("--no-js-source-phase-imports --no-js-defer-import-eval");
}
