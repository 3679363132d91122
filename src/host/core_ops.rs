//! deno_core's own ops. Each isolate has them, and some end the process, print, or compile code.
//! Functions reach no op. This is the second lock: what nothing of segfn needs does nothing.

use std::collections::HashSet;
use std::sync::OnceLock;

use deno_core::{Extension, OpDecl};

/// What deno_core's JavaScript calls while a function runs, or ours does (js/core/host.js).
const USED: [&str; 47] = [
    "op_decode",
    "op_destructure_error",
    "op_dispatch_exception",
    "op_drain_pending_rejections",
    "op_encode",
    "op_get_constructor_name",
    "op_get_non_index_property_names",
    "op_get_promise_details",
    "op_get_proxy_details",
    "op_immediate_check",
    "op_is_any_array_buffer",
    "op_is_arguments_object",
    "op_is_array_buffer",
    "op_is_array_buffer_view",
    "op_is_async_function",
    "op_is_big_int_object",
    "op_is_boolean_object",
    "op_is_boxed_primitive",
    "op_is_data_view",
    "op_is_date",
    "op_is_generator_function",
    "op_is_generator_object",
    "op_is_map",
    "op_is_map_iterator",
    "op_is_module_namespace_object",
    "op_is_native_error",
    "op_is_number_object",
    "op_is_promise",
    "op_is_proxy",
    "op_is_reg_exp",
    "op_is_set",
    "op_is_set_iterator",
    "op_is_shared_array_buffer",
    "op_is_string_object",
    "op_is_symbol_object",
    "op_is_typed_array",
    "op_is_weak_map",
    "op_is_weak_set",
    "op_ref_op",
    "op_run_microtasks",
    "op_str_byte_length",
    "op_structured_clone",
    "op_timer_now",
    "op_timer_schedule",
    "op_timer_track",
    "op_timer_untrack",
    "op_unref_op",
];

/// Disables the ops of deno_core that are not used. It goes with `extensions`, whose own ops stay.
pub fn only_used(extensions: &[Extension]) -> Extension {
    // The same for every isolate.
    static KEPT: OnceLock<HashSet<&'static str>> = OnceLock::new();
    let kept = KEPT.get_or_init(|| {
        let ours = extensions.iter().flat_map(|extension| extension.ops.iter());
        ours.map(|op| op.name).chain(USED).collect()
    });
    let keep = |op: OpDecl| match kept.contains(op.name) {
        true => op,
        false => op.disable(),
    };
    Extension {
        name: "segfn_core_ops",
        middleware_fn: Some(Box::new(keep)),
        ..Extension::default()
    }
}
