//! Cassettes: files of exchanges, so that a function can be run again without a network
//! (docs/cassettes.md).
//!
//! A cassette is a HAR 1.2 file. What is secret is taken out before it is written
//! ([`Redactor`]), and a request is looked up after the same was taken out of it
//! ([`RequestKey`]).

#[expect(
    clippy::module_inception,
    reason = "a type lives in the file of its name, the room's own one too"
)]
mod cassette;
mod coding;
mod content;
mod error;
mod file;
mod har;
mod indexed;
mod limits;
mod masking;
mod multipart;
mod payload;
mod recorded_exchange;
mod redact;
mod redaction;
mod request_difference;
mod request_key;
mod rules;
mod rules_error;
mod sent;

pub use self::cassette::Cassette;
pub use self::coding::Coding;
pub use self::content::Content;
pub use self::error::{CassetteError, EntryError};
pub use self::indexed::{CassetteHandover, EntryName, IndexedCassette, Interaction};
pub use self::limits::{FILE, MAX_SIZE, VERSION};
pub use self::multipart::Multipart;
pub use self::payload::Payload;
pub(crate) use self::recorded_exchange::header;
pub use self::recorded_exchange::{Answer, Headers, RecordedExchange, Request, Response};
pub use self::redact::{Redactor, are_silent};
pub use self::redaction::Redaction;
pub use self::request_difference::RequestDifference;
pub use self::request_key::{Distance, RequestKey};
pub(crate) use self::rules::lower_header;
pub use self::rules::{MASKED, Rules};
pub use self::rules_error::{RuleProblem, RulesError};
pub(crate) use self::sent::sent;
