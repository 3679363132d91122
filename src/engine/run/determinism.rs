//! The clock and the randomness of a thread: both real, or frozen and seeded.

use std::time::SystemTime;

use crate::engine::Frozen;
use crate::host::{Clock, clock};
use crate::random;
use crate::random::Random;

#[derive(Clone)]
pub struct Determinism {
    pub clock: Clock,
    random: Random,
    frozen: Option<Frozen>,
}

impl Determinism {
    /// A frozen clock and a seeded randomness, or the real ones without `frozen`.
    pub fn new(frozen: Option<Frozen>) -> Determinism {
        Determinism {
            clock: frozen.map_or(Clock::Real, |frozen| Clock::frozen(frozen.time)),
            random: frozen.map_or_else(Random::default, |frozen| Random::seeded(frozen.seed)),
            frozen,
        }
    }

    /// Makes them those of this thread.
    pub fn enter(&self) {
        clock::set_of_thread(self.clock.clone());
        random::set_of_thread(self.random.clone());
    }

    /// Puts a frozen clock back to its beginning, or to `at`, and the randomness to its seed.
    pub fn restart(&self, at: Option<SystemTime>) {
        if let Some(Frozen { time, seed }) = self.frozen {
            self.clock.set(at.unwrap_or(time));
            self.random.reseed(seed);
        }
    }
}
