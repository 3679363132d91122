//! The requests of one invocation, as its outcome shows them.

use std::fmt;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use http::HeaderMap;
use parking_lot::Mutex;

use super::kept::{KeptExchange, KeptResponse, ROOM};
use crate::node_error::NodeError;
use crate::outcome::{Exchange, Via};

/// How many exchanges of one invocation are kept; a function in a loop must not fill the memory.
const KEPT: usize = 4096;

/// Collects the exchanges of one invocation. Clones share the collection.
#[derive(Clone, Debug)]
pub struct Trace(Arc<Mutex<Collected>>);

#[derive(Debug, Default)]
struct Collected {
    exchanges: Vec<Exchange>,
    /// `None` once its time is final.
    running: Vec<Option<Running>>,
    /// What each sent and got, where that is wanted.
    kept: Vec<Option<KeptExchange>>,
    /// How much of responses' bodies was kept, in bytes.
    kept_bytes: usize,
    unkept: u64,
    closed: bool,
    clock: TraceClock,
    /// When the invocation began, by the clock.
    begun: Duration,
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

/// What tells how much time has passed, since whenever.
#[derive(Clone, Default)]
pub enum TraceClock {
    /// The machine's.
    #[default]
    Real,
    Other(Arc<dyn Fn() -> Duration + Send + Sync>),
}

impl TraceClock {
    fn passed(&self) -> Duration {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        match self {
            TraceClock::Real => START.elapsed(),
            TraceClock::Other(passed) => passed(),
        }
    }
}

impl fmt::Debug for TraceClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TraceClock").field(&self.passed()).finish()
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
    /// Nothing, of an invocation that began at this time of `clock`.
    fn new(clock: TraceClock, begun: Duration) -> Collected {
        Collected {
            clock,
            begun,
            ..Collected::default()
        }
    }

    /// How much of the invocation has passed, with what recorded answers took: in milliseconds.
    fn now(&self) -> f64 {
        let passed = self.clock.passed().saturating_sub(self.begun);
        passed.as_secs_f64() * 1000.0 + self.waited
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

/// An empty one of what begins now.
impl Default for Trace {
    fn default() -> Trace {
        Trace::new(TraceClock::Real, TraceClock::Real.passed())
    }
}

impl Trace {
    /// An empty one of an invocation that began at this time of `clock`.
    pub fn new(clock: TraceClock, begun: Duration) -> Trace {
        Trace(Arc::new(Mutex::new(Collected::new(clock, begun))))
    }

    /// Makes it the one of the next invocation. What is still under way of the last stays with that.
    pub fn begin_anew(&mut self, begun: Duration) {
        match Arc::get_mut(&mut self.0) {
            Some(collected) => {
                let collected = collected.get_mut();
                *collected = Collected::new(collected.clock.clone(), begun);
            }
            None => *self = Trace::new(self.with(|collected| collected.clock.clone()), begun),
        }
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
            // What a response brought may stand anywhere in what comes after it.
            for kept in collected.kept.iter().flatten() {
                if let Some(body) = kept.answered() {
                    kept.keep.redactor.learn(&body);
                }
            }
            let mut room = ROOM;
            for (exchange, kept) in exchanges.iter_mut().zip(collected.kept.drain(..)) {
                if let Some(kept) = kept {
                    kept.show_in(exchange, &mut room);
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
                response: None,
                fault: None,
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

    /// Somebody wanted it to go wrong so.
    pub fn injected(&self, fault: &str) {
        self.change(|exchange| exchange.fault = Some(fault.to_owned()));
    }

    /// The outcome is to show what is sent, and perhaps what comes back.
    pub(super) fn keep(&self, kept: KeptExchange) {
        self.with_kept(|place, _| *place = Some(kept));
    }

    /// The headers of the response, if they are to be shown.
    pub fn keep_head(&self, headers: &HeaderMap) {
        self.with_kept(|place, _| {
            if let Some(kept) = place.as_mut().filter(|kept| kept.keep.responses) {
                kept.response = Some(KeptResponse::new(headers.clone()));
            }
        });
    }

    /// A piece of the response's body came.
    pub fn keep_piece(&self, piece: &[u8]) {
        self.with_kept(|place, bytes| {
            let response = place.as_mut().and_then(|kept| kept.response.as_mut());
            if let Some(response) = response {
                let mut room = ROOM.saturating_sub(*bytes);
                response.add(piece, &mut room);
                *bytes = ROOM - room;
            }
        });
    }

    fn with_kept(&self, act: impl FnOnce(&mut Option<KeptExchange>, &mut usize)) {
        let Some(index) = self.index else { return };
        self.trace.with(|collected| {
            let bytes = &mut collected.kept_bytes;
            if let Some(place) = collected.kept.get_mut(index) {
                act(place, bytes);
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
