//! Children of this process that end, and that nobody waits for: the memory of a worker process takes the
//! system a millisecond to take back, and a run that is done need not see that.

use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::Pid;
use parking_lot::Mutex;

static ENDING: Mutex<Vec<Pid>> = Mutex::new(Vec::new());

/// Leaves a child that was told to end.
pub fn leave(child: Pid) {
    ENDING.lock().push(child);
}

/// Takes note of the end of those that have ended, so that the system can forget them.
pub fn reap() {
    ENDING
        .lock()
        .retain(|child| match waitpid(*child, Some(WaitPidFlag::WNOHANG)) {
            Ok(status) => status.pid().is_none(),
            Err(_) => false,
        });
}
