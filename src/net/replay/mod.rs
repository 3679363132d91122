//! Answers from cassettes, in the network's place.

mod miss;
mod no_response;
mod replayer;

pub use self::miss::{Miss, Nearest};
pub(super) use self::no_response::NoResponse;
pub(crate) use self::no_response::unanswered_here;
pub use self::replayer::Replayer;
