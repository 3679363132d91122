//! Cassettes: files of exchanges, so that a function can be run again without a network
//! (docs/cassettes.md).
//!
//! A cassette is a HAR 1.2 file. What is secret is taken out before it is written
//! ([`Redactor`]), and a request is looked up after the same was taken out of it ([`Asked`]).

mod coding;
mod content;
mod error;
mod file;
mod har;
mod indexed;
mod matching;
mod multipart;
mod names;
mod path;
mod redact;
mod rules;
mod sent;

use std::time::SystemTime;

use bytes::Bytes;
use serde::Deserialize;
use serde::Serialize;

pub use self::coding::Coding;
pub use self::content::Content;
pub use self::error::CassetteError;
pub use self::indexed::EntryName;
pub use self::indexed::IndexedCassette;
pub use self::matching::Asked;
pub use self::matching::Difference;
pub use self::path::FieldPath;
pub use self::path::Part;
pub use self::path::PathError;
pub use self::redact::Redactor;
pub use self::rules::MASKED;
pub use self::rules::Rules;
pub use self::rules::RulesError;
pub(crate) use self::sent::sent;

use crate::outcome::Via;

/// The version of the form that this segfn writes, in `log._segfn.version`.
pub const VERSION: u64 = 1;

/// A cassette's largest size, in bytes; as much is recorded at most.
pub const MAX_SIZE: u64 = 64 << 20;

/// The name of a case's cassette.
pub const FILE: &str = "traffic.har";

/// The exchanges of a file, in the order of their beginnings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cassette {
    pub entries: Vec<Entry>,
    /// What was redacted beyond what always is.
    pub redaction: Redaction,
    /// The server that stood for AWS, where it wasn't AWS itself: a URL.
    pub aws: Option<String>,
}

/// The lists of `[redact]` that a cassette was written under.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Redaction {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub json: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub patterns: Vec<String>,
}

impl Redaction {
    fn is_empty(&self) -> bool {
        *self == Redaction::default()
    }
}

/// One request and what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub via: Via,
    /// When the request began.
    pub started: SystemTime,
    /// From the request's beginning to the response's end, in milliseconds.
    pub ms: f64,
    pub request: Request,
    pub answer: Answer,
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

/// A body, decoded so that people and rules can read it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Payload {
    pub bytes: Bytes,
    /// How it was encoded on its way, the outermost last.
    pub codings: Vec<Coding>,
}

/// What came of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    Response(Response),
    /// No response, for this reason.
    Failed(Failure),
    /// The function gave up before there was a response.
    Silence,
}

/// A response.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Response {
    pub status: u16,
    /// The status line's text.
    pub reason: String,
    pub headers: Headers,
    pub body: Payload,
    pub trailers: Headers,
    /// Why the body broke off after what is there of it.
    pub broken: Option<Failure>,
}

/// A failure in Node's words; the fields are those of [`NetError`](crate::net::NetError).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Failure {
    pub code: String,
    pub message: String,
    pub stage: Stage,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errno: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub syscall: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hostname: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Failure>,
}

/// How far a request came before it failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// It was not tried.
    Refused,
    /// No connection; the default, since most files of others that tell a failure mean this.
    #[default]
    Connect,
    /// No connection in time.
    ConnectTimeout,
    /// Before the response's head was there.
    Head,
    /// Within the response's body.
    Body,
}

/// The first value of the header `name`, which is in lower case.
pub(crate) fn header<'h>(headers: &'h Headers, name: &str) -> Option<&'h str> {
    headers
        .iter()
        .find(|(other, _)| other.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}
