//! The process in which one function runs for the server.
//!
//! The server has threads, so it can't be forked, and worker processes are forks. So each function has
//! a process of its own, a *runner*: segfn started again, which loads the function, runs inputs in
//! worker processes as `segfn run` does, and tells what came of each. A function that has changed gets
//! a new runner, while the old one ends what it has begun.

mod child;
mod message;
mod process;

pub use self::child::{run_for_server, said_by_server, tell_not_loaded};
pub use self::message::{Called, CalledItem, NotLoaded, Ready, RunnerMessage, ShownOutcome};
pub use self::process::{InputFrames, Runner};
