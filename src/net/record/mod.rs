//! What is kept of exchanges while they go by.

mod body_tee;
mod handover;
mod recorded_answers;
mod recorder;
pub(super) mod to_cassette;

pub(super) use self::body_tee::{BodyCopy, BodyTee};
pub use self::handover::RecorderHandover;
pub use self::recorded_answers::RecordedAnswers;
pub(super) use self::recorder::ExchangeRecorder;
pub use self::recorder::{RecordedTraffic, Recorder};
