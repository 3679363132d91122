//! What a function can reach: one module a capability, each one deno_core extension.

pub mod bundle;
mod bundles;
mod cache;
mod console;
pub mod http;
mod record;

use deno_core::Extension;

pub use bundles::SNAPSHOT;
pub use cache::Cache;
pub use record::Record;
pub use record::SharedRecord;

/// segfn's own extensions. They are not in the startup snapshot (`engine::platform`).
pub fn extensions() -> Vec<Extension> {
    vec![
        bundles::segfn_bundles::init(),
        cache::segfn_cache::init(),
        console::segfn_console::init(),
        http::segfn_http::init(),
    ]
}
