//! What stands between functions and the network: nothing, something that records, or something
//! that answers in its place.

use http::{Method, Request};
use serde::{Deserialize, Serialize};

use super::destination::port_of;
use super::record::Recorder;
use super::replay::Replayer;
use crate::options::NetPolicy;

/// Where requests go. Clones share what was recorded or replayed.
#[derive(Clone, Debug, Default)]
pub enum NetMode {
    /// To the network, as far as the policy lets them.
    #[default]
    Live,
    /// To the network, and what comes of them is kept whole.
    Record(Recorder),
    /// Nowhere: a cassette answers, and no socket is opened.
    Replay(Replayer),
    /// Nowhere: every request is answered with a success that says nothing.
    Stub(Stub),
}

/// Answers requests with status 200 and `{}` (those of `AWS` with nothing).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Stub {
    /// Where GET and HEAD requests may really go.
    pub let_through: NetPolicy,
}

impl NetMode {
    /// Whether what comes from the network is written down.
    pub fn is_recording(&self) -> bool {
        matches!(self, NetMode::Record(recorder) if recorder.answers().is_none())
    }

    /// Answers from now on as it did at first.
    pub fn rewind(&self) {
        if let NetMode::Replay(player) = self {
            player.rewind();
        }
    }

    /// Whether nothing may leave the machine, so that the machine's credentials are of no use.
    pub fn is_closed(&self) -> bool {
        match self {
            NetMode::Replay(_) | NetMode::Stub(_) => true,
            NetMode::Record(recorder) => recorder.answers().is_some(),
            NetMode::Live => false,
        }
    }
}

impl Stub {
    /// Whether a request really goes out.
    pub(super) fn lets_through<B>(&self, request: &Request<B>) -> bool {
        let harmless = matches!(*request.method(), Method::GET | Method::HEAD);
        let host = request.uri().host().unwrap_or_default();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        harmless && self.let_through.allows(bare, port_of(request.uri()))
    }
}

impl Default for Stub {
    fn default() -> Stub {
        Stub {
            let_through: NetPolicy::Deny,
        }
    }
}
