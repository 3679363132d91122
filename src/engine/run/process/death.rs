//! How a worker process ended.

use std::fmt;
use std::process::ExitStatus;

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
    /// The signal's name.
    Signal(&'static str),
    /// With its message.
    Panic(String),
    /// It ended by itself, with this code.
    Exit(i32),
}

/// How the system says that a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The signal's name.
    Signal(&'static str),
    Exit(i32),
}

#[cfg(unix)]
impl From<ExitStatus> for Ending {
    fn from(status: ExitStatus) -> Ending {
        use std::os::unix::process::ExitStatusExt;

        use nix::sys::signal::Signal;

        match status.signal().map(Signal::try_from) {
            Some(signal) => Ending::Signal(signal.map_or("a signal", Signal::as_str)),
            None => Ending::Exit(status.code().unwrap_or(0)),
        }
    }
}

/// On Windows a process that crashes exits with the number of the exception.
#[cfg(not(unix))]
impl From<ExitStatus> for Ending {
    fn from(status: ExitStatus) -> Ending {
        let code = status.code().unwrap_or(0);
        match code.cast_unsigned() {
            // The C library's `abort`, and the three ways in which V8 and Rust give up.
            3 | 0x8000_0003 | 0xc000_0409 | 0xc000_001d => Ending::Signal("SIGABRT"),
            0xc000_0005 => Ending::Signal("SIGSEGV"),
            0xc000_00fd => Ending::Signal("SIGSEGV"),
            0xc000_0000.. => Ending::Signal("an exception"),
            _ => Ending::Exit(code),
        }
    }
}

impl Death {
    /// `words` are what the process left on its board, and `complaints` what it wrote to standard
    /// error.
    pub fn new(
        ending: Ending,
        words: impl FnOnce() -> String,
        complaints: impl FnOnce() -> String,
    ) -> Death {
        match ending {
            Ending::Signal(signal) => {
                let complaints = complaints();
                match NO_MEMORY.iter().any(|text| complaints.contains(text)) {
                    true => Death::OutOfMemory,
                    false => Death::Signal(signal),
                }
            }
            Ending::Exit(OUT_OF_MEMORY) => Death::OutOfMemory,
            Ending::Exit(PANIC) => Death::Panic(words()),
            Ending::Exit(code) => Death::Exit(code),
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
            Death::Signal(signal) => Ok(End::Crash(signal)),
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
            Death::Signal(signal) => f.write_str(signal),
            Death::Panic(message) => write!(f, "it panicked: {message}"),
            Death::Exit(code) => write!(f, "it exited with {code}"),
        }
    }
}
