//! The capabilities as V8 is given them.

use deno_core::Extension;

use super::{
    aws, brotli, buffer, bundles, cache, clock, console, core_ops, crypto, http, url, web, zlib,
};
use crate::libcrypto;

/// All extensions. None is in the startup snapshot, so that their ops need not be built twice.
pub fn extensions() -> Vec<Extension> {
    libcrypto::start();
    let mut extensions = vec![
        aws::segfn_aws::init(),
        buffer::segfn_buffer::init(),
        bundles::segfn_bundles::init(),
        cache::segfn_cache::init(),
        clock::segfn_clock::init(),
        console::segfn_console::init(),
        crypto::segfn_crypto::init(),
        http::segfn_http::init(),
        brotli::segfn_brotli::init(),
        url::segfn_url::init(),
        web::extension(),
        zlib::segfn_zlib::init(),
    ];
    extensions.push(core_ops::only_used(&extensions));
    extensions
}
