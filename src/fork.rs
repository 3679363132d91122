//! Copies of this process.
//!
//! A process may only be forked while it has one thread, or its copy could wait for ever for a lock
//! that a thread held which it doesn't have. So what needs threads is started in the copy.

use std::{fs, io};

use nix::unistd::ForkResult;

/// Whether it may be forked, now.
pub fn has_one_thread() -> bool {
    fs::read_dir("/proc/self/task").is_ok_and(|tasks| tasks.count() == 1)
}

/// Forks.
///
/// # Errors
/// This process has more than one thread, or there is no room for another process.
pub fn fork() -> io::Result<ForkResult> {
    if !has_one_thread() {
        return Err(io::Error::other("this process has other threads by now"));
    }
    // SAFETY: this is the only thread, so no lock is held by one that the child lacks.
    Ok(unsafe { nix::unistd::fork() }?)
}

/// Ends a child. Nothing is flushed and nothing is dropped: all of it belongs to the parent.
pub fn end_process(code: i32) -> ! {
    // SAFETY: `_exit` only ends the process.
    unsafe { nix::libc::_exit(code) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_with_other_threads_is_not_forked() {
        let (end, ends) = std::sync::mpsc::channel::<()>();
        let other = std::thread::spawn(move || ends.recv());
        assert!(!has_one_thread());
        let error = fork().expect_err("no process");
        drop(end);
        let _ = other.join();
        assert_eq!(error.to_string(), "this process has other threads by now");
    }
}
