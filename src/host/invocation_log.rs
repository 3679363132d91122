//! What is written down while an invocation runs, for its outcome.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use deno_core::v8;

use super::clock::Clock;
use crate::net::{Trace, TraceClock};
use crate::outcome::{CacheUse, Level, Log};
use crate::text::time;

/// One for each worker; emptied at the start of each invocation.
pub type SharedInvocationLog = Rc<RefCell<InvocationLog>>;

/// Hears of each log at once: it may be the last thing that the process does.
pub type LogListener = Arc<dyn Fn(&Log) + Send + Sync>;

/// Enough for any function that a person reads the logs of; a hostile one must not fill memory.
const MAX_LOGS: usize = 10_000;
const MAX_LOG_BYTES: usize = 8 << 20;
const MAX_WARNINGS: usize = 100;

#[derive(Default)]
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

impl InvocationLog {
    /// An empty one, whose logs are dated by `clock`.
    pub fn new(clock: Clock) -> InvocationLog {
        let (passed, begun) = (clock.clone(), clock.elapsed());
        let passed = move || passed.elapsed().saturating_sub(begun);
        InvocationLog {
            clock,
            trace: Trace::new(TraceClock::new(passed)),
            ..InvocationLog::default()
        }
    }

    /// The same, which tells `listener` of each log.
    pub fn heard_by(mut self, listener: Option<LogListener>) -> InvocationLog {
        self.listener = listener;
        self
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
