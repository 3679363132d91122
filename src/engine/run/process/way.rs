//! How worker processes come to be.

use serde::Serialize;

#[cfg(target_os = "linux")]
use super::fork::can_fork;
use super::program::Program;

/// Tests set it to `started`, so that processes are started where they would be forked.
#[cfg(target_os = "linux")]
const FOR_TESTS: &str = "SEGFN_TEST_WORKERS";

/// How worker processes come to be.
pub enum Way {
    /// By forks of this process, which have what is in its memory.
    #[cfg(target_os = "linux")]
    Fork,
    /// By starting this program again.
    Start(Program),
    /// Not at all: functions run on threads of this process.
    None,
}

/// The way of this process, now. `assignment` is what processes that are started are told first.
pub fn way<A: Serialize>(assignment: impl FnOnce() -> A) -> Way {
    #[cfg(target_os = "linux")]
    {
        let is_started = std::env::var_os(FOR_TESTS).is_some_and(|way| way == "started");
        if !is_started && can_fork() {
            return Way::Fork;
        }
    }
    match Program::this(assignment) {
        Some(program) => Way::Start(program),
        None => Way::None,
    }
}
