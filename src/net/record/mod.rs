//! What is kept of exchanges while they go by.

mod body_tee;
mod recorder;
pub(super) mod to_cassette;

pub(super) use self::body_tee::{BodyTee, SentBody};
pub(super) use self::recorder::ExchangeRecorder;
pub use self::recorder::{RecordedTraffic, Recorder};
