//! What a cassette's file holds.

use super::recorded_exchange::RecordedExchange;
use super::redaction::Redaction;

/// The exchanges of a file, in the order of their beginnings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cassette {
    pub exchanges: Vec<RecordedExchange>,
    /// What was redacted beyond what always is.
    pub redaction: Redaction,
    /// The server that stood for AWS, where it wasn't AWS itself: a URL.
    pub aws: Option<String>,
}
