//! How a worker process ended.

use std::fmt;

use nix::sys::signal::Signal;
use nix::sys::wait::WaitStatus;

use crate::engine::error::{EngineError, Lost};
use crate::engine::isolate::thrown::End;

/// What a worker process exits with when V8 has no memory.
pub const OUT_OF_MEMORY: i32 = 86;
/// What it exits with after a panic, whose message it has left on the board.
pub const PANIC: i32 = 101;

/// What Rust, V8 and C++ complain of when the system gives them no memory.
const NO_MEMORY: [&str; 4] = [
    "memory allocation of ",
    "out of memory",
    "Out of memory",
    "OOM",
];

/// How a worker process ended before it had answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Death {
    /// The supervisor ended it: it was over its time.
    OutOfTime,
    /// The supervisor ended it, or V8 could not go on.
    OutOfMemory,
    Signal(Signal),
    /// With its message.
    Panic(String),
    /// It ended by itself, with this code.
    Exit(i32),
}

impl Death {
    /// `words` are what the process left on its board, and `complaints` what it wrote to standard
    /// error.
    pub fn new(
        status: WaitStatus,
        words: impl FnOnce() -> String,
        complaints: impl FnOnce() -> String,
    ) -> Death {
        match status {
            WaitStatus::Signaled(_, signal, _) => {
                let complaints = complaints();
                match NO_MEMORY.iter().any(|text| complaints.contains(text)) {
                    true => Death::OutOfMemory,
                    false => Death::Signal(signal),
                }
            }
            WaitStatus::Exited(_, OUT_OF_MEMORY) => Death::OutOfMemory,
            WaitStatus::Exited(_, PANIC) => Death::Panic(words()),
            WaitStatus::Exited(_, code) => Death::Exit(code),
            // Only ends are asked for.
            _ => Death::Exit(0),
        }
    }

    /// What that means for the input that was running.
    ///
    /// # Errors
    /// It is no doing of the function's.
    pub fn into_end(self) -> Result<End, EngineError> {
        match self {
            Death::OutOfTime => Ok(End::OutOfTime),
            Death::OutOfMemory => Ok(End::OutOfMemory),
            Death::Signal(signal) => Ok(End::Crash(signal.as_str())),
            Death::Panic(message) => Err(EngineError::Lost(Lost::PanicInProcess(message))),
            Death::Exit(_) => Err(EngineError::Lost(Lost::Process(self.to_string()))),
        }
    }
}

impl fmt::Display for Death {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Death::OutOfTime => f.write_str("it took too long"),
            Death::OutOfMemory => f.write_str("it needed too much memory"),
            Death::Signal(signal) => write!(f, "{signal}"),
            Death::Panic(message) => write!(f, "it panicked: {message}"),
            Death::Exit(code) => write!(f, "it exited with {code}"),
        }
    }
}
