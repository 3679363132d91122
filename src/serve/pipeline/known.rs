//! The messages that have come, so that one that comes again is known.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

/// The platform knows a message again for a day at least (docs/serve.md); so many are remembered.
const REMEMBERED: usize = 100_000;
const REMEMBERED_FOR: Duration = Duration::from_secs(24 * 3600);

/// The ids of the last messages.
#[derive(Default)]
pub struct KnownMessages(Mutex<Ids>);

#[derive(Default)]
struct Ids {
    all: HashSet<Arc<str>>,
    /// The oldest first.
    order: VecDeque<(Arc<str>, Instant)>,
}

impl KnownMessages {
    /// Remembers an id. Tells whether it is new.
    pub fn remember(&self, id: &str) -> bool {
        self.remember_at(id, Instant::now())
    }

    fn remember_at(&self, id: &str, now: Instant) -> bool {
        let mut ids = self.0.lock();
        while let Some((oldest, since)) = ids.order.front()
            && (ids.order.len() >= REMEMBERED || now - *since > REMEMBERED_FOR)
        {
            let oldest = oldest.clone();
            ids.order.pop_front();
            ids.all.remove(&oldest);
        }
        if ids.all.contains(id) {
            return false;
        }
        let id: Arc<str> = id.into();
        ids.order.push_back((id.clone(), now));
        ids.all.insert(id)
    }

    /// Forgets an id that was remembered just now: the message may come again.
    pub fn forget(&self, id: &str) {
        let mut ids = self.0.lock();
        ids.all.remove(id);
        let place = ids.order.iter().rposition(|(known, _)| **known == *id);
        if let Some(place) = place {
            ids.order.remove(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_messages_are_known_for_a_day() {
        let known = KnownMessages::default();
        let now = Instant::now();
        for number in 0..REMEMBERED {
            assert!(known.remember_at(&number.to_string(), now));
        }
        let later = now + REMEMBERED_FOR;
        assert!(!known.remember_at("1", later));
        // One more, and the oldest is forgotten.
        assert!(known.remember_at("more", later));
        assert!(known.remember_at("0", later));
        known.forget("more");
        assert!(known.remember_at("more", later));
        let next_day = later + Duration::from_secs(1);
        assert!(known.remember_at("5", next_day));
        assert!(!known.remember_at("more", next_day));
    }
}
