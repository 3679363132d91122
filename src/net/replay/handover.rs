//! A replay, as it goes to another process, and how far it came there.

use std::collections::HashSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::miss::Miss;
use super::replayed::AssumedRequest;
use super::replayer::{At, Replayer};
use crate::cassette::{CassetteHandover, Redactor, Rules};
use crate::secrets::Secrets;

/// A [`Replayer`] at its beginning, for another process.
#[derive(Serialize, Deserialize)]
pub struct ReplayerHandover {
    cassettes: Vec<CassetteHandover>,
    rules: Rules,
    repeats: bool,
    assumes: bool,
}

/// How far a replay has come.
#[derive(Serialize, Deserialize)]
pub struct ReplayProgress {
    used: HashSet<At>,
    misses: Vec<Miss>,
    assumed: Vec<AssumedRequest>,
}

impl Replayer {
    pub fn handover(&self) -> ReplayerHandover {
        let cassettes = self.cassettes.iter();
        ReplayerHandover {
            cassettes: cassettes.map(|one| one.handover()).collect(),
            rules: self.redactor.rules().clone(),
            repeats: self.repeats,
            assumes: self.assumes,
        }
    }

    pub fn progress(&self) -> ReplayProgress {
        let state = self.state.lock();
        ReplayProgress {
            used: state.used.clone(),
            misses: state.misses.clone(),
            assumed: state.assumed.clone(),
        }
    }

    /// Takes over how far its [`ReplayerHandover`] came. What it is asked for afterwards isn't known here.
    pub fn take_over(&self, progress: ReplayProgress) {
        let mut state = self.state.lock();
        state.used = progress.used;
        state.misses = progress.misses;
        state.assumed = progress.assumed;
    }
}

impl ReplayerHandover {
    /// The replay, which redacts by `secrets`.
    pub fn receive(self, secrets: &Arc<Secrets>) -> Replayer {
        let redactor = Redactor::new(Arc::new(self.rules), secrets.clone());
        let cassettes = self.cassettes.into_iter();
        let cassettes = cassettes.map(|one| Arc::new(one.index(&redactor)));
        let mut replayer = Replayer::new(cassettes.collect(), redactor.clone());
        (replayer.repeats, replayer.assumes) = (self.repeats, self.assumes);
        replayer
    }
}
