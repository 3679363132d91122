//! Runs the same script by Node and over segfn's Node layer, with its real ops and V8.

use std::io::Write;
use std::process::Stdio;

use deno_core::{PollEventLoopOptions, v8};
use serde_json::Value;

use super::isolate::isolate;
use super::node;

/// The text of a CommonJS module, which both sides evaluate, and what they call of it.
pub struct Probe {
    /// Modules by the names under which `body` finds them.
    pub modules: &'static [(&'static str, &'static str)],
}

impl Probe {
    /// `body` as an async function of `require`, the modules and `input`.
    fn script(&self, require: &str, body: &str, input: &str) -> String {
        let text = |value: &str| serde_json::to_string(value).expect("a string");
        let (names, loads): (Vec<&str>, Vec<String>) = self
            .modules
            .iter()
            .map(|(name, source)| (*name, format!("load({})", text(source))))
            .unzip();
        format!(
            "{{ const load = (text) => {{ const module = {{ exports: {{}} }}; \
             new Function('module', 'exports', text)(module, module.exports); return module.exports; }};\
             (async (require, {}, input) => {body})({require}, {}, {input})\
             .then((value) => JSON.stringify(value)) }}",
            names.join(", "),
            loads.join(", "),
        )
    }

    /// What `body` gives in Node.
    pub fn in_node(&self, body: &str, input: &Value) -> Value {
        let script = self.script("require", body, &input.to_string());
        // The script is a block, whose value `eval` gives.
        let script = format!(
            "eval({}).then((text) => process.stdout.write(text))",
            serde_json::to_string(&script).expect("a string")
        );
        let output = node::until_it_ends(|| {
            let mut node = node::node()
                .arg("-")
                // Where the packages are that segfn has bundled.
                .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/js"))
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .expect("node starts");
            let stdin = node.stdin.take().expect("a pipe");
            (&stdin).write_all(script.as_bytes()).expect("node reads");
            drop(stdin);
            node::output_of_child(node)
        });
        assert!(output.status.success(), "node failed");
        serde_json::from_slice(&output.stdout).expect("node writes JSON")
    }

    /// The same in an isolate made from segfn's startup snapshot.
    pub fn in_segfn(&self, body: &str, input: &Value) -> Value {
        let tokio = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("tokio");
        let _guard = tokio.enter();
        let mut runtime = isolate();
        let script = self.script("__segfn.require", body, &input.to_string());
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

    /// Has each side use what the other one makes: `open` gives it as `input`, and has to find nothing
    /// wrong. Gives what Node made.
    #[track_caller]
    pub fn cross(&self, make: &str, open: &str) -> Value {
        let by_node = self.in_node(make, &Value::Null);
        let by_segfn = self.in_segfn(make, &Value::Null);
        let nothing = Value::Array(Vec::new());
        assert_eq!(self.in_segfn(open, &by_node), nothing, "segfn uses Node's");
        assert_eq!(self.in_node(open, &by_segfn), nothing, "Node uses segfn's");
        by_node
    }

    /// Fails with every row of `body` that Node and segfn tell differently; gives how many there are.
    pub fn compare(&self, body: &str) -> usize {
        let node = self.in_node(body, &Value::Null);
        let segfn = self.in_segfn(body, &Value::Null);
        let (node, segfn) = (
            node.as_object().expect("rows"),
            segfn.as_object().expect("rows"),
        );
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
        node.len()
    }
}
