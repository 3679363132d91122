//! `http` and `https`: the ops under js/internal/http/.
//!
//! An exchange is one resource, from `op_http_begin` until its request has been sent and its
//! response read, or until `op_http_close`. The ops need a [`Net`] in the [`OpState`], and for the
//! running invocation a [`Trace`].

mod convert;
mod stand_in;

pub use self::stand_in::StandIn;

use std::borrow::Cow;
use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

use bytes::Bytes;
use deno_core::CancelFuture;
use deno_core::CancelHandle;
use deno_core::JsBuffer;
use deno_core::OpState;
use deno_core::Resource;
use deno_core::ResourceId;
use deno_core::ToJsBuffer;
use deno_core::op2;
use http::HeaderMap;
use http_body::Body as _;
use serde::Serialize;

use self::convert::Ends;
use self::convert::Head;
use self::convert::WireRequest;
pub(super) use self::convert::WireTls;
use crate::net::Body;
use crate::net::BodySender;
use crate::net::Net;
use crate::net::NetError;
use crate::net::ResponseBody;
use crate::net::Trace;

/// How much of a response's body one op brings into V8 at most, give or take one read of the
/// socket, in bytes.
const AT_ONCE: usize = 64 * 1024;

deno_core::extension!(
    segfn_http,
    ops = [
        op_http_begin,
        op_http_connect,
        op_http_send,
        op_http_write,
        op_http_finish,
        op_http_read,
        op_http_close
    ],
);

/// Closes the exchanges whose response has come and whose body nobody is reading, as at the end
/// of an invocation: functions often look at no more than the status, and what they leave unread
/// would hold connections for ever.
pub fn close_unread(state: &mut OpState) {
    let table = &state.resource_table;
    let unread = |rid: &ResourceId| {
        let exchange = table.get::<Exchange>(*rid);
        exchange.is_ok_and(|exchange| !matches!(*exchange.incoming.borrow(), Incoming::Waiting))
    };
    let rids: Vec<ResourceId> = table
        .names()
        .filter(|(_, name)| name == NAME)
        .map(|(rid, _)| rid)
        .filter(unread)
        .collect();
    for rid in rids {
        close(state, rid);
    }
}

/// Whether there is a request whose body the function has not written to its end: what is under way
/// may be waiting for that.
pub fn awaits_body(state: &OpState) -> bool {
    let table = &state.resource_table;
    let mut exchanges = table.names().filter(|(_, name)| name == NAME);
    exchanges.any(|(rid, _)| {
        table
            .get::<Exchange>(rid)
            .is_ok_and(|exchange| exchange.feed.borrow().is_some())
    })
}

const NAME: &str = "segfnHttpExchange";

#[derive(Default)]
struct Exchange {
    cancel: Rc<CancelHandle>,
    /// The request's streamed body, until it is sent.
    outgoing: RefCell<Option<Body>>,
    /// What feeds it, until it is finished. Taken out while a write is waiting.
    feed: RefCell<Option<BodySender>>,
    /// The request's body has been written.
    sent: RefCell<bool>,
    incoming: RefCell<Incoming>,
}

#[derive(Default)]
enum Incoming {
    /// The response isn't there yet, or is being read.
    #[default]
    Waiting,
    Open(Box<ResponseBody>),
    /// The body broke off after what has been handed over.
    Broken(NetError),
    Ended,
}

impl Resource for Exchange {
    fn name(&self) -> Cow<'_, str> {
        NAME.into()
    }

    fn close(self: Rc<Self>) {
        self.cancel.cancel();
        self.feed.take();
        self.incoming.replace(Incoming::Ended);
    }
}

/// What came of an op.
#[derive(Serialize)]
#[serde(untagged)]
enum Reply<T> {
    Failed { error: NetError },
    Done(T),
}

impl<T> From<Result<T, NetError>> for Reply<T> {
    fn from(result: Result<T, NetError>) -> Self {
        match result {
            Ok(value) => Reply::Done(value),
            Err(error) => Reply::Failed { error },
        }
    }
}

/// What is there of a response's body.
#[derive(Default, Serialize)]
pub(super) struct Part {
    #[serde(skip_serializing_if = "Option::is_none")]
    chunk: Option<ToJsBuffer>,
    /// The body is complete with this part.
    done: bool,
    /// Name and value in turn; with the last part.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    trailers: Vec<String>,
}

#[derive(Serialize)]
struct Response {
    head: Head,
    part: Part,
}

