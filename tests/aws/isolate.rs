//! `AWS` in an isolate of its own, with a door of the test's making.

use std::cell::RefCell;
use std::sync::Arc;

use bytes::Bytes;
use deno_core::JsRuntime;
use deno_core::PollEventLoopOptions;
use deno_core::RuntimeOptions;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use segfn::host;
use segfn::host::aws::AwsConfig;
use segfn::host::aws::AwsDoor;
use segfn::host::aws::DoorError;
use segfn::host::aws::Timeouts;

/// `None` for an answer that never comes.
type Answer = Option<Result<http::Response<Bytes>, DoorError>>;

/// Keeps what comes by, and answers as the test says.
pub struct TestDoor {
    pub requests: RefCell<Vec<http::Request<Bytes>>>,
    pub timeouts: RefCell<Vec<Timeouts>>,
    answer: Box<dyn Fn(&http::Request<Bytes>) -> Answer>,
}

impl TestDoor {
    pub fn new(answer: impl Fn(&http::Request<Bytes>) -> Answer + 'static) -> TestDoor {
        TestDoor {
            requests: RefCell::default(),
            timeouts: RefCell::default(),
            answer: Box::new(answer),
        }
    }
}

impl AwsDoor for TestDoor {
    fn call(
        &self,
        request: http::Request<Bytes>,
        timeouts: Timeouts,
    ) -> LocalBoxFuture<'_, Result<http::Response<Bytes>, DoorError>> {
        let answer = (self.answer)(&request);
        self.requests.borrow_mut().push(request);
        self.timeouts.borrow_mut().push(timeouts);
        async {
            match answer {
                Some(answer) => answer,
                None => std::future::pending().await,
            }
        }
        .boxed_local()
    }
}

/// What a script left behind.
pub struct Left {
    /// What it assigned to `result`.
    pub result: serde_json::Value,
    pub warnings: Vec<String>,
}

/// Runs `script` with `AWS` defined and the clock standing still, until nothing is left to do.
pub fn run(script: &str, config: AwsConfig) -> Left {
    let tokio = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("tokio");
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
        runtime
            .op_state()
            .borrow_mut()
            .put(host::SharedRecord::default());
        host::aws::install(&mut runtime.op_state().borrow_mut(), config);
        let prelude = "
            const now = Date.UTC(2020, 0, 2, 3, 4, 5);
            globalThis.Date = class extends Date {
                constructor(...args) { super(...(args.length ? args : [now])); }
                static now() { return now; }
            };
            globalThis.AWS = __segfn.require('aws-sdk');
            globalThis.stream = __segfn.require('stream');
            globalThis.result = null;";
        runtime
            .execute_script("prelude", prelude)
            .expect("AWS loads");
        runtime
            .execute_script("test", format!("(async () => {{{script}}})()"))
            .expect("the script starts");
        runtime
            .run_event_loop(PollEventLoopOptions::default())
            .await
            .expect("all settles");
        let warnings = host::aws::take_warnings(&mut runtime.op_state().borrow_mut());
        let result = runtime
            .execute_script("result", "JSON.stringify(result)")
            .expect("the result is JSON");
        deno_core::scope!(scope, runtime);
        let result = deno_core::v8::Local::new(scope, result).to_rust_string_lossy(scope);
        Left {
            result: serde_json::from_str(&result).expect("JSON"),
            warnings,
        }
    })
}
