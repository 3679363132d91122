//! Replies, as they go to another process.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::replies::Replies;
use super::reply::Reply;
use crate::cassette::{Redactor, Rules};
use crate::secrets::Secrets;

/// [`Replies`] of which none was given, for another process.
#[derive(Serialize, Deserialize)]
pub struct RepliesHandover {
    list: Vec<Reply>,
    rules: Rules,
}

impl Replies {
    pub fn handover(&self) -> RepliesHandover {
        RepliesHandover {
            list: self.list.to_vec(),
            rules: self.redactor.rules().clone(),
        }
    }

    /// For each, how many requests it was for so far.
    pub fn progress(&self) -> Vec<u32> {
        self.met.lock().clone()
    }

    /// Takes over how far their [`RepliesHandover`] came.
    pub fn take_over(&self, progress: Vec<u32>) {
        let mut met = self.met.lock();
        if met.len() == progress.len() {
            *met = progress;
        }
    }
}

impl RepliesHandover {
    /// The replies, which redact by `secrets`.
    pub fn receive(self, secrets: &Arc<Secrets>) -> Replies {
        Replies::new(
            self.list,
            Redactor::new(Arc::new(self.rules), secrets.clone()),
        )
    }
}
