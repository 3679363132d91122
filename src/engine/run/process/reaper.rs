//! Children of this process that were told to end. The memory of a worker process takes the system a
//! millisecond to take back, which goes on beside what is left to do.

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

/// Waits until all of them have ended, when nothing else is left to do. A child that outlives its parent falls to
/// the machine's first process, which need not care for it (in a container it is any program), and its time and
/// memory would be missing where those of a run are counted.
pub fn wait_for_all() {
    for child in ENDING.lock().drain(..) {
        // It is another's, or has ended.
        let _ = waitpid(child, None);
    }
}
