//! Ends invocations that run out of time, also where JavaScript never gives control back.
//!
//! The time limit is held in five places. The watchdog here ends running JavaScript.
//! `invoke::event_loop` ends the waiting for a promise at the same deadline. On a frozen clock,
//! `invoke::event_loop` also ends an invocation whose next timer is due after the limit.
//! `host::crypto::background` stops waiting for OpenSSL, which nothing can interrupt. And what none of
//! these can end, `run::process::worker_process` ends from outside, a second later.
//!
//! A function's code runs only where somebody holds [`Armed`]: an [`Instance`] gives its runtime to
//! nobody else.
//!
//! [`Instance`]: super::instance::Instance

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use deno_core::v8;
use parking_lot::{Condvar, Mutex};

#[derive(Default)]
struct State {
    /// The isolate that is running, and until when it may.
    running: Option<(v8::IsolateHandle, Instant)>,
    fired: bool,
    over: bool,
}

struct Shared {
    state: Mutex<State>,
    wake: Condvar,
}

/// Is told of the time now, and until when JavaScript may run, or that none runs any more.
pub type Announce = Arc<dyn Fn(Instant, Option<Instant>) + Send + Sync>;

/// Watches one worker thread.
pub struct Watchdog {
    shared: Arc<Shared>,
    timeout: Duration,
    announce: Option<Announce>,
}

impl Watchdog {
    /// `timeout` is the same for every invocation: the watchdog sleeps that long at a time, so
    /// that starting and stopping it costs an invocation next to nothing. `announce` lets somebody
    /// else watch, too, who can end what this can't.
    pub fn start(timeout: Duration, announce: Option<Announce>) -> std::io::Result<Watchdog> {
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            wake: Condvar::new(),
        });
        let watched = shared.clone();
        std::thread::Builder::new()
            .name("segfn-watchdog".into())
            .stack_size(64 << 10)
            .spawn(move || watch(&watched, timeout))?;
        Ok(Watchdog {
            shared,
            timeout,
            announce,
        })
    }

    /// The time an invocation may take.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Lets `isolate` run from now on. `exhausted` tells when it has no memory left.
    pub fn arm(&self, isolate: v8::IsolateHandle, exhausted: &Arc<AtomicBool>) -> Armed<'_> {
        let now = Instant::now();
        let deadline = now + self.timeout;
        if let Some(announce) = &self.announce {
            announce(now, Some(deadline));
        }
        let mut state = self.shared.state.lock();
        state.running = Some((isolate, deadline));
        state.fired = false;
        Armed {
            watchdog: Some(self),
            deadline,
            exhausted: exhausted.clone(),
        }
    }

    /// Stops watching. True when it was too late: the isolate was ended, or is about to be, on a machine so busy
    /// that the watchdog's thread hasn't had its turn.
    fn disarm(&self) -> bool {
        let now = Instant::now();
        if let Some(announce) = &self.announce {
            announce(now, None);
        }
        let mut state = self.shared.state.lock();
        let running = state.running.take();
        state.fired || running.is_some_and(|(_, deadline)| now >= deadline)
    }
}

/// Until this is dropped, a function's code may run, and is ended at the deadline.
pub struct Armed<'a> {
    /// Taken when it stops watching.
    watchdog: Option<&'a Watchdog>,
    deadline: Instant,
    exhausted: Arc<AtomicBool>,
}

impl Armed<'_> {
    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Whether time or memory has run out. A loop that calls into JavaScript must ask in each turn.
    pub fn is_over(&self) -> bool {
        self.exhausted.load(Ordering::Relaxed) || Instant::now() >= self.deadline
    }

    /// Stops watching. True when time was over.
    pub fn disarm(mut self) -> bool {
        self.watchdog.take().is_some_and(Watchdog::disarm)
    }
}

impl Drop for Armed<'_> {
    fn drop(&mut self) {
        self.watchdog.take().map(Watchdog::disarm);
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.shared.state.lock().over = true;
        self.shared.wake.notify_one();
    }
}

/// V8 forgets that it was to end as soon as no JavaScript is left on its stack. So it is told again
/// and again, in case that more is called: a getter, a callback.
const AGAIN: Duration = Duration::from_millis(1);

fn watch(shared: &Shared, timeout: Duration) {
    let mut state = shared.state.lock();
    while !state.over {
        let now = Instant::now();
        let sleep = match &state.running {
            // No deadline can come earlier than that.
            None => timeout,
            Some((_, deadline)) if *deadline > now => *deadline - now,
            Some((isolate, _)) => {
                isolate.terminate_execution();
                state.fired = true;
                AGAIN
            }
        };
        shared.wake.wait_for(&mut state, sleep);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::isolate::v8_platform::set_up_v8;

    #[test]
    fn an_invocation_whose_watchdog_had_no_turn_was_not_late() {
        set_up_v8();
        let isolate = v8::Isolate::new(v8::CreateParams::default());
        // Nobody watches.
        let watchdog = Watchdog {
            shared: Arc::new(Shared {
                state: Mutex::default(),
                wake: Condvar::new(),
            }),
            timeout: Duration::from_millis(1),
            announce: None,
        };
        let armed = watchdog.arm(isolate.thread_safe_handle(), &Arc::default());
        std::thread::sleep(Duration::from_millis(2));
        assert!(armed.disarm());
    }
}
