//! The messages that have come, so that one that comes again is known.

use std::collections::{HashSet, VecDeque};
use std::hash::BuildHasher;
use std::time::{Duration, Instant};

use foldhash::quality::RandomState;
use parking_lot::Mutex;

/// The platform knows a message again for a day at least (docs/serve.md); so many are remembered.
const REMEMBERED: usize = 100_000;
const REMEMBERED_FOR: Duration = Duration::from_secs(24 * 3600);

/// The ids of the last messages.
#[derive(Default)]
pub struct KnownMessages {
    ids: Mutex<Ids>,
    hasher: RandomState,
}

/// What stands for an id. That a new one is taken for one of those remembered happens once in 100,000,000,000,000 times.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct MessageHash(u64);

#[derive(Default)]
struct Ids {
    all: HashSet<MessageHash, RandomState>,
    /// The oldest first.
    order: VecDeque<(MessageHash, Instant)>,
}

impl KnownMessages {
    /// Remembers an id that came `now`; `None` where it has come before.
    pub fn remember(&self, id: &str, now: Instant) -> Option<MessageHash> {
        let hash = MessageHash(self.hasher.hash_one(id));
        let mut ids = self.ids.lock();
        while let Some((oldest, since)) = ids.order.front().copied()
            && (ids.order.len() >= REMEMBERED || now - since > REMEMBERED_FOR)
        {
            ids.order.pop_front();
            ids.all.remove(&oldest);
        }
        ids.all.insert(hash).then(|| {
            ids.order.push_back((hash, now));
            hash
        })
    }

    /// Forgets an id that was remembered just now: the message may come again.
    pub fn forget(&self, hash: MessageHash) {
        let mut ids = self.ids.lock();
        ids.all.remove(&hash);
        let place = ids.order.iter().rposition(|(known, _)| *known == hash);
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
        let remember = |id: &str, at| known.remember(id, at);
        for number in 0..REMEMBERED {
            assert!(remember(&number.to_string(), now).is_some());
        }
        let later = now + REMEMBERED_FOR;
        assert!(remember("1", later).is_none());
        // One more, and the oldest is forgotten.
        let more = remember("more", later).expect("a new one");
        assert!(remember("0", later).is_some());
        known.forget(more);
        assert!(remember("more", later).is_some());
        let next_day = later + Duration::from_secs(1);
        assert!(remember("5", next_day).is_some());
        assert!(remember("more", next_day).is_none());
    }
}
