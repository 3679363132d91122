//! Secrets that a worker process learns, such as the credentials of a role, and its supervisor has to
//! know: it is the supervisor that writes.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::secrets::{LearnedSecret, Secrets};

/// What a worker process has learned.
#[derive(Default, Serialize, Deserialize)]
pub struct Learned(Vec<LearnedSecret>);

impl Learned {
    /// In the supervisor: keeps it.
    pub fn remember(&self, secrets: &Secrets) {
        self.0.iter().for_each(|secret| secrets.learn(secret));
    }
}

/// In the worker process: what is told already.
pub struct Learner {
    secrets: Arc<Secrets>,
    told: usize,
}

impl Learner {
    /// What is known now was known before the process was forked.
    pub fn new(secrets: Arc<Secrets>) -> Learner {
        Learner {
            told: secrets.count(),
            secrets,
        }
    }

    /// What is new since the last time.
    pub fn learned(&mut self) -> Learned {
        let told = std::mem::replace(&mut self.told, self.secrets.count());
        match told == self.told {
            true => Learned::default(),
            false => Learned(self.secrets.learned_since(told)),
        }
    }
}
