//! What segfn uses of deno_web: some of its ops. Its scripts are bundles:
//! build.rs, which includes this file, makes them.

use std::borrow::Cow;
use std::sync::Arc;

use deno_core::Extension;

/// The ops that the scripts of deno_web's classes call, as far as functions have the classes, and
/// one by which segfn inspects iterators.
const OPS: [&str; 9] = [
    "op_encoding_decode",
    "op_encoding_decode_single",
    "op_encoding_decode_utf8",
    "op_encoding_decode_utf8_ascii_only",
    "op_encoding_encode_into",
    "op_encoding_encode_into_fallback",
    "op_encoding_new_decoder",
    "op_encoding_normalize_label",
    "op_preview_entries",
];

/// deno_web as far as functions can use it.
pub fn extension() -> Extension {
    let whole = deno_web();
    let ops = whole.ops.iter().filter(|op| OPS.contains(&op.name));
    Extension {
        name: "segfn_web",
        ops: Cow::Owned(ops.copied().collect()),
        ..Extension::default()
    }
}

/// The whole of deno_web.
pub fn deno_web() -> Extension {
    deno_web::deno_web::init(
        Arc::new(deno_web::BlobStore::default()),
        None,
        false,
        deno_web::InMemoryBroadcastChannel::default(),
    )
}
