//! What is told on the terminal while the server runs.

use super::runner::{Called, NotLoaded, Ready};
use crate::history::WayClass;

/// Something to tell, in the order in which it happened.
#[derive(Debug)]
pub enum Notice {
    /// A function is loaded, at first or again.
    Loaded { function: String, ready: Ready },
    /// A function can't be loaded; events for it are discarded until it is changed.
    NotLoaded {
        function: String,
        problem: NotLoaded,
    },
    /// A function was called.
    Called {
        function: String,
        /// The event, or the first of a batch.
        event: u64,
        attempt: u32,
        called: Box<Called>,
    },
    /// An event goes no further.
    Stopped {
        event: u64,
        /// The function that it was for, if it had come so far.
        function: Option<String>,
        class: WayClass,
        reason: String,
    },
    /// Something is wrong with the server itself.
    Trouble(String),
}
