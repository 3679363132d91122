//! Why a text is no value of JSON.

use serde::de::IgnoredAny;

use crate::text::{offset_of, problem_of};

/// How many lists and objects may lie in one another. V8 reads deeper ones, but writes hardly any:
/// `JSON.stringify` gives up after some thousands. Code that goes through a value calls itself, and its
/// stack has an end.
pub const MAX_DEPTH: usize = 1_000;

/// Why a text is no [`Json`](super::Json), and at which byte of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    #[error("{problem}")]
    Syntax { offset: usize, problem: String },
    #[error(
        "lists and objects lie in one another more than {MAX_DEPTH} deep, which segfn can run but not keep or compare"
    )]
    TooDeep { offset: usize },
}

impl JsonError {
    pub(super) fn syntax(text: &str) -> JsonError {
        // It knows where, and what.
        match serde_json::from_str::<IgnoredAny>(text) {
            Err(error) => JsonError::Syntax {
                offset: offset_of(text, &error),
                problem: problem_of(text, &error),
            },
            Ok(_) => JsonError::Syntax {
                offset: 0,
                problem: "expected JSON".to_owned(),
            },
        }
    }

    /// The byte of the text at which it is wrong.
    pub fn offset(&self) -> usize {
        match self {
            JsonError::Syntax { offset, .. } | JsonError::TooDeep { offset } => *offset,
        }
    }
}
