//! What is told on the terminal while the server runs.

use std::sync::Arc;

use bytes::Bytes;

use super::runner::{NotLoaded, Ready};
use crate::history::WayClass;
use crate::outcome::Class;

/// Something to tell, in the order in which it happened.
#[derive(Debug)]
pub enum Notice {
    /// A function is loaded, at first or again.
    Loaded { function: Arc<str>, ready: Ready },
    /// A function can't be loaded; events for it are discarded until it is changed.
    NotLoaded {
        function: Arc<str>,
        problem: NotLoaded,
    },
    /// A function was called, perhaps several times.
    Called {
        function: Arc<str>,
        calls: Vec<NoticedCall>,
    },
    /// An event goes no further.
    Stopped {
        event: u64,
        /// The function that it was for, if it had come so far.
        function: Option<Arc<str>>,
        class: WayClass,
        reason: String,
    },
    /// Something is wrong with the server itself.
    Trouble(String),
}

/// What is told of a call of a function.
#[derive(Debug)]
pub struct NoticedCall {
    /// The event, or the first of a batch.
    pub event: u64,
    pub attempt: u32,
    pub class: Class,
    /// Why it failed, without secrets.
    pub error: Option<String>,
    /// The outcome's JSON as one line with its newline, without secrets.
    pub outcome: Bytes,
    /// The same for people.
    pub text: Bytes,
}
