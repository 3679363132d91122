//! Ends invocations that run out of time, also where JavaScript never gives control back.
//!
//! The time limit is held in four places. The watchdog here ends running JavaScript.
//! `invoke::event_loop` ends the waiting for a promise at the same deadline. On a frozen clock,
//! `invoke::event_loop` also ends an invocation whose next timer is due after the limit.
//! `host::crypto::background` stops waiting for OpenSSL, which nothing can interrupt.

use std::sync::Arc;
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

/// Watches one worker thread.
pub struct Watchdog {
    shared: Arc<Shared>,
    timeout: Duration,
}

impl Watchdog {
    /// `timeout` is the same for every invocation: the watchdog sleeps that long at a time, so
    /// that starting and stopping it costs an invocation next to nothing.
    pub fn start(timeout: Duration) -> std::io::Result<Watchdog> {
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            wake: Condvar::new(),
        });
        let watched = shared.clone();
        std::thread::Builder::new()
            .name("segfn-watchdog".into())
            .stack_size(64 << 10)
            .spawn(move || watch(&watched, timeout))?;
        Ok(Watchdog { shared, timeout })
    }

    /// The time an invocation may take.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Lets `isolate` run from now on, and tells until when.
    pub fn arm(&self, isolate: v8::IsolateHandle) -> Instant {
        let deadline = Instant::now() + self.timeout;
        let mut state = self.shared.state.lock();
        state.running = Some((isolate, deadline));
        state.fired = false;
        deadline
    }

    /// Stops watching. True when the isolate was ended.
    pub fn disarm(&self) -> bool {
        let mut state = self.shared.state.lock();
        state.running = None;
        state.fired
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.shared.state.lock().over = true;
        self.shared.wake.notify_one();
    }
}

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
                state.running = None;
                state.fired = true;
                timeout
            }
        };
        shared.wake.wait_for(&mut state, sleep);
    }
}
