//! The capabilities as V8 is given them.

use deno_core::Extension;

use super::{aws, brotli, buffer, bundles, cache, clock, console, crypto, http, zlib};
use crate::libcrypto;

/// segfn's own extensions. They are not in the startup snapshot (`engine::platform`).
pub fn extensions() -> Vec<Extension> {
    libcrypto::start();
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
