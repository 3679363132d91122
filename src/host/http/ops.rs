//! The ops: each call of js/internal/http/ to Rust.

use std::cell::RefCell;
use std::rc::Rc;

use bytes::Bytes;
use deno_core::{CancelFuture, JsBuffer, OpState, ResourceId, op2};
use http::HeaderMap;
use serde::Serialize;

use super::embedded_aws::EmbeddedAws;
use super::exchange::{HttpExchange, Incoming, ResponsePart, close, find};
use super::gather::gather;
use super::wire::{self, Ends, Head, OpReply, WireRequest, gone};
use crate::host::invocation_log::trace_of;
use crate::net::{Body, Transport};

#[derive(Serialize)]
struct Response {
    head: Head,
    part: ResponsePart,
}

/// A new exchange. With `stream`, its request's body comes by `op_http_write`.
#[op2(fast)]
#[smi]
pub(super) fn op_http_begin(state: &mut OpState, stream: bool) -> ResourceId {
    let exchange = HttpExchange::default();
    if stream {
        let (feed, body) = Body::channel();
        exchange.feed.replace(Some(feed));
        exchange.outgoing.replace(Some(body));
    } else {
        exchange.sent.replace(true);
    }
    state.resource_table.add(exchange)
}

/// Connects for a request that is not complete yet, and gives both ends of the connection.
#[op2]
#[serde]
pub(super) async fn op_http_connect(
    state: Rc<RefCell<OpState>>,
    #[serde] request: WireRequest,
) -> OpReply<Ends> {
    let (net, trace) = {
        let state = state.borrow();
        let Some(net) = state.try_borrow::<Transport>().cloned() else {
            return OpReply::Failed { error: gone() };
        };
        (net, trace_of(&state))
    };
    let connected = async {
        let (request, options) = request.convert(Body::Empty)?;
        let peer = net.connect_ahead(request, options, &trace).await?;
        Ok(Ends::new(Some(&peer)))
    };
    connected.await.into()
}

/// Sends the request, and gives the response's head with as much of its body as is there already:
/// for most responses that is all.
#[op2]
#[serde]
pub(super) async fn op_http_send(
    state: Rc<RefCell<OpState>>,
    #[smi] rid: ResourceId,
    #[serde] request: WireRequest,
    #[buffer] body: Option<JsBuffer>,
) -> OpReply<Response> {
    let (exchange, net, embedded_aws, trace) = {
        let state = state.borrow();
        let Some(exchange) = find(&state, rid) else {
            return OpReply::Failed { error: gone() };
        };
        // The extension is there without a network only while build.rs compiles the bundles.
        let Some(net) = state.try_borrow::<Transport>().cloned() else {
            return OpReply::Failed { error: gone() };
        };
        (
            exchange,
            net,
            state.try_borrow::<EmbeddedAws>().cloned(),
            trace_of(&state),
        )
    };
    let body = match body {
        // Not a copy: as in Node, what is sent is what the function holds.
        Some(bytes) => Body::from(Bytes::from_owner(bytes)),
        None => exchange.outgoing.take().unwrap_or(Body::Empty),
    };
    let result = async {
        let (request, options) = request.convert(body)?;
        let response = match embedded_aws {
            Some(aws) if aws.answers(request.uri()) => aws.send(request).await?,
            _ => net.send(request, options, &trace).await?,
        };
        let (parts, mut body) = response.into_parts();
        let gathered = gather(&mut body, true).await;
        Ok((Head::new(&parts), body, gathered))
    };
    let result = result
        .or_cancel(exchange.cancel.clone())
        .await
        .unwrap_or_else(|_| Err(gone()));
    match result {
        Ok((head, body, gathered)) => {
            let part = exchange.settle(body, gathered);
            exchange.release(&state, rid);
            OpReply::Done(Response { head, part })
        }
        Err(error) => {
            close(&mut state.borrow_mut(), rid);
            OpReply::Failed { error }
        }
    }
}

/// More of the response's body; waits until there is some. Without any it is for the next read to
/// tell why.
#[op2]
#[serde]
pub(super) async fn op_http_read(
    state: Rc<RefCell<OpState>>,
    #[smi] rid: ResourceId,
) -> OpReply<ResponsePart> {
    let Some(exchange) = find(&state.borrow(), rid) else {
        return OpReply::Failed { error: gone() };
    };
    let result = match exchange.incoming.take() {
        Incoming::Open(mut body) => {
            match gather(&mut body, false)
                .or_cancel(exchange.cancel.clone())
                .await
            {
                Ok(gathered) => Ok(exchange.settle(*body, gathered)),
                Err(_) => Err(gone()),
            }
        }
        Incoming::Broken(error) => Err(error),
        Incoming::Waiting | Incoming::Ended => Err(gone()),
    };
    if result.is_err() {
        close(&mut state.borrow_mut(), rid);
    } else {
        exchange.release(&state, rid);
    }
    result.into()
}

/// The function hears of an answer now, before it makes further requests.
#[op2(fast)]
pub(super) fn op_http_heard(state: &mut OpState) {
    trace_of(state).heard();
}

/// Hands a chunk of the request's body over; waits until the connection has room. False when
/// nobody reads it any more.
#[op2]
pub(super) async fn op_http_write(
    state: Rc<RefCell<OpState>>,
    #[smi] rid: ResourceId,
    #[buffer] chunk: JsBuffer,
) -> bool {
    let Some(exchange) = find(&state.borrow(), rid) else {
        return false;
    };
    let Some(feed) = exchange.feed.take() else {
        return false;
    };
    let chunk = Bytes::from_owner(chunk);
    let sent = feed
        .send(chunk)
        .or_cancel(exchange.cancel.clone())
        .await
        .unwrap_or(false);
    if sent {
        exchange.feed.replace(Some(feed));
    }
    sent
}

/// Ends the request's body. The trailers are name and value in turn.
#[op2]
pub(super) async fn op_http_finish(
    state: Rc<RefCell<OpState>>,
    #[smi] rid: ResourceId,
    #[serde] trailers: Vec<String>,
) {
    let Some(exchange) = find(&state.borrow(), rid) else {
        return;
    };
    let Some(feed) = exchange.feed.take() else {
        return;
    };
    let trailers = wire::headers(&trailers)
        .ok()
        .filter(|trailers| !HeaderMap::is_empty(trailers));
    // When this is cancelled, the exchange is closed and its body broken off.
    let _ = feed
        .finish(trailers)
        .or_cancel(exchange.cancel.clone())
        .await;
    exchange.sent.replace(true);
    exchange.release(&state, rid);
}

/// Closes the exchange's connection unless it is over already.
#[op2(fast)]
pub(super) fn op_http_close(state: &mut OpState, #[smi] rid: ResourceId) {
    close(state, rid);
}
