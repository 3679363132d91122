//! Waits for a handler's promise: deno_core's event loop, and the timers of a frozen clock.

use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use deno_core::{JsRuntime, PollEventLoopOptions, v8};

use super::context::Context;
use super::real_time_timers::{RealTimeTimers, only_silence};
use super::unhandled::unhandled;
use crate::engine::isolate::instance::{Instance, Running};
use crate::engine::isolate::js::is_settled;
use crate::engine::isolate::thrown::{End, Thrown};
use crate::engine::isolate::timers::Timers;
use crate::engine::isolate::v8_platform;
use crate::host;
use crate::net;

/// Runs the event loop until the promise is settled, or something else ends the invocation.
pub fn wait_for(
    instance: &mut Instance,
    context: &Context,
    promise: &v8::Global<v8::Promise>,
) -> Result<(), End> {
    let mut pace = RealTimeTimers::default();
    let mut stall = Stall::default();
    let wait = std::future::poll_fn(|cx| {
        net::watch_waiting(cx.waker());
        loop {
            let Running { runtime, .. } = instance.run(context.armed);
            v8_platform::run_tasks(runtime, context.armed);
            if context.armed.is_over() {
                return Poll::Ready(over(instance));
            }
            let Running { runtime, .. } = instance.run(context.armed);
            let polled = runtime.poll_event_loop(cx, PollEventLoopOptions::default());
            if let Some(end) = end_of(instance, context, promise) {
                return Poll::Ready(end);
            }
            let idle = match polled {
                Poll::Ready(Ok(())) => true,
                Poll::Pending => false,
                Poll::Ready(Err(error)) => {
                    let thrown = Thrown {
                        name: "Error".into(),
                        message: error.to_string(),
                        ..Default::default()
                    };
                    return Poll::Ready(Err(End::Uncaught(thrown)));
                }
            };
            let turned = match context.paced {
                true => paced_turn(instance, context, &mut pace, cx),
                false => {
                    let stalled = !idle && stall.is_over(instance, cx);
                    turn(instance, context, idle || stalled)
                }
            };
            match turned {
                Turn::Again => {}
                Turn::Late => return Poll::Ready(Err(End::OutOfTime)),
                Turn::Over if idle => return Poll::Ready(Err(End::NeverSettled)),
                Turn::Over | Turn::Wait => return Poll::Pending,
            }
            if let Some(end) = end_of(instance, context, promise) {
                return Poll::Ready(end);
            }
        }
    });
    let deadline = context.armed.deadline() + Duration::from_millis(1);
    let deadline = tokio::time::Instant::from_std(deadline);
    let waited = context
        .tokio
        .block_on(async { tokio::time::timeout_at(deadline, wait).await });
    waited.unwrap_or(Err(End::OutOfTime))
}

/// Why nothing more may run.
fn over(instance: &Instance) -> Result<(), End> {
    Err(match instance.is_exhausted() {
        true => End::OutOfMemory,
        false => End::OutOfTime,
    })
}

/// Whether the waiting is over: the promise is settled, or an error elsewhere ended it.
fn end_of(
    instance: &mut Instance,
    context: &Context,
    promise: &v8::Global<v8::Promise>,
) -> Option<Result<(), End>> {
    if is_settled(instance.run(context.armed).runtime, promise) {
        return Some(Ok(()));
    }
    unhandled(instance, context).map(Err)
}

/// A pending operation may itself wait for a timer, such as a request whose body the function writes
/// bit by bit. On a frozen clock this shows when nothing happens for a while of real time.
#[derive(Default)]
struct Stall(Option<Pin<Box<tokio::time::Sleep>>>);

/// Answers from inside the process come within microseconds.
const STALL: Duration = Duration::from_millis(20);

impl Stall {
    /// Whether nothing has happened for that long. It must be asked each time that something may
    /// have happened.
    fn is_over(&mut self, instance: &mut Instance, cx: &mut std::task::Context) -> bool {
        let waits = instance.has_timers() && host::http::awaits_body(&instance.op_state().borrow());
        if !waits {
            self.0 = None;
            return false;
        }
        if let Some(sleep) = &mut self.0
            && sleep.as_mut().poll(cx).is_ready()
        {
            self.0 = None;
            return true;
        }
        let sleep = self.0.insert(Box::pin(tokio::time::sleep(STALL)));
        // Wakes this future when the time is over.
        let _ = sleep.as_mut().poll(cx);
        false
    }
}

/// What a turn of the timers came to.
enum Turn {
    /// Timers were fired.
    Again,
    /// The next timer is due after the invocation's end.
    Late,
    /// There is no timer to fire.
    Over,
    /// The next timer is waited for.
    Wait,
}

/// [`turn`] for timers that really wait, whether something else is under way or not.
fn paced_turn(
    instance: &mut Instance,
    context: &Context,
    pace: &mut RealTimeTimers,
    cx: &mut std::task::Context<'_>,
) -> Turn {
    let Running {
        timers, runtime, ..
    } = instance.run(context.armed);
    let Some(timers) = timers else {
        return Turn::Over;
    };
    if timers.fire_due(runtime) || net::give_due(context.clock.millis()) {
        return Turn::Again;
    }
    let Some(time) = next_time(timers, runtime, context) else {
        return Turn::Over;
    };
    if pace.poll(time, context.clock, cx).is_pending() {
        return Turn::Wait;
    }
    context.clock.advance_to(time);
    timers.fire_due(runtime);
    Turn::Again
}

/// When the next timer fires or the next answer comes that takes its time.
fn next_time(timers: &Timers, runtime: &mut JsRuntime, context: &Context) -> Option<i64> {
    let answer = net::next_answer(context.clock.millis());
    timers.next(runtime).into_iter().chain(answer).min()
}

/// Fires the timers of a frozen clock that are due. If there are none and the loop is `idle`, moves
/// the clock to the next timers and fires those. An answer that comes at the same time comes after them.
fn turn(instance: &mut Instance, context: &Context, idle: bool) -> Turn {
    let Running {
        timers, runtime, ..
    } = instance.run(context.armed);
    let Some(timers) = timers else {
        return Turn::Over;
    };
    if timers.fire_due(runtime) || net::give_due(context.clock.millis()) {
        return Turn::Again;
    }
    if !idle && !only_silence(runtime) {
        return Turn::Over;
    }
    match next_time(timers, runtime, context) {
        Some(time) if time < context.limit => {
            context.clock.advance_to(time);
            timers.fire_due(runtime);
            Turn::Again
        }
        next => {
            // Production waits until then.
            context.clock.advance_to(context.limit);
            next.map_or(Turn::Over, |_| Turn::Late)
        }
    }
}
