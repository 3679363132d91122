//! The requests of one invocation, as its outcome shows them.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

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
    /// `None` once its time is final.
    running: Vec<Option<Running>>,
    /// What each sent, where that is wanted.
    kept: Vec<Option<KeptRequest>>,
    unkept: u64,
    closed: bool,
    clock: TraceClock,
    /// How long recorded answers were waited for, in milliseconds: no clock has told it.
    waited: f64,
    /// Bytes of HTTP, heads included.
    sent: u64,
    received: u64,
    /// When the last of the recorded answers so far would have come.
    answered: f64,
}

/// What came of a collection.
#[derive(Debug, Default)]
pub struct Traced {
    /// In the order of their beginnings.
    pub exchanges: Vec<Exchange>,
    /// How many more were made than are kept.
    pub unkept: u64,
    /// How long recorded answers were waited for, in milliseconds, where no clock tells it.
    pub waited: f64,
    /// Bytes of HTTP, heads included.
    pub sent: u64,
    pub received: u64,
}

/// What tells how much time has passed since the invocation began.
#[derive(Clone)]
pub struct TraceClock(Arc<dyn Fn() -> Duration + Send + Sync>);

impl TraceClock {
    pub fn new(passed: impl Fn() -> Duration + Send + Sync + 'static) -> TraceClock {
        TraceClock(Arc::new(passed))
    }
}

impl Default for TraceClock {
    fn default() -> TraceClock {
        let begun = Instant::now();
        TraceClock::new(move || begun.elapsed())
    }
}

impl fmt::Debug for TraceClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TraceClock").field(&(self.0)()).finish()
    }
}

/// An exchange under way.
#[derive(Clone, Copy, Debug)]
struct Running {
    /// When it began, in milliseconds of the invocation.
    start: f64,
    /// How long it took when it was recorded.
    recorded: Option<f64>,
}

impl Collected {
    /// How much of the invocation has passed, with what recorded answers took: in milliseconds.
    fn now(&self) -> f64 {
        (self.clock.0)().as_secs_f64() * 1000.0 + self.waited
    }

    /// The exchange at `index` ends now, and has its time.
    fn end(&mut self, index: usize) -> Option<&mut Exchange> {
        let Running { start, recorded } = self.running.get_mut(index)?.take()?;
        let ms = recorded.unwrap_or_else(|| self.now() - start);
        if recorded.is_some() {
            self.answered = self.answered.max(start + ms);
        }
        let exchange = self.exchanges.get_mut(index)?;
        exchange.ms = ms;
        Some(exchange)
    }
}

impl Trace {
    /// An empty one of an invocation that begins now.
    pub fn new(clock: TraceClock) -> Trace {
        let collected = Collected {
            clock,
            ..Collected::default()
        };
        Trace(Arc::new(Mutex::new(collected)))
    }

    /// Ends the collection. What is still under way is listed with its time so far, and nothing changes
    /// afterwards.
    pub fn finish(&self) -> Traced {
        self.with(|collected| {
            collected.closed = true;
            for index in 0..collected.exchanges.len() {
                if let Some(exchange) = collected.end(index)
                    && exchange.status.is_none()
                    && exchange.error.is_none()
                {
                    exchange.error = Some("no response before the invocation ended".into());
                }
            }
            let mut exchanges = std::mem::take(&mut collected.exchanges);
            for (exchange, kept) in exchanges.iter_mut().zip(collected.kept.drain(..)) {
                if let Some(kept) = kept {
                    exchange.url = kept.redactor.url(&exchange.url);
                    exchange.request = Some(kept.sent());
                }
            }
            Traced {
                exchanges,
                unkept: collected.unkept,
                waited: collected.waited,
                sent: collected.sent,
                received: collected.received,
            }
        })
    }

    /// Adds an exchange that begins now.
    pub fn begin(&self, via: Via, method: &str, url: String) -> TraceEntry {
        let index = self.with(|collected| {
            if collected.closed || collected.exchanges.len() == KEPT {
                collected.unkept += 1;
                return None;
            }
            let start = collected.now();
            collected.exchanges.push(Exchange {
                via,
                method: method.to_owned(),
                url,
                status: None,
                error: None,
                start,
                ms: 0.0,
                assumed: None,
                request: None,
            });
            collected.running.push(Some(Running {
                start,
                recorded: None,
            }));
            collected.kept.push(None);
            Some(collected.exchanges.len() - 1)
        });
        TraceEntry {
            trace: self.clone(),
            index,
        }
    }

    /// Counts bytes of HTTP that went out.
    pub fn sent(&self, bytes: u64) {
        self.with(|collected| collected.sent += bytes);
    }

    /// Counts bytes of HTTP that came in.
    pub fn received(&self, bytes: u64) {
        self.with(|collected| collected.received += bytes);
    }

    /// The function gets an answer: all requests that it makes from now on come after those that are
    /// answered. Without it, requests that are made at the same time would seem to wait for one another,
    /// as recorded answers are there at once.
    pub fn heard(&self) {
        self.with(|collected| {
            let wait = collected.answered - collected.now();
            collected.waited += wait.max(0.0);
        });
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

    /// The answer was recorded, and took so many milliseconds then.
    pub(super) fn took(&self, ms: f64) {
        let Some(index) = self.index else { return };
        self.trace.with(|collected| {
            if let Some(Some(running)) = collected.running.get_mut(index) {
                running.recorded = Some(ms);
            }
        });
    }

    /// What the exchange is collected in.
    pub(super) fn trace(&self) -> &Trace {
        &self.trace
    }

    /// The answer was recorded for another request, which stands at `place`.
    pub(super) fn assumed(&self, place: String) {
        self.change(|exchange| exchange.assumed = Some(place));
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
            if let Some(exchange) = collected.end(index)
                && exchange.status.is_none()
                && exchange.error.is_none()
            {
                exchange.error = Some("aborted".into());
            }
        });
    }
}
