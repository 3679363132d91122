//! A zygote, as the supervisor sees it: a process that forks worker processes when it is asked to.

use std::io;
use std::io::{IoSlice, Read};
use std::net::Shutdown;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitStatus;
use std::sync::Arc;

use nix::sys::socket::{ControlMessage, MsgFlags, sendmsg};
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, Pid};

use super::death::Ending;
use super::fork::{fork_here, on_large_stack};
use super::line::Line;
use super::memory_use::MemoryBound;
use super::offspring::Offspring;
use super::reaper::{leave, reap};
use super::server::{live_at_once, raw_status, serve};
use super::shared_file::SharedFile;
use super::slot::Slot;
use super::socket_line::SocketLine;
use super::worker_process::{Process, WorkerProcess};
use crate::engine::error::{EngineError, Lost, Need};
use crate::fork::end_process;
use crate::frames::write_frame;

/// A zygote, which lives until this is dropped. It runs nothing of a function, so it can't break.
pub struct Zygote {
    process: Pid,
    /// Orders go out, and the numbers of processes and how they ended come back.
    control: UnixStream,
    /// Who has yet to tell how the last worker process ended.
    parent: Option<Parent>,
}

/// Whose child a worker process is.
enum Parent {
    Zygote,
    /// This process, which forked it before it had threads: a zygote's would come later.
    Supervisor(Pid),
}

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
    let file = SharedFile::new()?;
    let board = Arc::new(file.board()?);
    let (mut worker, mut parent) = (None, None);
    if let Some(memory) = at_once {
        let (line, theirs) = UnixStream::pair()?;
        let child = fork_a_life(others, || {
            live_at_once(theirs, &board, file.file(), &mut offspring())
        })?;
        let line = Line::Socket(SocketLine::new(line)?);
        let process = Process::Forked(child);
        worker = Some(WorkerProcess::new(process, line, board.clone(), memory));
        parent = Some(Parent::Supervisor(child));
    }
    let (control, theirs) = UnixStream::pair()?;
    let process = fork_a_life(others, || {
        serve(theirs, &board, file.file(), &mut offspring());
    })?;
    let zygote = Zygote {
        process,
        control,
        parent,
    };
    Ok(Slot::of_zygote(zygote, worker, board, file))
}

impl Zygote {
    /// Has it fork a worker process, which gets `order`. Of the last one [`Zygote::ending`] was told.
    ///
    /// # Errors
    /// There is no room for another process, or the zygote is gone.
    pub fn fork(&mut self, order: &[u8]) -> Result<(Process, Line), EngineError> {
        let (line, theirs) = UnixStream::pair().map_err(EngineError::machine(Need::Process))?;
        let line = SocketLine::new(line).map_err(EngineError::machine(Need::Process))?;
        let forked = self.order(order, &theirs).map_err(lost)?;
        let process = match forked {
            number @ 1.. => Pid::from_raw(number),
            error => {
                let error = io::Error::from_raw_os_error(-error);
                return Err(EngineError::machine(Need::Process)(error));
            }
        };
        self.parent = Some(Parent::Zygote);
        Ok((Process::Forked(process), Line::Socket(line)))
    }

    fn order(&mut self, order: &[u8], line: &UnixStream) -> io::Result<i32> {
        let files = [line.as_raw_fd()];
        let with_line = [ControlMessage::ScmRights(&files)];
        let control = self.control.as_raw_fd();
        sendmsg::<()>(
            control,
            &[IoSlice::new(&[0])],
            &with_line,
            MsgFlags::MSG_NOSIGNAL,
            None,
        )?;
        write_frame(&mut self.control, order)?;
        self.number()
    }

    fn number(&mut self) -> io::Result<i32> {
        let mut number = [0; 4];
        self.control.read_exact(&mut number)?;
        Ok(i32::from_le_bytes(number))
    }

    /// How the last worker process ended, if that wasn't told yet; it waits for that.
    ///
    /// # Errors
    /// The zygote is gone.
    pub fn ending(&mut self) -> Result<Ending, EngineError> {
        let status = match self.parent.take() {
            None => Ok(0),
            Some(Parent::Supervisor(process)) => {
                waitpid(process, None).map(raw_status).map_err(Into::into)
            }
            // The number, which is known, and the status.
            Some(Parent::Zygote) => self.number().and_then(|_| self.number()),
        };
        Ok(ExitStatus::from_raw(status.map_err(lost)?).into())
    }
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

/// The zygote is gone.
fn lost(error: io::Error) -> EngineError {
    EngineError::Lost(Lost::Zygote(error.to_string()))
}

impl Drop for Zygote {
    fn drop(&mut self) {
        // The worker process has been ended: the zygote waits for its end.
        if let Some(Parent::Supervisor(child)) = self.parent {
            leave(child);
        }
        let _ = self.control.shutdown(Shutdown::Both);
        leave(self.process);
    }
}