/// A new exchange. With `stream`, its request's body comes by `op_http_write`.
#[op2(fast)]
#[smi]
fn op_http_begin(state: &mut OpState, stream: bool) -> ResourceId {
    let exchange = Exchange::default();
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
async fn op_http_connect(
    state: Rc<RefCell<OpState>>,
    #[serde] request: WireRequest,
) -> Reply<Ends> {
    let (net, trace) = {
        let state = state.borrow();
        let Some(net) = state.try_borrow::<Net>().cloned() else {
            return Reply::Failed { error: gone() };
        };
        (
            net,
            state.try_borrow::<Trace>().cloned().unwrap_or_default(),
        )
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
async fn op_http_send(
    state: Rc<RefCell<OpState>>,
    #[smi] rid: ResourceId,
    #[serde] request: WireRequest,
    #[buffer] body: Option<JsBuffer>,
) -> Reply<Response> {
    let (exchange, net, stand_in, trace) = {
        let state = state.borrow();
        let Some(exchange) = find(&state, rid) else {
            return Reply::Failed { error: gone() };
        };
        // The extension is there without a network only while build.rs compiles the bundles.
        let Some(net) = state.try_borrow::<Net>().cloned() else {
            return Reply::Failed { error: gone() };
        };
        (
            exchange,
            net,
            state.try_borrow::<StandIn>().cloned(),
            state.try_borrow::<Trace>().cloned().unwrap_or_default(),
        )
    };
    let body = match body {
        Some(bytes) => Body::from(Bytes::copy_from_slice(&bytes)),
        None => exchange.outgoing.take().unwrap_or(Body::Empty),
    };
    let result = async {
        let (request, options) = request.convert(body)?;
        let response = match stand_in {
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
            Reply::Done(Response { head, part })
        }
        Err(error) => {
            close(&mut state.borrow_mut(), rid);
            Reply::Failed { error }
        }
    }
}

/// More of the response's body; waits until there is some. Without any it is for the next read to
/// tell why.
#[op2]
#[serde]
async fn op_http_read(state: Rc<RefCell<OpState>>, #[smi] rid: ResourceId) -> Reply<Part> {
    let Some(exchange) = find(&state.borrow(), rid) else {
        return Reply::Failed { error: gone() };
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

/// Hands a chunk of the request's body over; waits until the connection has room. False when
/// nobody reads it any more.
#[op2]
async fn op_http_write(
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
    let chunk = Bytes::copy_from_slice(&chunk);
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
async fn op_http_finish(
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
    let trailers = convert::headers(&trailers)
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
fn op_http_close(state: &mut OpState, #[smi] rid: ResourceId) {
    close(state, rid);
}

impl Exchange {
    /// Keeps `body`, or the error that came after what was read, for the next read.
    fn settle(&self, body: ResponseBody, gathered: Gathered) -> Part {
        let done = gathered.done && gathered.error.is_none();
        self.incoming.replace(match gathered.error {
            Some(error) => Incoming::Broken(error),
            None if done => Incoming::Ended,
            None => Incoming::Open(Box::new(body)),
        });
        let chunk = (!gathered.bytes.is_empty()).then(|| gathered.bytes.into());
        Part {
            chunk,
            done,
            trailers: gathered.trailers,
        }
    }

    /// Forgets the exchange when both of its halves are over.
    fn release(&self, state: &RefCell<OpState>, rid: ResourceId) {
        if *self.sent.borrow() && matches!(*self.incoming.borrow(), Incoming::Ended) {
            close(&mut state.borrow_mut(), rid);
        }
    }
}

/// What is there of the body of a response that came another way, and what `op_http_read` and
/// `op_http_close` know the rest by.
pub(super) async fn hand_over(
    state: &RefCell<OpState>,
    mut body: ResponseBody,
) -> (Part, Option<ResourceId>) {
    let exchange = Exchange::default();
    exchange.sent.replace(true);
    let gathered = gather(&mut body, true).await;
    let part = exchange.settle(body, gathered);
    let rest = (!part.done).then(|| state.borrow_mut().resource_table.add(exchange));
    (part, rest)
}

#[derive(Default)]
struct Gathered {
    bytes: Vec<u8>,
    trailers: Vec<String>,
    done: bool,
    error: Option<NetError>,
}

/// Reads what is there. With a `head` at hand it waits for nothing; without, for the first bytes.
async fn gather(body: &mut ResponseBody, head: bool) -> Gathered {
    let mut gathered = Gathered::default();
    // A piece that is in the socket's buffer needs a turn of the connection's driver to get here.
    let mut turns = 2;
    while gathered.bytes.len() < AT_ONCE {
        if body.is_end_stream() {
            gathered.done = true;
            break;
        }
        let wait = !head && gathered.bytes.is_empty();
        let next = poll_fn(|context| match Pin::new(&mut *body).poll_frame(context) {
            Poll::Pending if !wait => Poll::Ready(None),
            next => next.map(Some),
        });
        match next.await {
            None if turns == 0 => break,
            None => {
                turns -= 1;
                tokio::task::yield_now().await;
            }
            Some(None) => {
                gathered.done = true;
                break;
            }
            Some(Some(Err(error))) => {
                gathered.error = Some(error);
                break;
            }
            Some(Some(Ok(frame))) => match frame.into_data() {
                Ok(data) if gathered.bytes.is_empty() => gathered.bytes = data.into(),
                Ok(data) => gathered.bytes.extend_from_slice(&data),
                Err(frame) => {
                    if let Some(trailers) = frame.trailers_ref() {
                        gathered.trailers = convert::flat(trailers);
                    }
                }
            },
        }
    }
    gathered
}

fn find(state: &OpState, rid: ResourceId) -> Option<Rc<Exchange>> {
    state.resource_table.get(rid).ok()
}

fn close(state: &mut OpState, rid: ResourceId) {
    // It may be closed already, by the end of its exchange or of the instance.
    if let Ok(exchange) = state.resource_table.take::<Exchange>(rid) {
        exchange.close();
    }
}

/// The exchange was closed while somebody waited for it; JavaScript has stopped listening.
fn gone() -> NetError {
    NetError::hang_up(crate::net::Stage::Head)
}
