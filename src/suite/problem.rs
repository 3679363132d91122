//! Why a case does not pass.

use serde::{Deserialize, Serialize};

use crate::json::Difference;

/// One reason for a case not to pass.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Problem {
    /// What is expected is on the left, what the case did is on the right.
    Different(Difference),
    /// There is nothing to compare with yet.
    NoExpectation,
    /// A request that the cassette has no answer to; what is nearest stands below.
    Miss(String),
    /// Something in the cassette that no request asked for.
    Unused(String),
    /// A reply that no request asked for, or not as often as it is to be given.
    UnusedReply(String),
    /// The case can't be read, or the function can't be loaded.
    Broken {
        message: String,
        hint: Option<String>,
    },
}

impl Problem {
    /// Whether it goes away when what the case did is accepted.
    pub fn is_repaired_by_accepting(&self) -> bool {
        matches!(self, Problem::Different(_) | Problem::NoExpectation)
    }
}
