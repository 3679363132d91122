//! A zygote, as the supervisor sees it: a process that forks worker processes when it is asked to.

use std::fs::File;
use std::io;
use std::io::{IoSlice, Read, Seek};
use std::net::Shutdown;
use std::os::fd::AsRawFd;
use std::os::unix::fs::FileExt;
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::socket::{ControlMessage, MsgFlags, sendmsg};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, Pid};

use super::board::Board;
use super::death::Death;
use super::fork::{can_fork, fork_here, on_large_stack};
use super::memory_use::MemoryBound;
use super::server::{Offspring, live_at_once, serve};
use super::worker_process::{Heard, WorkerProcess};
use crate::engine::error::{EngineError, Lost, Need};
use crate::fork::end_process;
use crate::frames::write_frame;

/// How much is read of what a worker process writes to standard error, in bytes.
const COMPLAINTS: usize = 4 << 10;

/// A zygote, which lives until this is dropped. It runs nothing of a function, so it can't break.
pub struct Zygote {
    process: Pid,
    /// Orders go out, and the numbers of processes and how they ended come back.
    control: UnixStream,
    board: Arc<Board>,
    /// What the worker process writes to standard error: V8's and Rust's last words.
    complaints: File,
    worker: Option<WorkerProcess>,
    /// Who has yet to tell how the last worker process ended.
    parent: Option<Parent>,
}

/// Whose child a worker process is.
enum Parent {
    Zygote,
    /// This process, which forked it before it had threads: a zygote's would come later.
    Supervisor(Pid),
}

impl Zygote {
    /// `count` zygotes, whose children do what `offspring` says, with what is in memory now. Where
    /// `at_once` says how much memory it may take, the first has a worker process already. None where
    /// this process can't be forked: it has several threads.
    ///
    /// # Errors
    /// There is no room for another process.
    pub fn start_all<O: Offspring>(
        count: usize,
        at_once: Option<MemoryBound>,
        offspring: impl Fn() -> O + Sync,
    ) -> Result<Option<Vec<Zygote>>, EngineError> {
        if !can_fork() {
            return Ok(None);
        }
        let mut zygotes: Vec<Zygote> = Vec::with_capacity(count);
        for _ in 0..count {
            let at_once = at_once.filter(|_| zygotes.is_empty());
            let started = Zygote::start(at_once, &offspring, &mut zygotes);
            zygotes.push(started.map_err(EngineError::machine(Need::Process))?);
        }
        Ok(Some(zygotes))
    }

    fn start<O: Offspring>(
        at_once: Option<MemoryBound>,
        offspring: &(impl Fn() -> O + Sync),
        others: &mut Vec<Zygote>,
    ) -> io::Result<Zygote> {
        let board = Arc::new(Board::new()?);
        let complaints = memfd_create(c"segfn", MFdFlags::MFD_CLOEXEC)?;
        let complaints = File::from(complaints);
        let (mut worker, mut parent) = (None, None);
        if let Some(memory) = at_once {
            let (line, theirs) = UnixStream::pair()?;
            let child = fork_a_life(others, || {
                live_at_once(theirs, &board, &complaints, &mut offspring())
            })?;
            worker = Some(WorkerProcess::new(child, line, board.clone(), memory)?);
            parent = Some(Parent::Supervisor(child));
        }
        let (control, theirs) = UnixStream::pair()?;
        let process = fork_a_life(others, || {
            serve(theirs, &board, &complaints, &mut offspring());
        })?;
        Ok(Zygote {
            process,
            control,
            board,
            complaints,
            worker,
            parent,
        })
    }

    pub fn board(&self) -> &Board {
        &self.board
    }

    pub fn has_worker(&self) -> bool {
        self.worker.is_some()
    }

    /// Has it fork a worker process, in the place of the last one, which gets `order` and may take
    /// so much memory.
    ///
    /// # Errors
    /// There is no room for another process, or the zygote is gone.
    pub fn fork(&mut self, order: &[u8], memory: MemoryBound) -> Result<(), EngineError> {
        self.worker = None;
        self.status().map_err(lost)?;
        let (line, theirs) = UnixStream::pair().map_err(EngineError::machine(Need::Process))?;
        self.board.clear();
        // It has no more than a few lines, if any.
        let _ = self.complaints.set_len(0);
        // The processes have this place in it in common.
        let _ = self.complaints.rewind();
        let forked = self.order(order, &theirs).map_err(lost)?;
        let process = match forked {
            number @ 1.. => Pid::from_raw(number),
            error => {
                let error = io::Error::from_raw_os_error(-error);
                return Err(EngineError::machine(Need::Process)(error));
            }
        };
        self.parent = Some(Parent::Zygote);
        let worker = WorkerProcess::new(process, line, self.board.clone(), memory);
        self.worker = Some(worker.map_err(EngineError::machine(Need::Process))?);
        Ok(())
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

    /// Sets how much memory the worker process may take.
    pub fn bound(&mut self, memory: MemoryBound) {
        if let Some(worker) = &mut self.worker {
            worker.memory = memory;
        }
    }

    /// Sends the worker process something.
    pub fn tell(&mut self, frame: &[u8]) {
        if let Some(worker) = &mut self.worker {
            worker.tell(frame);
        }
    }

    /// Waits for what the worker process says next.
    ///
    /// # Errors
    /// The zygote is gone.
    pub fn hear(&mut self) -> Result<Heard, EngineError> {
        let Some(mut worker) = self.worker.take() else {
            return Ok(Heard::Death(Death::Exit(0), Duration::ZERO));
        };
        let heard = worker.hear(|| self.status()).map_err(lost)?;
        if let Heard::Frame(_) = heard {
            self.worker = Some(worker);
        }
        Ok(heard)
    }

    /// How the worker process ended, if there was one; it waits for that.
    fn status(&mut self) -> io::Result<Death> {
        let status = match self.parent.take() {
            None => return Ok(Death::Exit(0)),
            Some(Parent::Supervisor(process)) => waitpid(process, None)?,
            Some(Parent::Zygote) => {
                let (process, status) = (self.number()?, self.number()?);
                WaitStatus::from_raw(Pid::from_raw(process), status)?
            }
        };
        Ok(Death::new(
            status,
            || self.board.words(),
            || self.complaints(),
        ))
    }

    fn complaints(&self) -> String {
        let mut bytes = vec![0; COMPLAINTS];
        let length = self.complaints.read_at(&mut bytes, 0).unwrap_or(0);
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    }
}

/// Forks a process that ends with `life`, and knows nothing of `others`: they belong to this one,
/// which hears of the end of each by its line.
fn fork_a_life(others: &mut Vec<Zygote>, life: impl FnOnce() + Send) -> io::Result<Pid> {
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
        // The worker process first: the zygote waits for its end.
        self.worker = None;
        if let Some(Parent::Supervisor(child)) = self.parent {
            let _ = waitpid(child, None);
        }
        let _ = self.control.shutdown(Shutdown::Both);
        let _ = waitpid(self.process, None);
    }
}
