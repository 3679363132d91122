//! What a function is found to be, and what came of an input.

use serde::{Deserialize, Serialize};

use crate::function::Kind;
use crate::outcome::Outcome;

/// What came of one input.
#[derive(Debug, Serialize, Deserialize)]
pub enum InputResult {
    Outcome(Box<Outcome>),
    /// The input is not JSON, or not what this kind of function takes.
    BadInput {
        input: String,
        /// Where in the input, which is one line, the JSON is wrong; counts from 1.
        column: Option<u32>,
        problem: String,
    },
}

/// What is known of a function once it has been loaded.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Loaded {
    pub kind: Kind,
    /// Why that kind, where it was found out: `it defines onRequest`.
    pub reason: Option<String>,
    /// The handlers that the function defines, in the platform's order.
    pub handlers: Vec<String>,
    /// What segfn noticed while loading; in [`InputRun`](super::InputRun), what it noticed about the function,
    /// too.
    pub warnings: Vec<String>,
}
