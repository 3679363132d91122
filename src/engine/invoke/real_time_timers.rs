//! Frozen clocks and the world outside.
//!
//! While traffic is recorded, the clock is frozen, so that the function asks for the same when it is
//! replayed; but the world outside takes its time, so timers are really waited for, and may fire
//! while an answer is awaited. When that is replayed, what was never answered holds no timer up.

use std::pin::Pin;
use std::task::Context;
use std::task::Poll;
use std::time::Duration;

use deno_core::JsRuntime;
use deno_core::stats::RuntimeActivity;
use deno_core::stats::RuntimeActivityStatsFilter;
use deno_core::stats::RuntimeActivityType;
use tokio::time::Sleep;

use crate::host::clock::Clock;
use crate::net;

/// The real wait for the next timer of a frozen clock.
#[derive(Default)]
pub struct RealTimeTimers(Option<(i64, Pin<Box<Sleep>>)>);

impl RealTimeTimers {
    /// Ready when the timer that is due at `time`, in milliseconds since 1970 on `clock`, has been
    /// waited for since it was the next.
    pub fn poll(&mut self, time: i64, clock: &Clock, context: &mut Context<'_>) -> Poll<()> {
        if self.0.as_ref().is_none_or(|(waited, _)| *waited != time) {
            let left = u64::try_from(time - clock.millis()).unwrap_or(0);
            let sleep = tokio::time::sleep(Duration::from_millis(left));
            self.0 = Some((time, Box::pin(sleep)));
        }
        let Some((_, sleep)) = &mut self.0 else {
            return Poll::Pending;
        };
        let polled = sleep.as_mut().poll(context);
        if polled.is_ready() {
            self.0 = None;
        }
        polled
    }
}

/// Whether all that is under way is requests that a cassette says nobody ever answered.
pub fn only_silence(runtime: &JsRuntime) -> bool {
    let silent = net::unanswered_here();
    if silent == 0 {
        return false;
    }
    let stats = runtime.runtime_activity_stats_factory();
    let stats = stats.capture(&RuntimeActivityStatsFilter::default().with_ops());
    let is_op = |activity: &&RuntimeActivity| activity.activity() == RuntimeActivityType::AsyncOp;
    stats.dump().active.iter().filter(is_op).count() == silent
}
