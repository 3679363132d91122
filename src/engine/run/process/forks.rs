//! Worker processes and zygotes, as forks of this process.

use std::io;
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use nix::unistd::{ForkResult, Pid};

use super::fork::{fork_here, on_large_stack};
use super::line::Line;
use super::memory_use::MemoryBound;
use super::offspring::Offspring;
use super::reaper::reap;
use super::server::{live_at_once, serve};
use super::shared_file::SharedFile;
use super::slot::Slot;
use super::socket_line::SocketLine;
use super::worker_process::{Process, WorkerProcess};
use super::zygote::Zygote;
use crate::engine::error::{EngineError, Need};
use crate::fork::end_process;

/// Places for `count` worker processes, each with a zygote, whose children do what `offspring` says with
/// what is in memory now. Where `at_once` says how much memory it may take, the first has a worker process
/// already.
///
/// # Errors
/// There is no room for another process.
pub fn fork_all<O: Offspring>(
    count: usize,
    at_once: Option<MemoryBound>,
    offspring: impl Fn() -> O + Sync,
) -> Result<Vec<Slot>, EngineError> {
    reap();
    let mut slots: Vec<Slot> = Vec::with_capacity(count);
    for _ in 0..count {
        let at_once = at_once.filter(|_| slots.is_empty());
        let slot = fork_one(at_once, &offspring, &mut slots);
        slots.push(slot.map_err(EngineError::machine(Need::Process))?);
    }
    Ok(slots)
}

fn fork_one<O: Offspring>(
    at_once: Option<MemoryBound>,
    offspring: &(impl Fn() -> O + Sync),
    others: &mut Vec<Slot>,
) -> io::Result<Slot> {
    let (file, board) = SharedFile::for_forks()?;
    let board = Arc::new(board);
    let (mut worker, mut first) = (None, None);
    if let Some(memory) = at_once {
        let (line, theirs) = UnixStream::pair()?;
        let child = fork_a_life(others, || {
            live_at_once(theirs, &board, file.file(), &mut offspring())
        })?;
        let line = Line::Socket(SocketLine::new(line)?);
        let process = Process::Forked(child);
        worker = Some(WorkerProcess::new(process, line, board.clone(), memory));
        first = Some(child);
    }
    let (control, theirs) = UnixStream::pair()?;
    let process = fork_a_life(others, || {
        serve(theirs, &board, file.file(), &mut offspring());
    })?;
    let zygote = Zygote::new(process, control, first);
    Ok(Slot::of_zygote(zygote, worker, board, file))
}

/// Forks a process that ends with `life`, and knows nothing of `others`: they belong to this one,
/// which hears of the end of each by its line.
fn fork_a_life(others: &mut Vec<Slot>, life: impl FnOnce() + Send) -> io::Result<Pid> {
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
