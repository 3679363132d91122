//! All that came of one invocation. Every command prints or compares this one type.
//!
//! The JSON form is a promise (docs/outcome.md, docs/outcome.schema.json): fields are absent
//! where they are empty, and [`Outcome::v`] changes when a reader would have to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::function::Kind;
use crate::json::Json;
use crate::text::Place;

/// The version of the JSON form that this segfn writes.
pub const FORMAT_VERSION: u32 = 1;

/// What one invocation did (docs/platform.md section 6 for the classes).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Outcome {
    /// Version of this form: [`FORMAT_VERSION`].
    pub v: u32,
    /// Where the input came from: a file's path, with `:LINE` in an NDJSON file or `[INDEX]`
    /// in an array; `sample:NAME` for a sample.
    pub input: String,
    /// The kind the function ran as.
    pub kind: Kind,
    /// The handler that was called, such as `onTrack`; absent when none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handler: Option<String>,
    pub class: Class,
    /// What the handler returned, as JSON; absent for `undefined` and what JSON can't express.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "even_null"
    )]
    pub value: Option<Box<RawValue>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Failure>,
    /// What a source function sent through `Segment.*` (docs/platform.md section 5).
    #[serde(default, skip_serializing_if = "Messages::is_empty")]
    pub messages: Messages,
    /// One entry an event, for `onBatch` (docs/platform.md section 7).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub batch: Vec<BatchItem>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub logs: Vec<Log>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exchanges: Vec<Exchange>,
    /// What the embedded AWS holds that the invocation put there; only where it was asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objects: Vec<StoredObject>,
    #[serde(default, skip_serializing_if = "CacheUse::is_empty")]
    pub cache: CacheUse,
    /// What segfn noticed and production would not say: each a sentence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// Wall time of the invocation, in milliseconds; on a frozen clock, the time that it waited.
    pub ms: f64,
}

impl Outcome {
    /// Whether the invocation, or one event of its batch, failed: it makes the exit code 1.
    pub fn is_failure(&self) -> bool {
        self.class.is_failure() || self.batch.iter().any(|item| item.class.is_failure())
    }
}

/// A `null` that was returned is a value, and not the absence of one.
fn even_null<'de, D: serde::Deserializer<'de>>(
    value: D,
) -> Result<Option<Box<RawValue>>, D::Error> {
    Box::deserialize(value).map(Some)
}

/// How the platform would treat the invocation (docs/platform.md section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// The handler finished.
    Success,
    /// The platform would call again later: `RetryError`, or out of time.
    Retry,
    /// The platform would drop the event and show the error.
    Discard,
    /// The event is dropped without being an error: `DropEvent`, or an insert function that
    /// returned nothing.
    Filtered,
    /// No handler is meant for this input, so nothing ran: its `type` is unknown
    /// (docs/platform.md section 1.2).
    Skipped,
}

impl Class {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Class::Success => "success",
            Class::Retry => "retry",
            Class::Discard => "discard",
            Class::Filtered => "filtered",
            Class::Skipped => "skipped",
        }
    }

    /// Whether an author would call this a failure.
    pub fn is_failure(self) -> bool {
        matches!(self, Class::Retry | Class::Discard)
    }
}

/// The error that ended an invocation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Failure {
    /// The thrown value's `name`, or what segfn calls it: `Timeout`, `MemoryLimit`, `Crash`.
    pub name: String,
    pub message: String,
    /// The platform's name for this type of failure, such as `Bad Request`.
    #[serde(rename = "type")]
    pub title: String,
    /// The platform's code in its delivery tables, such as `bad_request`.
    pub code: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stack: Option<String>,
    /// The innermost place in the user's file, when the error has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Place>,
}

/// What a source function sent, in the order of its calls.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Messages {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<Box<RawValue>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objects: Vec<Box<RawValue>>,
}

impl Messages {
    pub fn is_empty(&self) -> bool {
        self.events.is_empty() && self.objects.is_empty()
    }
}

/// The fate of one event of a batch.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct BatchItem {
    pub class: Class,
    /// The status the function gave, for destination functions (docs/platform.md section 7.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<f64>,
    /// The function's `errormessage`, for destination functions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The event that goes on, for insert functions (docs/platform.md section 7.2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<Box<RawValue>>,
}

/// One call of a console method.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Log {
    pub level: Level,
    /// RFC 3339, UTC, with milliseconds.
    pub time: String,
    /// The text as Node would print it, without the final newline.
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Debug,
    Log,
    Info,
    Warn,
    Error,
}

/// One request and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Exchange {
    pub via: Via,
    pub method: String,
    pub url: String,
    /// The response's status; absent when there was no response.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why there was no response, such as `connect ECONNREFUSED 127.0.0.1:1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// From the beginning of the invocation to the request's, in milliseconds, as if each answer of a
    /// cassette had taken as long as when it was recorded.
    #[serde(skip)]
    pub start: f64,
    /// From the request's start to the response's end, in milliseconds; where a cassette answers, as it
    /// was recorded.
    pub ms: f64,
    /// Where the answer stands, if it was recorded for a request that differs:
    /// `cases/vip/traffic.har, entry 2`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assumed: Option<String>,
    /// What was sent; only where it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<Sent>,
    /// What came back; only where it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<Sent>,
    /// What went wrong because somebody wanted it to: a status, `reset` or `delay`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}

/// The rest of a request or of a response, as a person reads it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Sent {
    /// Lower-case names; several values of one name are joined by `, `. Without those that say
    /// nothing about the function, such as `host`, `connection` and `accept-encoding`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<SentBody>,
}

/// A body, decoded by its `content-encoding` and `content-type`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum SentBody {
    Json(#[cfg_attr(test, schemars(with = "serde_json::Value"))] Json),
    /// `application/x-www-form-urlencoded`: names and values in their order.
    Form(Vec<(String, String)>),
    /// `multipart/form-data`.
    Multipart(Vec<SentPart>),
    Text(String),
    Base64(String),
}

/// One part of a multipart body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SentPart {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    pub body: SentBody,
}

/// An object of the embedded S3.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StoredObject {
    pub bucket: String,
    pub key: String,
    /// In bytes.
    pub size: u64,
    /// Of its bytes, in lower-case hexadecimal.
    pub sha256: String,
    /// Its text, when that is small; of a gzip file, the text in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

/// Who made the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Via {
    /// `fetch`, `https` or a library over them.
    Http,
    /// `AWS`, over the network.
    Aws,
    /// `AWS`, answered inside this process.
    Embedded,
}

/// What `cache` did during the invocation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CacheUse {
    pub hits: u32,
    pub misses: u32,
}

impl CacheUse {
    pub fn is_empty(&self) -> bool {
        *self == CacheUse::default()
    }
}
