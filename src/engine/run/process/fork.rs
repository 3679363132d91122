//! Forks of a process that has an isolate.

use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;
use std::time::{Duration, Instant};
use std::{fs, io};

use nix::sys::mman::{MmapAdvise, madvise};
use nix::sys::prctl;
use nix::sys::signal::Signal;
use nix::unistd::{ForkResult, Pid, getpid, getppid};

use crate::engine::isolate::v8_platform::is_set_up;
use crate::engine::run::pool::STACK_SIZE;
use crate::fork::{end_process, fork, has_one_thread, on_stack};

/// How long a thread that was waited for may still be seen.
const VANISHING: Duration = Duration::from_millis(20);

/// Whether this process can have zygotes, now. After it had isolates of its own, V8 has memory that its
/// children would lack.
pub fn can_fork() -> bool {
    if is_set_up() {
        return false;
    }
    let start = Instant::now();
    while !has_one_thread() {
        if start.elapsed() > VANISHING {
            return false;
        }
        std::thread::yield_now();
    }
    true
}

/// The life of a child of this process. Its functions run on a stack that is as large as that of a
/// worker's thread, whatever the limit of the stack (`ulimit -s`).
///
/// # Errors
/// There is no room for such a stack.
fn on_large_stack<T: Send>(life: impl FnOnce() -> T + Send) -> io::Result<T> {
    let limit = rlimit::Resource::STACK.get();
    match limit.is_ok_and(|(soft, _)| soft >= STACK_SIZE as u64) {
        true => Ok(life()),
        false => on_stack(STACK_SIZE, life),
    }
}

/// Forks. The child doesn't outlive its parent. V8 starts no threads (`v8_platform`).
pub fn fork_here() -> io::Result<ForkResult> {
    let parent = getpid();
    let forked = fork()?;
    if let ForkResult::Child = forked {
        let _ = prctl::set_pdeathsig(Signal::SIGKILL);
        if getppid() != parent {
            end_process(0);
        }
    }
    Ok(forked)
}

/// Forks a process that ends with `life`, and knows nothing of `others`: they belong to this one,
/// which hears of the end of each by its line.
pub fn fork_a_life<T>(others: &mut Vec<T>, life: impl FnOnce() + Send) -> io::Result<Pid> {
    match fork_here()? {
        ForkResult::Parent { child } => Ok(child),
        ForkResult::Child => {
            std::mem::take(others)
                .into_iter()
                .for_each(std::mem::forget);
            let lived = catch_unwind(AssertUnwindSafe(|| on_large_stack(life)));
            end_process(i32::from(!matches!(lived, Ok(Ok(())))))
        }
    }
}

/// Lets children have the memory that V8 has reserved so far. V8 marks its memory as not to be copied
/// to children, which makes the start of other programs faster, but makes a fork of itself crash. All
/// memory without a file is marked back, as nobody but V8 marks any in this process: to ask the system
/// what is marked takes longer than to mark it.
pub fn let_children_have_memory() {
    let maps = fs::read_to_string("/proc/self/maps").unwrap_or_default();
    for map in maps.lines() {
        // Such as `7f00-7f80 rw-p 00000000 00:00 0`, and a name behind it where there is a file.
        let mut fields = map.split_ascii_whitespace();
        let range = fields.next().and_then(|range| range.split_once('-'));
        let Some((start, end)) = range else { continue };
        let is_named = fields.nth(4).is_some();
        let ends = [start, end].map(|end| usize::from_str_radix(end, 16).unwrap_or(0));
        let start = NonNull::new(std::ptr::without_provenance_mut::<c_void>(ends[0]));
        if let (Some(start), false) = (start, is_named) {
            // SAFETY: the advice changes nothing of the memory itself. Where it can't be taken, it
            // isn't needed.
            let _ = unsafe { madvise(start, ends[1] - ends[0], MmapAdvise::MADV_DOFORK) };
        }
    }
}
