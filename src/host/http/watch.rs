//! What JavaScript tells of an exchange that it makes over a socket.

use std::cell::RefCell;

use deno_core::{GarbageCollected, OpState, op2, v8};
use http::Uri;
use serde::Deserialize;

use super::embedded_aws::EmbeddedAws;
use super::wire;
use crate::host::invocation_log::trace_of;
use crate::net::{SocketUse, Transport, WatchedExchange};

/// `None` when it is over.
pub(super) struct Watch(RefCell<Option<WatchedExchange>>);

// SAFETY: it holds nothing that V8 would have to trace.
unsafe impl GarbageCollected for Watch {
    fn trace(&self, _visitor: &mut v8::cppgc::Visitor) {}

    fn get_name(&self) -> &'static std::ffi::CStr {
        c"SegfnHttpWatch"
    }
}

/// The first part of an exchange.
#[derive(Deserialize)]
pub(super) struct WatchedHead {
    method: String,
    /// `https://HOST:PORT`.
    origin: String,
    path: String,
    /// Names and values in turn.
    headers: Vec<String>,
}

/// How exchanges with `origin` are made: 0 over a socket, 1 over a socket with what goes over it told by
/// `op_http_watch_sent`, `op_http_watch_headers` and `op_http_watch_came`, 2 by `op_http_send`.
#[op2(fast)]
#[smi]
pub(super) fn op_http_use(state: &mut OpState, #[string] origin: &str) -> u32 {
    let embedded = state.try_borrow::<EmbeddedAws>();
    let uri = Uri::try_from(origin).unwrap_or_default();
    if embedded.is_some_and(|aws| aws.answers(&uri)) {
        return 2;
    }
    let net = state.try_borrow::<Transport>();
    match net.map(|net| net.socket_use(&uri)) {
        Some(SocketUse::Bytes) => 0,
        Some(SocketUse::WatchedBytes) => 1,
        Some(SocketUse::Exchanges) | None => 2,
    }
}

/// An exchange begins.
#[op2]
#[cppgc]
pub(super) fn op_http_watch(state: &mut OpState, #[serde] head: WatchedHead) -> Watch {
    let trace = trace_of(state);
    let Some(net) = state.try_borrow::<Transport>() else {
        return Watch(RefCell::default());
    };
    let headers = wire::headers(&head.headers).unwrap_or_default();
    let uri = wire::uri(&head.origin, &head.path).unwrap_or_default();
    let watched = net.watch(&head.method, &uri, &headers, &trace);
    Watch(RefCell::new(Some(watched)))
}

/// A piece of the request's body was sent.
#[op2(fast)]
pub(super) fn op_http_watch_sent(#[cppgc] watch: &Watch, #[buffer] piece: &[u8]) {
    if let Some(watched) = &*watch.0.borrow() {
        watched.sent(piece);
    }
}

/// The response's head came.
#[op2(fast)]
pub(super) fn op_http_watch_head(#[cppgc] watch: &Watch, #[smi] status: u16) {
    if let Some(watched) = &*watch.0.borrow() {
        watched.responded(status);
    }
}

/// The response's headers, names and values in turn.
#[op2]
pub(super) fn op_http_watch_headers(#[cppgc] watch: &Watch, #[serde] headers: Vec<String>) {
    if let Some(watched) = &*watch.0.borrow() {
        watched.keep_head(&wire::headers(&headers).unwrap_or_default());
    }
}

/// A piece of the response's body came.
#[op2(fast)]
pub(super) fn op_http_watch_came(#[cppgc] watch: &Watch, #[buffer] piece: &[u8]) {
    if let Some(watched) = &*watch.0.borrow() {
        watched.keep_piece(piece);
    }
}

/// The exchange is over, well or for the reason why not.
#[op2(fast)]
pub(super) fn op_http_watch_over(#[cppgc] watch: &Watch, #[string] reason: &str) {
    let Some(watched) = watch.0.borrow_mut().take() else {
        return;
    };
    if !reason.is_empty() {
        watched.failed(reason);
    }
}
