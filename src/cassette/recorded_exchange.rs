//! One request as it was made, and what came of it.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::payload::Payload;
use crate::node_error::NodeError;
use crate::outcome::Via;

/// One request and what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedExchange {
    pub via: Via,
    /// When the request began.
    pub started: SystemTime,
    /// From the request's beginning to the response's end, in milliseconds.
    pub ms: f64,
    pub request: Request,
    pub answer: Answer,
    /// The answer was given to another request, and taken for this one's.
    pub assumed: bool,
}

/// Names and values, as often and in the order that they came. Each character of a value is one
/// byte, as in Node.
pub type Headers = Vec<(String, String)>;

/// What was asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    pub method: String,
    /// Absolute, without user and password.
    pub url: String,
    pub headers: Headers,
    pub body: Payload,
}

/// What came of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    Response(Response),
    /// No response, for this reason.
    Failed(NodeError),
    /// None: the function gave up before there was a response.
    NoResponse,
}

/// A response.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Response {
    pub status: u16,
    /// The status line's text.
    pub reason: String,
    pub headers: Headers,
    pub body: Payload,
    pub trailers: Headers,
    /// Why the body broke off after what is there of it.
    pub broken: Option<NodeError>,
}

/// The first value of the header `name`, which is in lower case.
pub(crate) fn header<'h>(headers: &'h Headers, name: &str) -> Option<&'h str> {
    headers
        .iter()
        .find(|(other, _)| other.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}
