//! The timers of a frozen clock while traffic is recorded.
//!
//! The clock is frozen then too, so that the function sends the same requests when they are replayed.
//! But real servers take their time. So timers really wait, and may fire while an answer is awaited.
//! In a replay, a request that was never answered holds no timer up.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use deno_core::JsRuntime;
use deno_core::stats::{RuntimeActivity, RuntimeActivityStatsFilter, RuntimeActivityType};
use tokio::time::Sleep;

use crate::host::clock::Clock;
use crate::net;

/// Really waits for the next timer of a frozen clock.
#[derive(Default)]
pub struct RealTimeTimers(Option<(i64, Pin<Box<Sleep>>)>);

impl RealTimeTimers {
    /// Ready when the wait for the timer that is due at `time` is over. `time` is in milliseconds
    /// since 1970 on `clock`. The wait begins when that timer becomes the next one.
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

/// Whether nothing is under way but requests whose answers come when time passes, or never.
pub fn only_silence(runtime: &JsRuntime) -> bool {
    let silent = net::waiting_here();
    if silent == 0 {
        return false;
    }
    let stats = runtime.runtime_activity_stats_factory();
    let stats = stats.capture(&RuntimeActivityStatsFilter::default().with_ops());
    let is_op = |activity: &&RuntimeActivity| activity.activity() == RuntimeActivityType::AsyncOp;
    stats.dump().active.iter().filter(is_op).count() == silent
}
