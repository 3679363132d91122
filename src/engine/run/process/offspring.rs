//! What worker processes do.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::allowed::Allowed;
use super::board::Board;
use super::death::{OUT_OF_MEMORY, PANIC};
use super::worker_line::WorkerLine;
use crate::engine::isolate::memory;

pub trait Offspring {
    /// What they may have beside memory and time.
    fn allowed(&self) -> Allowed;

    /// Before a process lives for `order`: in its zygote, if it has one.
    fn prepare(&mut self, order: &[u8]);

    /// The life of a process, which talks to the supervisor by `line` and has a board in common with it.
    fn live(&mut self, order: &[u8], line: WorkerLine, board: &Arc<Board>);
}

/// The life of a process, to its end.
pub fn live(
    order: &[u8],
    line: WorkerLine,
    board: &Arc<Board>,
    offspring: &mut impl Offspring,
) -> ! {
    memory::set_last_words(Some(Box::new(|| end_process(OUT_OF_MEMORY))));
    let words = board.clone();
    std::panic::set_hook(Box::new(move |panic| words.leave_words(&panic.to_string())));
    let lived = catch_unwind(AssertUnwindSafe(|| offspring.live(order, line, board)));
    end_process(if lived.is_ok() { 0 } else { PANIC })
}

/// Ends a worker process. Nothing is flushed and nothing is dropped: what it had to say it has said.
pub fn end_process(code: i32) -> ! {
    // SAFETY: `_exit` only ends the process.
    #[cfg(unix)]
    unsafe {
        nix::libc::_exit(code)
    }
    #[cfg(not(unix))]
    std::process::exit(code)
}
