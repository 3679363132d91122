//! The items between the thread that reads them and the threads that run them.

use std::collections::VecDeque;

use parking_lot::{Condvar, Mutex, MutexGuard};

/// How much the items may hold that wait to be taken, in bytes; and those that are taken at once.
const WAITING: usize = 8 << 20;
const TAKEN: usize = 256 << 10;

/// Items in order, bounded: the reader waits where the executors, or whoever takes the outputs,
/// can't keep up.
pub struct Queue<T> {
    state: Mutex<State<T>>,
    /// How much an item holds, in bytes.
    size: fn(&T) -> usize,
    /// There is something to take, or there will be no more.
    filled: Condvar,
    /// There is room again.
    drained: Condvar,
    /// How many items may be read ahead of what has been delivered.
    ahead: u64,
}

struct State<T> {
    items: VecDeque<T>,
    /// How much they hold, in bytes.
    bytes: usize,
    /// The number of the item in front.
    first: u64,
    delivered: u64,
    closed: bool,
}

impl<T> State<T> {
    fn count(&self) -> u64 {
        self.first + self.items.len() as u64
    }
}

impl<T> Queue<T> {
    pub fn new(ahead: u64, size: fn(&T) -> usize) -> Queue<T> {
        Queue {
            size,
            state: Mutex::new(State {
                items: VecDeque::new(),
                bytes: 0,
                first: 0,
                delivered: 0,
                closed: false,
            }),
            filled: Condvar::new(),
            drained: Condvar::new(),
            ahead,
        }
    }

    /// Adds items, once there is room. False when nobody wants more.
    pub fn push(&self, items: Vec<T>) -> bool {
        let bytes: usize = items.iter().map(self.size).sum();
        let mut state = self.state.lock();
        while (state.count() > state.delivered + self.ahead || state.bytes > WAITING)
            && !state.closed
        {
            self.drained.wait(&mut state);
        }
        if state.closed {
            return false;
        }
        let wake_all = items.len() > 1;
        state.items.extend(items);
        state.bytes += bytes;
        drop(state);
        if wake_all {
            self.filled.notify_all();
        } else {
            self.filled.notify_one();
        }
        true
    }

    /// No more items are added. Gives how many there were.
    pub fn close(&self) -> u64 {
        let mut state = self.state.lock();
        state.closed = true;
        self.filled.notify_all();
        self.drained.notify_all();
        state.count()
    }

    /// No more items are added or wanted. Gives how many have been taken.
    pub fn abandon(&self) -> u64 {
        {
            let mut state = self.state.lock();
            state.items.clear();
            state.bytes = 0;
        }
        self.close()
    }

    /// Waits for an item, and takes up to `most` of those that are there, with the number of the
    /// first. `None` when there will be no more.
    pub fn take(&self, most: usize) -> Option<(u64, VecDeque<T>)> {
        let mut state = self.state.lock();
        while state.items.is_empty() {
            if state.closed {
                return None;
            }
            self.filled.wait(&mut state);
        }
        Some(self.take_from(state, most))
    }

    /// As [`Queue::take`], but without waiting.
    pub fn take_now(&self, most: usize) -> Option<(u64, VecDeque<T>)> {
        let state = self.state.lock();
        (!state.items.is_empty()).then(|| self.take_from(state, most))
    }

    fn take_from(&self, mut state: MutexGuard<'_, State<T>>, most: usize) -> (u64, VecDeque<T>) {
        let (mut count, mut bytes) = (0, 0);
        while count < most.min(state.items.len()) && bytes < TAKEN {
            bytes += (self.size)(&state.items[count]);
            count += 1;
        }
        let first = state.first;
        let taken: VecDeque<T> = state.items.drain(..count).collect();
        state.first += count as u64;
        let was_full = state.bytes > WAITING;
        state.bytes -= bytes;
        if was_full && state.bytes <= WAITING {
            self.drained.notify_one();
        }
        (first, taken)
    }

    /// Tells how many outputs have been delivered.
    pub fn deliver(&self, delivered: u64) {
        self.state.lock().delivered = delivered;
        self.drained.notify_one();
    }
}
