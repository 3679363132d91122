//! What the startup snapshot and the engine that reads it must agree on. build.rs includes this
//! file, so that there is one list of extensions and one set of V8 flags.

use std::sync::{Arc, Once};

use deno_core::{Extension, v8};

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
        // js/core/node20.js takes away what has no flag. Base64 stays, as our Buffer stands on it,
        // and 16-bit floats and `using`, which deno_core asks for.
        v8::V8::set_flags_from_string(
            "--no-js-atomics-pause --no-js-error-iserror --no-js-intl-locale-variants \
             --no-js-promise-try --no-js-regexp-duplicate-named-groups --no-js-regexp-escape \
             --no-js-regexp-modifiers --no-js-source-phase-imports --no-js-sum-precise --no-js-upsert",
        );
    });
}

/// The extensions in the startup snapshot. segfn's own come after them and are only bound at
/// run time: their ops' code need not be built twice.
pub fn snapshot_extensions() -> Vec<Extension> {
    vec![
        deno_webidl::deno_webidl::init(),
        deno_web::deno_web::init(
            Arc::new(deno_web::BlobStore::default()),
            None,
            false,
            deno_web::InMemoryBroadcastChannel::default(),
        ),
    ]
}
