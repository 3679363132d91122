//! What a function can reach: one module a capability, each one deno_core extension.

pub mod aws;
pub mod aws_transport;
mod brotli;
mod buffer;
pub mod bundle;
mod bundles;
mod cache;
pub mod clock;
mod console;
mod crypto;
mod env;
pub mod http;
mod invocation_log;
mod options;
mod zlib;

use deno_core::Extension;

pub use bundles::{SNAPSHOT, WEB_SOURCES, touched};
pub use cache::Cache;
pub use clock::Clock;
pub use crypto::Deadline;
pub use env::HostEnv;
pub use invocation_log::{InvocationLog, SharedInvocationLog};
pub use options::{HostOptions, TEST_KEY};

/// segfn's own extensions. They are not in the startup snapshot (`engine::platform`).
pub fn extensions() -> Vec<Extension> {
    crate::libcrypto::start();
    vec![
        aws::segfn_aws::init(),
        buffer::segfn_buffer::init(),
        bundles::segfn_bundles::init(),
        cache::segfn_cache::init(),
        clock::segfn_clock::init(),
        console::segfn_console::init(),
        crypto::segfn_crypto::init(),
        http::segfn_http::init(),
        brotli::segfn_brotli::init(),
        zlib::segfn_zlib::init(),
    ]
}
