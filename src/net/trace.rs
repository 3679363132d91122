//! The requests of one invocation, as its outcome shows them.

use std::sync::Arc;
use std::time::Instant;

use http::HeaderMap;
use parking_lot::Mutex;

use super::record::BodyCopy;
use crate::cassette::{self, Redactor};
use crate::node_error::NodeError;
use crate::outcome::{Exchange, Sent, Via};
use crate::text::latin1;

/// How many exchanges of one invocation are kept; a function in a loop must not fill the memory.
const KEPT: usize = 4096;

/// Collects the exchanges of one invocation. Clones share the collection.
#[derive(Clone, Debug, Default)]
pub struct Trace(Arc<Mutex<Collected>>);

#[derive(Debug, Default)]
struct Collected {
    exchanges: Vec<Exchange>,
    /// When each began; `None` once its time is final.
    running: Vec<Option<Instant>>,
    /// What each sent, where that is wanted.
    kept: Vec<Option<KeptRequest>>,
    unkept: u64,
    closed: bool,
}

impl Trace {
    /// Ends the collection: every exchange in the order of their beginnings, and how many more
    /// were made than are kept. What is still under way is listed with its time so far, and
    /// nothing changes afterwards.
    pub fn finish(&self) -> (Vec<Exchange>, u64) {
        self.with(|collected| {
            collected.closed = true;
            let mut exchanges = std::mem::take(&mut collected.exchanges);
            for (exchange, running) in exchanges.iter_mut().zip(collected.running.drain(..)) {
                let Some(start) = running else { continue };
                exchange.ms = ms_since(start);
                if exchange.status.is_none() && exchange.error.is_none() {
                    exchange.error = Some("no response before the invocation ended".into());
                }
            }
            for (exchange, kept) in exchanges.iter_mut().zip(collected.kept.drain(..)) {
                if let Some(kept) = kept {
                    exchange.url = kept.redactor.url(&exchange.url);
                    exchange.request = Some(kept.sent());
                }
            }
            (exchanges, collected.unkept)
        })
    }

    /// Adds an exchange that begins now.
    pub fn begin(&self, via: Via, method: &str, url: String) -> TraceEntry {
        let index = self.with(|collected| {
            if collected.closed || collected.exchanges.len() == KEPT {
                collected.unkept += 1;
                return None;
            }
            collected.exchanges.push(Exchange {
                via,
                method: method.to_owned(),
                url,
                status: None,
                error: None,
                ms: 0.0,
                request: None,
            });
            collected.running.push(Some(Instant::now()));
            collected.kept.push(None);
            Some(collected.exchanges.len() - 1)
        });
        TraceEntry {
            trace: self.clone(),
            index,
        }
    }

    fn with<T>(&self, act: impl FnOnce(&mut Collected) -> T) -> T {
        act(&mut self.0.lock())
    }
}

/// What is kept of a request, to be shown when all of it has been sent.
#[derive(Debug)]
pub(super) struct KeptRequest {
    pub via: Via,
    pub headers: HeaderMap,
    pub body: BodyCopy,
    pub redactor: Redactor,
}

impl KeptRequest {
    fn sent(self) -> Sent {
        let headers = self.headers.iter();
        let headers = headers
            .map(|(name, value)| (name.as_str().to_owned(), latin1::text(value.as_bytes())))
            .collect();
        cassette::sent(self.via, &headers, self.body.bytes(), &self.redactor)
    }
}

/// One exchange under way; its time ends when this is dropped.
#[derive(Debug)]
pub struct TraceEntry {
    trace: Trace,
    /// `None` when the exchange is only counted.
    index: Option<usize>,
}

impl TraceEntry {
    /// The response's head came.
    pub fn responded(&self, status: u16) {
        self.change(|exchange| exchange.status = Some(status));
    }

    /// No response, or not all of it, for this reason.
    pub fn failed(&self, reason: &str) {
        self.change(|exchange| exchange.error = Some(reason.to_owned()));
    }

    /// The same for an error, which it gives back.
    pub(super) fn fail(&self, error: NodeError) -> NodeError {
        self.failed(error.shown());
        error
    }

    /// The outcome is to show what was sent.
    pub(super) fn keep(&self, kept: KeptRequest) {
        let Some(index) = self.index else { return };
        self.trace.with(|collected| {
            if let Some(place) = collected.kept.get_mut(index) {
                *place = Some(kept);
            }
        });
    }

    fn change(&self, act: impl FnOnce(&mut Exchange)) {
        let Some(index) = self.index else { return };
        self.trace
            .with(|collected| collected.exchanges.get_mut(index).map(act));
    }
}

impl Drop for TraceEntry {
    fn drop(&mut self) {
        let Some(index) = self.index else { return };
        self.trace.with(|collected| {
            let Some(start) = collected.running.get_mut(index).and_then(Option::take) else {
                return;
            };
            let Some(exchange) = collected.exchanges.get_mut(index) else {
                return;
            };
            exchange.ms = ms_since(start);
            if exchange.status.is_none() && exchange.error.is_none() {
                exchange.error = Some("aborted".into());
            }
        });
    }
}

fn ms_since(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1000.0
}
