//! Copies of this process.
//!
//! A process may only be forked while it has one thread, or its copy could wait for ever for a lock
//! that a thread held which it doesn't have. So what needs threads is started in the copy.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fs, io, thread};

use nix::unistd::ForkResult;

/// How many threads do nothing but wait for another to end.
static WAITING: AtomicUsize = AtomicUsize::new(0);

/// Whether it may be forked, now: there is one thread that does anything.
pub fn has_one_thread() -> bool {
    let threads = 1 + WAITING.load(Ordering::Relaxed);
    fs::read_dir("/proc/self/task").is_ok_and(|tasks| tasks.count() == threads)
}

/// Does something on a stack of so many bytes, which this process's own can't be told to have. This
/// thread waits meanwhile and holds no lock, so the process may be forked there.
///
/// # Errors
/// There is no room for a thread.
pub fn on_stack<T: Send>(size: usize, body: impl FnOnce() -> T + Send) -> io::Result<T> {
    let stack = thread::Builder::new().stack_size(size);
    thread::scope(|scope| {
        WAITING.fetch_add(1, Ordering::Relaxed);
        let done = stack.spawn_scoped(scope, body).map(|thread| thread.join());
        WAITING.fetch_sub(1, Ordering::Relaxed);
        done.map(|done| done.unwrap_or_else(|panic| resume_unwind(panic)))
    })
}

/// Forks.
///
/// # Errors
/// This process has more than one thread, or there is no room for another process.
pub fn fork() -> io::Result<ForkResult> {
    if !has_one_thread() {
        return Err(io::Error::other("this process has other threads by now"));
    }
    // SAFETY: this is the only thread but for such as wait for it, so no lock is held by one that the
    // child lacks.
    let forked = unsafe { nix::unistd::fork() }?;
    if let ForkResult::Child = forked {
        WAITING.store(0, Ordering::Relaxed);
    }
    Ok(forked)
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
