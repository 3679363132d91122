//! segfn's Node layer over its real ops and V8, compared with Node itself: the same probe runs in
//! both. Node is on every machine that builds segfn, because it bundles js/.

use std::io::Write;
use std::process::Command;
use std::process::Stdio;

use deno_core::JsRuntime;
use deno_core::PollEventLoopOptions;
use deno_core::RuntimeOptions;
use deno_core::v8;
use serde_json::Value;

#[path = "../src/engine/platform.rs"]
mod platform;

const PROBE: &str = include_str!("node_layer/probe.cjs");
const TABLE: &str = include_str!("../js/testing/inspect-table.cjs");

/// Calls `body(require, probe, table, input)` in Node, and parses what it gives.
fn in_node(body: &str, input: &Value) -> Value {
    let script = format!(
        "const load = (text) => {{ const module = {{ exports: {{}} }}; \
         new Function('module', 'exports', text)(module, module.exports); return module.exports; }};\
         const given = JSON.parse(require('fs').readFileSync(0, 'utf8'));\
         (async (require, probe, table, input) => {body})(require, load(given.probe), load(given.table), given.input)\
         .then((value) => process.stdout.write(JSON.stringify(value)))"
    );
    let mut node = Command::new("node")
        .args(["-e", &script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node starts");
    let given = serde_json::json!({ "probe": PROBE, "table": TABLE, "input": input });
    let stdin = node.stdin.take().expect("a pipe");
    (&stdin)
        .write_all(given.to_string().as_bytes())
        .expect("node reads its input");
    drop(stdin);
    let output = node.wait_with_output().expect("node ends");
    assert!(output.status.success(), "node failed");
    serde_json::from_slice(&output.stdout).expect("node writes JSON")
}

/// The same in an isolate made from segfn's startup snapshot.
fn in_segfn(body: &str, input: &Value) -> Value {
    platform::set_v8_flags();
    let tokio = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("tokio");
    let mut extensions = platform::snapshot_extensions();
    extensions.extend(segfn::host::extensions());
    let _guard = tokio.enter();
    let mut runtime = JsRuntime::new(RuntimeOptions {
        extensions,
        startup_snapshot: Some(segfn::host::SNAPSHOT),
        residual_lazy_js_sources: segfn::host::WEB_SOURCES,
        ..Default::default()
    });
    let text = |value: &str| serde_json::to_string(value).expect("a string");
    let script = format!(
        "{{ const load = (text) => {{ const module = {{ exports: {{}} }}; \
         new Function('module', 'exports', text)(module, module.exports); return module.exports; }};\
         (async (require, probe, table, input) => {body})(__segfn.require, load({}), load({}), {input})\
         .then((value) => JSON.stringify(value)) }}",
        text(PROBE),
        text(TABLE)
    );
    let promise = runtime
        .execute_script("probe", script)
        .expect("the probe starts");
    let resolved = runtime.resolve(promise);
    let value = tokio
        .block_on(runtime.with_event_loop_promise(resolved, PollEventLoopOptions::default()))
        .expect("the probe ends");
    deno_core::scope!(scope, runtime);
    let json = v8::Local::new(scope, value).to_rust_string_lossy(scope);
    serde_json::from_str(&json).expect("the probe gives JSON")
}

#[test]
fn modules_give_what_nodes_give() {
    let body = "probe.rows(require, table)";
    let (node, segfn) = (in_node(body, &Value::Null), in_segfn(body, &Value::Null));
    let (node, segfn) = (
        node.as_object().expect("rows"),
        segfn.as_object().expect("rows"),
    );
    assert!(node.len() > 500, "the probe has rows: {}", node.len());
    let different: Vec<String> = node
        .iter()
        .filter(|(name, value)| segfn.get(*name) != Some(value))
        .map(|(name, value)| {
            let ours = segfn.get(name).unwrap_or(&Value::Null);
            format!("{name}\n    node:  {value}\n    segfn: {ours}")
        })
        .collect();
    assert!(
        different.is_empty(),
        "{} rows differ:\n{}",
        different.len(),
        different.join("\n")
    );
}

#[test]
fn each_side_reads_what_the_other_compresses() {
    let compress = "probe.compress(require)";
    let open = "probe.open(require, input)";
    let by_node = in_node(compress, &Value::Null);
    let by_segfn = in_segfn(compress, &Value::Null);
    assert_eq!(
        in_segfn(open, &by_node),
        Value::Array(vec![]),
        "segfn can't read Node's"
    );
    assert_eq!(
        in_node(open, &by_segfn),
        Value::Array(vec![]),
        "Node can't read segfn's"
    );
    assert!(by_node.as_object().is_some_and(|made| made.len() == 25));
}
