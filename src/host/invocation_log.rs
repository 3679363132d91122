//! What is written down while an invocation runs, for its outcome.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use deno_core::{OpState, v8};

use super::clock::Clock;
use crate::net::{Trace, TraceClock, Traced};
use crate::outcome::{CacheUse, Level, Log};
use crate::text::time;

/// One for each worker: it begins anew with each invocation.
pub type SharedInvocationLog = Rc<RefCell<InvocationLog>>;

/// The trace of the invocation that runs in the isolate of `state`.
pub(super) fn trace_of(state: &OpState) -> Trace {
    let log = state.try_borrow::<SharedInvocationLog>();
    log.map(|log| log.borrow().trace.clone())
        .unwrap_or_default()
}

/// Hears of each log at once: it may be the last thing that the process does.
pub type LogListener = Arc<dyn Fn(&Log) + Send + Sync>;

/// Enough for any function that a person reads the logs of; a hostile one must not fill memory.
const MAX_LOGS: usize = 10_000;
const MAX_LOG_BYTES: usize = 8 << 20;
const MAX_WARNINGS: usize = 100;

pub struct InvocationLog {
    clock: Clock,
    pub logs: Vec<Log>,
    pub warnings: Vec<String>,
    pub cache: CacheUse,
    pub trace: Trace,
    /// Promises that were rejected and have no handler so far.
    pub rejections: Vec<(v8::Global<v8::Promise>, v8::Global<v8::Value>)>,
    /// What was thrown where no caller could catch it: in a timer, a listener.
    pub uncaught: Option<v8::Global<v8::Value>>,
    log_bytes: usize,
    listener: Option<LogListener>,
}

/// What was written down of an invocation.
pub struct EndedLog {
    pub logs: Vec<Log>,
    pub warnings: Vec<String>,
    pub cache: CacheUse,
    pub traced: Traced,
}

impl Default for InvocationLog {
    fn default() -> InvocationLog {
        InvocationLog::new(Clock::Real)
    }
}

impl InvocationLog {
    /// An empty one, whose logs are dated by `clock`.
    pub fn new(clock: Clock) -> InvocationLog {
        let (passed, begun) = (clock.clone(), clock.elapsed());
        let trace_clock = TraceClock::Other(Arc::new(move || passed.elapsed()));
        InvocationLog {
            clock,
            logs: Vec::new(),
            warnings: Vec::new(),
            cache: CacheUse::default(),
            trace: Trace::new(trace_clock, begun),
            rejections: Vec::new(),
            uncaught: None,
            log_bytes: 0,
            listener: None,
        }
    }

    /// Empties it for an invocation that began at this time of the clock, and tells `listener` of each of
    /// its logs.
    pub fn begin(&mut self, begun: Duration, listener: Option<LogListener>) {
        self.empty();
        self.trace.begin_anew(begun);
        self.listener = listener;
    }

    /// Ends the invocation. What is written down from now on belongs to none.
    pub fn end(&mut self) -> EndedLog {
        let ended = EndedLog {
            logs: std::mem::take(&mut self.logs),
            warnings: std::mem::take(&mut self.warnings),
            cache: self.cache,
            traced: self.trace.finish(),
        };
        self.empty();
        ended
    }

    fn empty(&mut self) {
        self.logs.clear();
        self.warnings.clear();
        self.cache = CacheUse::default();
        self.rejections.clear();
        self.uncaught = None;
        self.log_bytes = 0;
        self.listener = None;
    }

    pub fn log(&mut self, level: Level, text: String) {
        if self.logs.len() >= MAX_LOGS || self.log_bytes + text.len() > MAX_LOG_BYTES {
            self.warn("too many logs: further logs of this invocation are not kept".to_string());
            return;
        }
        self.log_bytes += text.len();
        let time = time::to_iso(self.clock.now());
        let log = Log { level, time, text };
        if let Some(listener) = &self.listener {
            listener(&log);
        }
        self.logs.push(log);
    }

    /// Adds a warning, once for each text.
    pub fn warn(&mut self, text: String) {
        if self.warnings.len() < MAX_WARNINGS && !self.warnings.contains(&text) {
            self.warnings.push(text);
        }
    }
}
