//! Answers from cassettes, in the network's place.

mod handover;
mod miss;
mod replayed;
mod replayer;

pub use self::handover::{ReplayProgress, ReplayerHandover};
pub use self::miss::{Miss, Nearest};
pub use self::replayed::AssumedRequest;
pub(super) use self::replayed::Replayed;
pub use self::replayer::Replayer;
