//! What one invocation cost.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::outcome::{Class, Outcome};

/// The Tracking API refuses a larger message (docs/platform.md section 9), in bytes.
const LARGEST_MESSAGE: usize = 32 << 10;

/// What an invocation used, as the engine measured it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Usage {
    /// The processor's time, where it was to be measured and can be.
    pub cpu: Option<Duration>,
    /// How often the processor was taken away meanwhile, for other threads.
    pub interruptions: u64,
    /// How long it waited: for timers, and for answers. On a frozen clock, recorded answers take as long as
    /// when they were recorded, and others no time.
    pub waiting: Duration,
    /// Bytes of HTTP that it sent and received, with their heads.
    pub sent: u64,
    pub received: u64,
}

/// What one invocation cost. It goes from process to process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvocationCost {
    /// `none` where no handler was called.
    pub handler: String,
    /// In nanoseconds.
    pub cpu: Option<u64>,
    /// How often the processor was taken away meanwhile.
    pub interruptions: u64,
    /// In microseconds.
    pub waiting: u64,
    pub requests: u64,
    /// Whether the platform would call again later.
    pub is_retry: bool,
    pub sent: u64,
    pub received: u64,
    /// Messages that the Tracking API would refuse.
    pub large_messages: u64,
    /// Whether it ran out of time.
    pub is_timeout: bool,
}

impl InvocationCost {
    pub fn new(outcome: &Outcome, usage: &Usage) -> InvocationCost {
        let handler = outcome.handler.as_deref().unwrap_or("none");
        let messages = outcome.messages.events.iter();
        let large = messages.filter(|message| message.get().len() > LARGEST_MESSAGE);
        let error = outcome.error.as_ref();
        InvocationCost {
            handler: handler.to_owned(),
            cpu: usage.cpu.map(|cpu| saturated(cpu.as_nanos())),
            interruptions: usage.interruptions,
            waiting: saturated(usage.waiting.as_micros()),
            requests: outcome.exchanges.len() as u64,
            is_retry: outcome.class == Class::Retry,
            sent: usage.sent,
            received: usage.received,
            large_messages: large.count() as u64,
            is_timeout: error.is_some_and(|error| error.name == "Timeout" && error.at.is_none()),
        }
    }
}

fn saturated(number: u128) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
