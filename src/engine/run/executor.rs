//! What a pool's thread does with items.

use crate::engine::error::{EngineError, Lost};

/// Runs items on one thread, one after another. It is made and dropped on that thread.
pub trait Executor {
    type Item: Send + 'static;
    type Output: Send + 'static;
    /// What an executor tells when it is ready.
    type Started: Send + 'static;
    /// What is needed to answer for an item in the middle of which the thread is lost.
    type Pending: 'static;

    /// Called before each item.
    fn begin(&mut self, item: &Self::Item) -> Self::Pending;

    /// Runs an item. An error ends the whole run.
    fn execute(&mut self, item: Self::Item) -> Result<Self::Output, EngineError>;

    /// The output of an item whose thread is lost. An error ends the whole run.
    fn lost(pending: Self::Pending, crash: Crash) -> Result<Self::Output, EngineError>;
}

/// Why a thread can't be used any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crash {
    /// V8 can't go on: it has no memory, and its own code doesn't stop for that.
    OutOfMemory,
    Panic,
}

impl From<Crash> for EngineError {
    fn from(crash: Crash) -> EngineError {
        EngineError::Lost(match crash {
            Crash::OutOfMemory => Lost::OutOfMemory,
            Crash::Panic => Lost::Panic,
        })
    }
}
