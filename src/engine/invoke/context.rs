//! What an invocation needs beside its instance.

use crate::engine::isolate::watchdog::Armed;
use crate::function::Kind;
use crate::host::{Clock, SharedInvocationLog};

/// Everything an invocation needs beside its instance.
pub struct Context<'a> {
    pub kind: Kind,
    pub handler: Option<&'a str>,
    pub log: &'a SharedInvocationLog,
    pub clock: &'a Clock,
    /// The time limit on a frozen clock, in milliseconds since 1970.
    pub limit: i64,
    /// Whether the timers of a frozen clock really wait (`real_time_timers`).
    pub paced: bool,
    pub tokio: &'a tokio::runtime::Runtime,
    pub armed: &'a Armed<'a>,
}
