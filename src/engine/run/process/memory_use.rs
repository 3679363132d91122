//! How much memory a process takes.

use std::time::Duration;

/// An isolate with nothing in it, and what V8 needs to collect garbage, take a part of this, in bytes.
const OWN: u64 = 64 << 20;
/// What V8 reserves in a process at first, and never fills, in bytes.
#[cfg(target_os = "linux")]
const RESERVED: u64 = 160 << 20;
/// No process fills memory faster than this, in bytes a second.
const FASTEST: u64 = 16 << 30;
/// The longest and the shortest time between two looks.
const RARELY: Duration = Duration::from_millis(10);
const OFTEN: Duration = Duration::from_micros(500);

/// How much memory a worker process may take in all: V8's own limit holds for its heap and its
/// buffers, and this for everything: one and a half times the platform's limit. It leaves room for what
/// waits to be collected. The pages of segfn's binary are not the function's, and not counted.
#[derive(Clone, Copy, Debug)]
pub struct MemoryBound {
    /// In bytes.
    most: u64,
}

impl MemoryBound {
    /// For a function that may use `limit` bytes.
    pub fn new(limit: usize) -> MemoryBound {
        let limit = limit as u64;
        MemoryBound {
            most: limit + OWN.max(limit / 2),
        }
    }

    /// When to look at `process` again. `None` when it takes more than it may.
    pub fn check(&self, process: u32) -> Option<Duration> {
        // A process that is gone takes none.
        let used = of_process(process).unwrap_or(0);
        let left = self.most.checked_sub(used)?;
        let time = Duration::from_micros(left * 1000 / (FASTEST / 1000));
        Some(time.clamp(OFTEN, RARELY))
    }
}

/// Has the system refuse this process, before it has an isolate, what a function with `limit` bytes must
/// not take. It is fast enough for one that takes all at once, and less exact than
/// [`MemoryBound::check`].
#[cfg(target_os = "linux")]
pub fn refuse_beyond(limit: usize) {
    use nix::sys::resource::{Resource, setrlimit};

    let most = MemoryBound::new(limit).most;
    let own = of_status("self", &["VmData:"]).unwrap_or(0);
    let most = own + most + RESERVED;
    // Where that can't be had, the supervisor looks.
    let _ = setrlimit(Resource::RLIMIT_DATA, most, most);
}

/// Other systems have no such limit, or don't keep it: the supervisor looks.
#[cfg(not(target_os = "linux"))]
pub fn refuse_beyond(_: usize) {}

/// The memory that a process fills, its own and shared, and not that of files, in bytes.
#[cfg(target_os = "linux")]
fn of_process(process: u32) -> Option<u64> {
    of_status(&process.to_string(), &["RssAnon:", "RssShmem:"])
}

/// The sum of some numbers of bytes in what the system says of a process.
#[cfg(target_os = "linux")]
fn of_status(process: &str, names: &[&str]) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let bytes = |name: &&str| -> Option<u64> {
        // Such as `RssAnon:	    1234 kB`.
        let line = status.lines().find(|line| line.starts_with(name))?;
        let kilobytes: u64 = line.split_ascii_whitespace().nth(1)?.parse().ok()?;
        Some(kilobytes << 10)
    };
    names.iter().map(bytes).sum()
}

/// The memory that a process fills, as the system's own monitor shows it, in bytes.
#[cfg(target_os = "macos")]
fn of_process(process: u32) -> Option<u64> {
    use nix::libc;

    let mut info = std::mem::MaybeUninit::<libc::rusage_info_v4>::zeroed();
    let flavor = libc::RUSAGE_INFO_V4;
    // SAFETY: the system writes a value of the type that the flavor has, which may be all zeros.
    let info = unsafe {
        let told = libc::proc_pid_rusage(process.cast_signed(), flavor, info.as_mut_ptr().cast());
        (told == 0).then(|| info.assume_init())?
    };
    Some(info.ri_phys_footprint)
}

/// Nobody knows: there V8's own limits hold alone.
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn of_process(_: u32) -> Option<u64> {
    None
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_looked_at_more_often_when_it_takes_much() {
        let own = std::process::id();
        let used = of_process(own).expect("a process");
        assert!(used > 1 << 20, "{used}");
        assert_eq!(MemoryBound::new(8 << 30).check(own), Some(RARELY));
        let bound = MemoryBound {
            most: used + (8 << 20),
        };
        assert!(bound.check(own).is_none_or(|again| again < RARELY));
        let bound = MemoryBound { most: used / 2 };
        assert_eq!(bound.check(own), None);
    }
}
