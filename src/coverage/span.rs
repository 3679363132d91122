//! Stretches of a script.

use serde::{Deserialize, Serialize};

/// A stretch of a script: from `start` to before `end`, in UTF-16 code units, as V8 counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

/// A stretch that ran `count` times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    pub span: Span,
    pub count: u64,
}
