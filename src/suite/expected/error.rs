//! Why a text is no expectation.

use crate::hints;

/// The version of the format that this segfn writes (docs/testing.md).
pub const FORMAT_VERSION: u64 = 1;

/// Why a text is no [`Expected`](super::Expected).
#[derive(Debug, thiserror::Error)]
pub enum ExpectedError {
    #[error("not JSON: {problem}")]
    Json {
        line: u32,
        column: u32,
        problem: String,
    },
    #[error("expected an object in braces")]
    NoObject,
    #[error("expected `\"v\": {FORMAT_VERSION}`, the version of the format")]
    NoVersion,
    #[error(
        "it has version {0} of the format, but this segfn reads versions up to {FORMAT_VERSION}"
    )]
    Newer(u64),
}

impl ExpectedError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            ExpectedError::Newer(_) => "a newer segfn wrote it: update segfn",
            _ => hints::ACCEPT_AGAIN,
        }
    }
}
