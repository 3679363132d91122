//! What stands between functions and the network: nothing, something that writes down, or
//! something that answers in its place.

mod convert;
mod play;
mod record;
mod silence;
mod watch;

pub use self::play::Miss;
pub use self::play::Nearest;
pub use self::play::Player;
pub use self::record::Recorded;
pub use self::record::Recorder;

pub(crate) use self::convert::nobody;
pub(crate) use self::convert::request;
pub(crate) use self::convert::response;
pub(crate) use self::play::Found;
pub(crate) use self::record::Take;
pub(crate) use self::silence::Silence;
pub(crate) use self::silence::silent_here;
pub(crate) use self::watch::Tap;
pub(crate) use self::watch::Watched;

use crate::options::NetPolicy;

/// Where requests go. Clones share what was recorded or played.
#[derive(Clone, Debug, Default)]
pub enum Tape {
    /// To the network, as far as the policy lets them.
    #[default]
    Live,
    /// To the network, and what comes of them is kept whole.
    Record(Recorder),
    /// Nowhere: a cassette answers, and no socket is opened.
    Replay(Player),
    /// Nowhere: every request is answered with a success that says nothing.
    Stub(Stub),
}

/// Answers requests with status 200 and `{}` (those of `AWS` with nothing).
#[derive(Clone, Debug)]
pub struct Stub {
    /// Where GET and HEAD requests may really go.
    pub let_through: NetPolicy,
}

impl Tape {
    /// Whether what comes is written down.
    pub fn is_recording(&self) -> bool {
        matches!(self, Tape::Record(_))
    }

    /// Whether nothing may leave the machine, so that the machine's credentials are of no use.
    pub fn is_closed(&self) -> bool {
        matches!(self, Tape::Replay(_) | Tape::Stub(_))
    }
}

impl Default for Stub {
    fn default() -> Stub {
        Stub {
            let_through: NetPolicy::Deny,
        }
    }
}
