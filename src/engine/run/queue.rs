//! The inputs between the thread that reads them and the workers that take them.

use std::collections::VecDeque;
use std::sync::Condvar;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use crate::function::Input;

/// Inputs in order, bounded: the reader waits where the workers, or whoever takes the outcomes,
/// can't keep up.
pub struct Queue {
    state: Mutex<State>,
    /// There is something to take, or there will be no more.
    filled: Condvar,
    /// There is room again.
    drained: Condvar,
    /// How many inputs may be read ahead of what has been delivered.
    ahead: u64,
}

#[derive(Default)]
struct State {
    inputs: VecDeque<Input>,
    /// The number of the input in front.
    first: u64,
    delivered: u64,
    closed: bool,
}

impl State {
    fn count(&self) -> u64 {
        self.first + self.inputs.len() as u64
    }
}

impl Queue {
    pub fn new(ahead: u64) -> Queue {
        Queue {
            state: Mutex::default(),
            filled: Condvar::new(),
            drained: Condvar::new(),
            ahead,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics between two changes of the state.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds inputs, once there is room. False when nobody wants more.
    pub fn push(&self, inputs: Vec<Input>) -> bool {
        let mut state = self.lock();
        while state.count() > state.delivered + self.ahead && !state.closed {
            let waited = self.drained.wait(state);
            state = waited.unwrap_or_else(PoisonError::into_inner);
        }
        let wake_all = inputs.len() > 1;
        state.inputs.extend(inputs);
        let open = !state.closed;
        drop(state);
        if wake_all {
            self.filled.notify_all();
        } else {
            self.filled.notify_one();
        }
        open
    }

    /// No more inputs are added, or wanted. Gives how many there were.
    pub fn close(&self) -> u64 {
        let mut state = self.lock();
        state.closed = true;
        self.filled.notify_all();
        self.drained.notify_all();
        state.count()
    }

    /// Waits for an input, and takes up to `most` of those that are there, with the number of the
    /// first. `None` when there will be no more.
    pub fn take(&self, most: usize) -> Option<(u64, VecDeque<Input>)> {
        let mut state = self.lock();
        while state.inputs.is_empty() {
            if state.closed {
                return None;
            }
            let waited = self.filled.wait(state);
            state = waited.unwrap_or_else(PoisonError::into_inner);
        }
        let first = state.first;
        let most = most.min(state.inputs.len());
        let taken: VecDeque<Input> = state.inputs.drain(..most).collect();
        state.first += taken.len() as u64;
        Some((first, taken))
    }

    /// Tells how many outcomes have been delivered.
    pub fn deliver(&self, delivered: u64) {
        self.lock().delivered = delivered;
        self.drained.notify_one();
    }
}
