//! Copies of this process.
//!
//! A process may only be forked while it has one thread, or its copy could wait for ever for a lock
//! that a thread held which it doesn't have. So what needs threads is started in the copy.

use std::fs;

use nix::unistd::ForkResult;

/// Whether it may be forked, now.
pub fn has_one_thread() -> bool {
    fs::read_dir("/proc/self/task").is_ok_and(|tasks| tasks.count() == 1)
}

/// Forks.
///
/// # Errors
/// There is no room for another process.
pub fn fork() -> nix::Result<ForkResult> {
    debug_assert!(has_one_thread(), "a lock may be held for ever in the child");
    // SAFETY: who calls this has asked `has_one_thread`, so no lock is held by a thread that the
    // child lacks.
    unsafe { nix::unistd::fork() }
}

/// Ends a child. Nothing is flushed and nothing is dropped: all of it belongs to the parent.
pub fn end_process(code: i32) -> ! {
    // SAFETY: `_exit` only ends the process.
    unsafe { nix::libc::_exit(code) }
}
