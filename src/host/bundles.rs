//! The JavaScript half of segfn, as build.rs left it: the startup snapshot, and the bundles that
//! are compiled when a function first touches what needs them.

use std::cell::RefCell;
use std::sync::Arc;

use deno_core::v8::script_compiler::CompileOptions;
use deno_core::{op2, v8};
use deno_error::JsErrorBox;

use super::asset::Asset;
use super::budget::Budget;
use super::{bundle, clock};
use crate::random;

/// V8's startup snapshot, with `js/core.js` and the bundles that nearly every function needs.
pub static SNAPSHOT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/segfn.snapshot"));

struct Bundle {
    name: &'static str,
    /// In ASCII, as esbuild writes.
    source: Asset,
    cache: Asset,
}

// BUNDLES, as build.rs writes it.
include!(concat!(env!("OUT_DIR"), "/bundles.rs"));

deno_core::extension!(
    segfn_bundles,
    ops = [op_bundle, op_evaluation_begins, op_evaluation_ends]
);

thread_local! {
    static TOUCHED: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// The bundles, and deno_web's scripts, that were evaluated on this thread since this was last
/// asked, in their order.
pub fn touched() -> Vec<String> {
    TOUCHED.take()
}

/// A bundle, or a script of deno_web, is evaluated from now on. Under a frozen clock it is at a time
/// and with random values of its own, so that it makes no difference who touches it first, or
/// whether a zygote did.
#[op2(fast)]
fn op_evaluation_begins(#[string] name: &str) {
    TOUCHED.with_borrow_mut(|touched| touched.push(name.to_owned()));
    random::enter_package(name);
    clock::enter_package();
}

#[op2(fast)]
fn op_evaluation_ends() {
    random::leave_package();
    clock::leave_package();
}

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
    let source = bundle.source.keep()?;
    if let Some(budget) = scope.get_slot::<Arc<Budget>>() {
        budget.exempt(source.len());
    }
    // V8 reads the text where it lies, and takes what it needs of the cache while it compiles.
    let cache = bundle.cache.take()?;
    v8::String::new_external_onebyte_static(scope, source)
        .and_then(|source| {
            let cached = CompileOptions::ConsumeCodeCache;
            bundle::compile(scope, name, source, Some(&cache), cached)
        })
        .ok_or_else(|| JsErrorBox::generic(format!("V8 can't compile the module {name}")))
}
