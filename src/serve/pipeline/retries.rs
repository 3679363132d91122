//! Waiting for the next attempt.

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::Notify;

/// So many events may wait for another attempt at once: each is held in memory.
const MOST_WAITING: usize = 10_000;

/// How much faster than on the platform the time until the next attempt goes by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RetrySpeed(f64);

impl Default for RetrySpeed {
    fn default() -> RetrySpeed {
        RetrySpeed(1.0)
    }
}

impl FromStr for RetrySpeed {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<RetrySpeed, &'static str> {
        let number = text.strip_suffix('x').unwrap_or(text);
        number
            .parse()
            .ok()
            .filter(|speed| (1.0..=1_000_000.0).contains(speed))
            .map(RetrySpeed)
            .ok_or("expected how many times as fast, such as 60x")
    }
}

impl RetrySpeed {
    /// How many times as fast.
    pub fn factor(self) -> f64 {
        self.0
    }

    /// What a wait on the platform is here.
    pub fn shortened(self, wait: Duration) -> Duration {
        wait.div_f64(self.0)
    }
}

/// Who waits for another attempt: an event's number, and the function's name.
type Key = (u64, String);

/// Events that wait for another attempt.
#[derive(Default)]
pub struct Retries {
    waiting: Mutex<HashMap<Key, Arc<Notify>>>,
}

/// One that waits, until this is dropped.
pub struct Waiting<'r> {
    retries: &'r Retries,
    key: Key,
    now: Arc<Notify>,
}

impl Retries {
    /// `None` when too many wait already.
    pub fn enter(&self, event: u64, function: &str) -> Option<Waiting<'_>> {
        let mut waiting = self.waiting.lock();
        if waiting.len() >= MOST_WAITING {
            return None;
        }
        let key = (event, function.to_owned());
        let now = Arc::new(Notify::new());
        waiting.insert(key.clone(), now.clone());
        Some(Waiting {
            retries: self,
            key,
            now,
        })
    }

    /// Ends the wait of an event for a function. Tells whether there was one.
    pub fn hurry(&self, event: u64, function: &str) -> bool {
        let key = (event, function.to_owned());
        match self.waiting.lock().get(&key) {
            Some(now) => {
                now.notify_one();
                true
            }
            None => false,
        }
    }
}

impl Waiting<'_> {
    /// Waits so long, or until it is hurried.
    pub async fn wait(&self, time: Duration) {
        tokio::select! {
            () = tokio::time::sleep(time) => {}
            () = self.now.notified() => {}
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.retries.waiting.lock().remove(&self.key);
    }
}
