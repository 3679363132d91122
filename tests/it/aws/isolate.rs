//! `AWS` in an isolate of its own, with a transport of the test's making.

use std::cell::RefCell;

use bytes::Bytes;
use deno_core::{OpState, PollEventLoopOptions};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use segfn::host::SharedInvocationLog;
use segfn::host::aws_transport::{AwsTransport, HttpOptions};
use segfn::net::ResponseBody;
use segfn::node_error::NodeError;

use crate::support::isolate::isolate;

/// `None` for an answer that never comes.
type Answer = Option<Result<http::Response<Bytes>, NodeError>>;
type Answering = dyn Fn(&http::Request<Bytes>) -> Answer;

/// Keeps what comes by, and answers as the test says.
pub struct TestTransport {
    pub requests: RefCell<Vec<http::Request<Bytes>>>,
    pub options: RefCell<Vec<HttpOptions>>,
    answer: Box<Answering>,
}

impl TestTransport {
    pub fn new(answer: impl Fn(&http::Request<Bytes>) -> Answer + 'static) -> TestTransport {
        TestTransport {
            requests: RefCell::default(),
            options: RefCell::default(),
            answer: Box::new(answer),
        }
    }
}

impl AwsTransport for TestTransport {
    fn call(
        &self,
        request: http::Request<Bytes>,
        options: HttpOptions,
    ) -> LocalBoxFuture<'_, Result<http::Response<ResponseBody>, NodeError>> {
        let answer = (self.answer)(&request);
        self.requests.borrow_mut().push(request);
        self.options.borrow_mut().push(options);
        async {
            match answer {
                Some(answer) => answer.map(|response| response.map(ResponseBody::from)),
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

/// To go before a script for which the clock shall stand still.
pub const FROZEN: &str = "
    const now = Date.UTC(2020, 0, 2, 3, 4, 5);
    globalThis.Date = class extends Date {
        constructor(...args) { super(...(args.length ? args : [now])); }
        static now() { return now; }
    };";

/// Runs `script` with `AWS` defined, until nothing is left to do. `install` makes AWS reachable.
pub fn run(script: &str, install: impl FnOnce(&mut OpState, &SharedInvocationLog)) -> Left {
    let tokio = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("tokio");
    tokio.block_on(async {
        let record = SharedInvocationLog::default();
        let mut runtime = isolate();
        {
            let state = runtime.op_state();
            let mut state = state.borrow_mut();
            state.put(record.clone());
            install(&mut state, &record);
        }
        let prelude = "
            globalThis.AWS = __segfn.require('segfn:aws');
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
        let warnings = record.borrow().warnings.clone();
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
