//! What the processor does for a thread.

use std::time::Duration;

/// What the processor has done for a thread so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ThreadTime {
    pub cpu: Duration,
    /// How often the system took the processor from it, to give it to others.
    pub interruptions: u64,
}

impl ThreadTime {
    /// What came after `earlier`.
    pub fn since(self, earlier: ThreadTime) -> ThreadTime {
        ThreadTime {
            cpu: self.cpu.saturating_sub(earlier.cpu),
            interruptions: self.interruptions.saturating_sub(earlier.interruptions),
        }
    }
}

/// What the processor has done for this thread. V8 has no threads of its own, so that it is all that JavaScript
/// takes, with collecting its garbage.
#[cfg(target_os = "linux")]
pub fn of_thread() -> Option<ThreadTime> {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::time::{ClockId, clock_gettime};

    let time = clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).ok()?;
    let usage = getrusage(UsageWho::RUSAGE_THREAD).ok()?;
    Some(ThreadTime {
        cpu: Duration::from(time),
        interruptions: usage.involuntary_context_switches().cast_unsigned(),
    })
}

/// Other systems don't tell both.
#[cfg(not(target_os = "linux"))]
pub fn of_thread() -> Option<ThreadTime> {
    None
}
