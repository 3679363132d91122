//! A recorder, as it goes to another process.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::recorded_answers::RecordedAnswers;
use super::recorder::Recorder;
use crate::cassette::{CassetteHandover, Redactor, Rules};
use crate::net::replay::ReplayerHandover;
use crate::secrets::Secrets;

/// A [`Recorder`] that has recorded nothing, for another process.
#[derive(Serialize, Deserialize)]
pub struct RecorderHandover {
    known: Option<ReplayerHandover>,
    answers: Option<(CassetteHandover, Rules)>,
}

impl Recorder {
    pub fn handover(&self) -> RecorderHandover {
        let answers = self.answers();
        RecorderHandover {
            known: self.known().map(|known| known.handover()),
            answers: answers.map(|answers| {
                let rules = answers.redactor.rules().clone();
                (answers.cassette.handover(), rules)
            }),
        }
    }
}

impl RecorderHandover {
    /// The recorder, which redacts by `secrets`.
    pub fn receive(self, secrets: &Arc<Secrets>) -> Recorder {
        let recorder = match self.known {
            Some(known) => Recorder::missing_from(known.receive(secrets)),
            None => Recorder::new(),
        };
        let Some((cassette, rules)) = self.answers else {
            return recorder;
        };
        let redactor = Redactor::new(Arc::new(rules), secrets.clone());
        recorder.answered_by(RecordedAnswers::new(cassette.index(&redactor), redactor))
    }
}
