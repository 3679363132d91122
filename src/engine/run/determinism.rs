//! The clock and the randomness of what runs on a thread.

use std::time::SystemTime;

use crate::engine::Frozen;
use crate::host::Clock;
use crate::host::clock;
use crate::random;
use crate::random::Random;

#[derive(Clone)]
pub struct Determinism {
    pub clock: Clock,
    random: Random,
    frozen: Option<Frozen>,
}

impl Determinism {
    /// The real ones where nothing is frozen.
    pub fn new(frozen: Option<Frozen>) -> Determinism {
        Determinism {
            clock: frozen.map_or(Clock::Real, |frozen| Clock::frozen(frozen.time)),
            random: frozen.map_or_else(Random::default, |frozen| Random::seeded(frozen.seed)),
            frozen,
        }
    }

    /// Makes it the one of this thread.
    pub fn enter(&self) {
        clock::set_of_thread(self.clock.clone());
        random::set_of_thread(self.random.clone());
    }

    /// Back to the beginning, where it is frozen; or to `at`.
    pub fn restart(&self, at: Option<SystemTime>) {
        if let Some(Frozen { time, seed }) = self.frozen {
            self.clock.set(at.unwrap_or(time));
            self.random.reseed(seed);
        }
    }
}
