//! How a worker process, or its zygote, is left with nothing but what it is allowed.

use std::fs::File;
use std::os::fd::RawFd;

use nix::unistd::{dup2_stderr, dup2_stdin, dup2_stdout};

use super::allowed::Allowed;
use super::confine::close_all_but;

/// Leaves this process no files but that of its line and those that it is allowed. Whatever it and its
/// children say leaves them by their lines, but for what V8 and Rust complain of before they end the process,
/// which goes to `complaints`.
pub fn seclude(line: RawFd, complaints: Option<&File>, allowed: &Allowed) {
    if let Ok(nothing) = File::options().read(true).write(true).open("/dev/null") {
        let _ = dup2_stdin(&nothing);
        let _ = dup2_stdout(&nothing);
    }
    if let Some(complaints) = complaints {
        let _ = dup2_stderr(complaints);
    }
    close_all_but([&allowed.open[..], &[line]].concat());
}
