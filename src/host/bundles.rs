//! The JavaScript half of segfn, as build.rs left it: the startup snapshot, and the bundles that
//! are compiled when a function first touches what needs them.

use deno_core::op2;
use deno_core::v8;
use deno_error::JsErrorBox;

use super::bundle;

/// V8's startup snapshot, with `js/core.js` and the bundles that nearly every function needs.
pub static SNAPSHOT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/segfn.snapshot"));

/// deno_web's scripts that are not in the snapshot.
pub static WEB_SOURCES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/web.rs"));

struct Bundle {
    name: &'static str,
    source: &'static str,
    cache: &'static [u8],
}

static BUNDLES: &[Bundle] = include!(concat!(env!("OUT_DIR"), "/bundles.rs"));

deno_core::extension!(segfn_bundles, ops = [op_bundle]);

/// The function whose body is the bundle `name`.
#[op2]
fn op_bundle<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    #[string] name: &str,
) -> Result<v8::Local<'s, v8::Function>, JsErrorBox> {
    let bundle = BUNDLES
        .iter()
        .find(|bundle| bundle.name == name)
        .ok_or_else(|| JsErrorBox::generic(format!("segfn has no module named {name}")))?;
    // esbuild writes ASCII, so V8 can read the text where it lies in the binary.
    let source = v8::String::new_external_onebyte_static(scope, bundle.source.as_bytes());
    source
        .and_then(|source| bundle::compile(scope, name, source, Some(bundle.cache)))
        .ok_or_else(|| JsErrorBox::generic(format!("V8 can't compile the module {name}")))
}
