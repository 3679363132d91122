//! What stands between functions and the network, as it goes to another process, and what came of it there.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::mode::{NetMode, Stub};
use super::record::{RecordedTraffic, RecorderHandover};
use super::replay::{ReplayProgress, ReplayerHandover};
use super::reply::Replies;
use crate::cassette::Redactor;
use crate::secrets::Secrets;

/// A [`NetMode`] at its beginning, for another process.
#[derive(Serialize, Deserialize)]
pub enum NetModeHandover {
    Live,
    Record(Box<RecorderHandover>),
    Replay(ReplayerHandover),
    Stub(Stub),
}

/// What became of a mode, and of the replies before it, while a function ran.
#[derive(Serialize, Deserialize)]
pub struct NetProgress {
    mode: ModeProgress,
    /// [`Replies::progress`]
    replies: Vec<u32>,
}

#[derive(Serialize, Deserialize)]
enum ModeProgress {
    /// There is none that anyone asks for.
    None,
    Recorded(RecordedTraffic),
    Replayed(ReplayProgress),
}

impl NetMode {
    pub fn handover(&self) -> NetModeHandover {
        match self {
            NetMode::Live => NetModeHandover::Live,
            NetMode::Record(recorder) => NetModeHandover::Record(Box::new(recorder.handover())),
            NetMode::Replay(replayer) => NetModeHandover::Replay(replayer.handover()),
            NetMode::Stub(stub) => NetModeHandover::Stub(stub.clone()),
        }
    }
}

impl NetModeHandover {
    /// The mode, which redacts by `secrets`.
    pub fn receive(self, secrets: &Arc<Secrets>) -> NetMode {
        match self {
            NetModeHandover::Live => NetMode::Live,
            NetModeHandover::Record(recorder) => NetMode::Record(recorder.receive(secrets)),
            NetModeHandover::Replay(replayer) => NetMode::Replay(replayer.receive(secrets)),
            NetModeHandover::Stub(stub) => NetMode::Stub(stub),
        }
    }
}

impl NetProgress {
    /// What became of `mode` and `replies` in this process. What was recorded is redacted.
    pub fn of(mode: &NetMode, replies: &Replies, redactor: &Redactor) -> NetProgress {
        NetProgress {
            mode: match mode {
                NetMode::Live | NetMode::Stub(_) => ModeProgress::None,
                NetMode::Record(recorder) => ModeProgress::Recorded(recorder.finish(redactor)),
                NetMode::Replay(replayer) => ModeProgress::Replayed(replayer.progress()),
            },
            replies: replies.progress(),
        }
    }

    /// Makes it known to the `mode` and the `replies` that were handed over.
    pub fn take_over(self, mode: &NetMode, replies: &Replies) {
        match (self.mode, mode) {
            (ModeProgress::Recorded(traffic), NetMode::Record(recorder)) => {
                recorder.take_over(traffic);
            }
            (ModeProgress::Replayed(progress), NetMode::Replay(replayer)) => {
                replayer.take_over(progress);
            }
            _ => {}
        }
        replies.take_over(self.replies);
    }
}
