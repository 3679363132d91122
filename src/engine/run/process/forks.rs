//! Worker processes and zygotes, as forks of this process.

use std::io;
use std::os::unix::net::UnixStream;
use std::sync::Arc;

use super::first_worker::FirstWorker;
use super::fork::fork_a_life;
use super::memory_use::MemoryBound;
use super::offspring::Offspring;
use super::reaper::reap;
use super::server::serve;
use super::shared_file::SharedFile;
use super::slot::Slot;
use super::zygote::Zygote;
use crate::engine::error::{EngineError, Need};

/// Places for `count` worker processes, each with a zygote, whose children do what `offspring` says with
/// what is in memory now. `first` is the worker process that the first place has already, and how much memory it
/// may take.
///
/// # Errors
/// There is no room for another process.
pub fn fork_all<O: Offspring>(
    count: usize,
    mut first: Option<(FirstWorker, MemoryBound)>,
    offspring: impl Fn() -> O + Sync,
) -> Result<Vec<Slot>, EngineError> {
    reap();
    let mut slots: Vec<Slot> = Vec::with_capacity(count);
    for _ in 0..count {
        let slot = fork_one(first.take(), &offspring, &mut slots);
        slots.push(slot.map_err(EngineError::machine(Need::Process))?);
    }
    Ok(slots)
}

fn fork_one<O: Offspring>(
    first: Option<(FirstWorker, MemoryBound)>,
    offspring: &(impl Fn() -> O + Sync),
    others: &mut Vec<Slot>,
) -> io::Result<Slot> {
    let child = first.as_ref().map(|(first, _)| first.process);
    let (worker, file, board) = match first {
        Some((first, memory)) => {
            let board = first.board.clone();
            let (worker, file) = first.work(memory);
            (Some(worker), file, board)
        }
        None => {
            let (file, board) = SharedFile::for_forks()?;
            (None, file, Arc::new(board))
        }
    };
    let (control, theirs) = UnixStream::pair()?;
    let process = fork_a_life(others, || {
        serve(theirs, &board, file.file(), &mut offspring());
    })?;
    let zygote = Zygote::new(process, control, child);
    Ok(Slot::of_zygote(zygote, worker, board, file))
}
