//! A request and its response, as the resource that JavaScript knows them by.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use deno_core::{CancelHandle, OpState, Resource, ResourceId, ToJsBuffer};
use serde::Serialize;

use super::gather::{Gathered, gather};
use super::resources::resources_that;
use crate::net::{Body, BodySender, ResponseBody};
use crate::node_error::NodeError;

const NAME: &str = "segfnHttpExchange";

#[derive(Default)]
pub(super) struct HttpExchange {
    pub cancel: Rc<CancelHandle>,
    /// The request's streamed body, until it is sent.
    pub outgoing: RefCell<Option<Body>>,
    /// What feeds it, until it is finished. Taken out while a write is waiting.
    pub feed: RefCell<Option<BodySender>>,
    /// The request's body has been written.
    pub sent: RefCell<bool>,
    pub incoming: RefCell<Incoming>,
}

#[derive(Default)]
pub(super) enum Incoming {
    /// The response isn't there yet, or is being read.
    #[default]
    Waiting,
    Open(Box<ResponseBody>),
    /// The body broke off after what has been handed over.
    Broken(NodeError),
    Ended,
}

impl Resource for HttpExchange {
    fn name(&self) -> Cow<'_, str> {
        NAME.into()
    }

    fn close(self: Rc<Self>) {
        self.cancel.cancel();
        self.feed.take();
        self.incoming.replace(Incoming::Ended);
    }
}

/// What is there of a response's body.
#[derive(Default, Serialize)]
pub(in crate::host) struct ResponsePart {
    #[serde(skip_serializing_if = "Option::is_none")]
    chunk: Option<ToJsBuffer>,
    /// The body is complete with this part.
    done: bool,
    /// Name and value in turn; with the last part.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    trailers: Vec<String>,
}

impl HttpExchange {
    /// Keeps `body`, or the error that came after what was read, for the next read.
    pub fn settle(&self, body: ResponseBody, gathered: Gathered) -> ResponsePart {
        let done = gathered.done && gathered.error.is_none();
        self.incoming.replace(match gathered.error {
            Some(error) => Incoming::Broken(error),
            None if done => Incoming::Ended,
            None => Incoming::Open(Box::new(body)),
        });
        let chunk = (!gathered.bytes.is_empty()).then(|| gathered.bytes.into());
        ResponsePart {
            chunk,
            done,
            trailers: gathered.trailers,
        }
    }

    /// Forgets the exchange when both of its halves are over.
    pub fn release(&self, state: &RefCell<OpState>, rid: ResourceId) {
        if *self.sent.borrow() && matches!(*self.incoming.borrow(), Incoming::Ended) {
            close(&mut state.borrow_mut(), rid);
        }
    }
}

/// Closes the exchanges whose response has come and whose body nobody is reading.
pub(super) fn close_unread_exchanges(state: &mut OpState) {
    let unread = |exchange: &HttpExchange| {
        let incoming = exchange.incoming.borrow();
        !matches!(*incoming, Incoming::Waiting)
    };
    for rid in resources_that(state, NAME, unread) {
        close(state, rid);
    }
}

/// Whether there is such a request among the exchanges.
pub(super) fn awaits_exchange(state: &OpState) -> bool {
    let feeding = |exchange: &HttpExchange| exchange.feed.borrow().is_some();
    !resources_that(state, NAME, feeding).is_empty()
}

/// What is there of the body of a response that came another way, and what `op_http_read` and
/// `op_http_close` know the rest by.
pub(in crate::host) async fn hand_over(
    state: &RefCell<OpState>,
    mut body: ResponseBody,
) -> (ResponsePart, Option<ResourceId>) {
    let exchange = HttpExchange::default();
    exchange.sent.replace(true);
    let gathered = gather(&mut body, true).await;
    let part = exchange.settle(body, gathered);
    let rest = (!part.done).then(|| state.borrow_mut().resource_table.add(exchange));
    (part, rest)
}

pub(super) fn find(state: &OpState, rid: ResourceId) -> Option<Rc<HttpExchange>> {
    state.resource_table.get(rid).ok()
}

pub(super) fn close(state: &mut OpState, rid: ResourceId) {
    // It may be closed already, by the end of its exchange or of the instance.
    if let Ok(exchange) = state.resource_table.take::<HttpExchange>(rid) {
        exchange.close();
    }
}
