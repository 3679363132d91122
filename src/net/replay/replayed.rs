//! Answers that cassettes gave.

use serde::{Deserialize, Serialize};

use crate::cassette::{Answer, EntryName, Request};

/// A recorded answer.
#[derive(Clone, Debug)]
pub(in crate::net) struct Replayed {
    pub answer: Box<Answer>,
    /// How long it took when it was recorded, in milliseconds; `None` where it was not recorded.
    pub ms: Option<f64>,
    /// The exchange that it is from, if it was recorded for another request.
    pub assumed: Option<EntryName>,
}

/// A request that was answered as recorded for another one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AssumedRequest {
    /// Redacted.
    pub request: Request,
    /// The exchange whose answer it got.
    pub at: EntryName,
    /// Whether another request had got that answer before.
    pub again: bool,
    /// How many exchanges its cassette has.
    pub of: usize,
}
