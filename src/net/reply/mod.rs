//! Answers that were written by hand. They stand before the cassette, and before the network.

mod condition;
mod failure;
mod handover;
mod replies;
mod reply;
mod target;
mod waiting;

pub use self::condition::{ConditionError, ReplyCondition};
pub use self::failure::{ReplyFailure, ReplyFailureError};
pub use self::handover::RepliesHandover;
pub(super) use self::replies::Replied;
pub use self::replies::{Replies, UnusedReply};
pub use self::reply::{Reply, ReplyAnswer, ReplyContent};
pub(super) use self::target::fits;
pub use self::target::{ReplyTarget, TargetError};
pub(super) use self::waiting::Waiting;
pub(crate) use self::waiting::{give_due, next_answer, waiting_here, watch_waiting};
