//! The table of operations: it is what its generator writes, and each operation puts on the wire
//! what the real aws-sdk 2.488.0 would. Needs node and what `npm ci` leaves in js/node_modules.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::rc::Rc;
use std::sync::Arc;

use bytes::Bytes;
use deno_core::JsRuntime;
use deno_core::PollEventLoopOptions;
use deno_core::RuntimeOptions;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use segfn::host;
use segfn::host::aws::Ambient;
use segfn::host::aws::AwsConfig;
use segfn::host::aws::AwsDoor;
use segfn::host::aws::DoorError;
use segfn::host::aws::Target;
use segfn::host::aws::Timeouts;
use segfn::secrets::Secrets;

#[derive(Debug, serde::Deserialize)]
struct Request {
    #[serde(default)]
    service: String,
    #[serde(default)]
    operation: String,
    method: String,
    url: String,
    headers: BTreeMap<String, serde_json::Value>,
    body: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn node(script: &str, argument: &str) -> String {
    let output = Command::new("node")
        .arg(root().join(script))
        .arg(argument)
        .output()
        .expect("node is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn the_table_is_what_its_generator_writes() {
    let written = root().join("target/aws-table-test");
    node("scripts/aws-table.mjs", &written.to_string_lossy());
    for file in ["s3.rs", "sts.rs"] {
        let table = root().join("src/host/aws/table").join(file);
        let (now, then) = (fs::read_to_string(written.join(file)), fs::read_to_string(&table));
        assert!(
            now.expect("written") == then.expect("checked in"),
            "{} is out of date: run `node scripts/aws-table.mjs`",
            table.display()
        );
    }
}

/// Keeps what comes by, and answers that all is well.
#[derive(Default)]
struct Capture {
    requests: RefCell<Vec<http::Request<Bytes>>>,
}

impl AwsDoor for Capture {
    fn call(
        &self,
        request: http::Request<Bytes>,
        _timeouts: Timeouts,
    ) -> LocalBoxFuture<'_, Result<http::Response<Bytes>, DoorError>> {
        self.requests.borrow_mut().push(request);
        async { Ok(http::Response::new(Bytes::new())) }.boxed_local()
    }
}

/// Runs `script` with `AWS` defined and the clock standing still, until nothing is left to do.
fn run(script: &str, config: AwsConfig) {
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("tokio");
    tokio.block_on(async {
        // As the engine does: the code caches hold under these flags only.
        deno_core::v8::V8::set_flags_from_string("--stack-size=984 --wasm-max-mem-pages=2048");
        let mut extensions = vec![
            deno_webidl::deno_webidl::init(),
            deno_web::deno_web::init(
                Arc::new(deno_web::BlobStore::default()),
                None,
                false,
                deno_web::InMemoryBroadcastChannel::default(),
            ),
        ];
        extensions.extend(host::extensions());
        let mut runtime = JsRuntime::new(RuntimeOptions {
            extensions,
            startup_snapshot: Some(host::SNAPSHOT),
            residual_lazy_js_sources: host::WEB_SOURCES,
            ..RuntimeOptions::default()
        });
        host::aws::install(&mut runtime.op_state().borrow_mut(), config);
        let prelude = "
            const now = Date.UTC(2020, 0, 2, 3, 4, 5);
            globalThis.Date = class extends Date {
                constructor(...args) { super(...(args.length ? args : [now])); }
                static now() { return now; }
            };
            globalThis.AWS = __segfn.require('aws-sdk');";
        runtime.execute_script("prelude", prelude).expect("AWS loads");
        runtime.execute_script("test", script.to_owned()).expect("the script runs");
        runtime.run_event_loop(PollEventLoopOptions::default()).await.expect("all settles");
    });
}

#[test]
fn every_operation_is_sent_as_the_real_package_would() {
    let operations = fs::read_to_string(root().join("tests/aws/operations.js")).expect("there");
    let expected: Vec<Request> = node("tests/aws/real.mjs", "")
        .lines()
        .map(|line| serde_json::from_str(line).expect("a request"))
        .collect();
    assert_eq!(expected.len(), 95);

    let door = Rc::new(Capture::default());
    let config = AwsConfig {
        door: door.clone(),
        target: Target::Real,
        ambient: Ambient::None,
        secrets: Arc::new(Secrets::default()),
    };
    let send_all = format!(
        "(async () => {{
            for (const {{ client, operation, params }} of {operations}(AWS)) {{
                const {{ error }} = await new Promise((done) =>
                    client[operation](params).on('complete', done).send());
                if (/^Se/.test(error?.code)) throw error;
            }}
        }})();"
    );
    run(&send_all, config);

    let sent = door.requests.take();
    assert_eq!(sent.len(), expected.len());
    for (sent, expected) in sent.iter().zip(&expected) {
        println!("== {}.{}", expected.service, expected.operation);
        let url = sent.uri().to_string();
        if url != expected.url { println!("URL {url}\n    {}", expected.url); }
        if sent.method().as_str() != expected.method { println!("METHOD {}", sent.method()); }
        let body = String::from_utf8_lossy(sent.body());
        if body != expected.body { println!("BODY {body}\n     {}", expected.body); }
        for (name, value) in &expected.headers {
            let theirs = value.as_str().map(|s| s.to_owned()).unwrap_or_else(|| value.to_string());
            let ours = sent.headers().get(name.to_lowercase()).map(|v| String::from_utf8_lossy(v.as_bytes()).into_owned());
            if ours.as_deref() != Some(&theirs) { println!("HEADER {name}: {ours:?} / {theirs}"); }
        }
        for (name, value) in sent.headers() {
            if !expected.headers.keys().any(|k| k.to_lowercase() == name.as_str()) { println!("EXTRA {name}: {value:?}"); }
        }
    }
}
