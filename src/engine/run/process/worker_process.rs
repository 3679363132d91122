//! A worker process, as its supervisor sees it.

use std::io;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, ppoll};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::board::Board;
use super::death::Death;
use super::memory_use::MemoryBound;
use crate::frames::{FrameBuffer, Unsent};

/// What a process has beyond its time limit, to end the invocation by itself.
const GRACE: Duration = Duration::from_secs(1);
/// How long a process may take for what isn't a function's doing: to load packages, to render.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a worker process says.
pub enum Heard {
    Frame(Vec<u8>),
    /// Nothing more: it is gone. JavaScript ran for so long before.
    Death(Death, Duration),
}

/// A worker process that is running.
pub struct WorkerProcess {
    process: Pid,
    line: UnixStream,
    board: Arc<Board>,
    frames: FrameBuffer,
    /// What it has yet to be sent.
    unsent: Unsent,
    pub memory: MemoryBound,
    /// When to see again whether it is within its bounds.
    next_look: Instant,
    /// Why it was ended, once it was, and for how long it ran.
    fate: Option<(Death, Duration)>,
}

impl WorkerProcess {
    /// # Errors
    /// The system refuses that sending doesn't wait.
    pub fn new(
        process: Pid,
        line: UnixStream,
        board: Arc<Board>,
        memory: MemoryBound,
    ) -> io::Result<WorkerProcess> {
        line.set_nonblocking(true)?;
        Ok(WorkerProcess {
            process,
            line,
            board,
            frames: FrameBuffer::default(),
            unsent: Unsent::default(),
            memory,
            next_look: Instant::now(),
            fate: None,
        })
    }

    /// Sends it something; what it doesn't take at once, [`Self::hear`] sends. A process that is
    /// gone is told of there, too.
    pub fn tell(&mut self, frame: &[u8]) {
        self.unsent.add(frame);
        self.unsent.send(&mut self.line);
    }

    /// Waits for what it says next, and ends it when it is out of its bounds. `status` is asked how
    /// it ended, once it has, and everything that it said has been heard.
    pub fn hear(&mut self, status: impl FnOnce() -> io::Result<Death>) -> io::Result<Heard> {
        loop {
            if let Some(frame) = self.frames.next()? {
                return Ok(Heard::Frame(frame));
            }
            let now = Instant::now();
            if self.fate.is_none()
                && now >= self.next_look
                && let Some(death) = self.look(now)
            {
                self.kill();
                self.fate = Some((death, self.ran_for()));
            }
            let wait = match &self.fate {
                Some(_) => PATIENCE,
                None => self.next_look.saturating_duration_since(now),
            };
            if self.is_readable(wait)? && self.has_closed()? {
                // Also where it has only closed its line.
                self.kill();
                let ended = status()?;
                let fate = self.fate.take();
                let (death, ran_for) = fate.unwrap_or_else(|| (ended, self.ran_for()));
                return Ok(Heard::Death(death, ran_for));
            }
        }
    }

    /// Reads what there is, and tells whether nothing more will come.
    fn has_closed(&mut self) -> io::Result<bool> {
        match self.frames.read_from(&mut self.line) {
            Ok(count) => Ok(count == 0),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(false),
            // It has ended with something unread.
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => Ok(true),
            Err(error) => Err(error),
        }
    }

    fn ran_for(&self) -> Duration {
        match self.board.deadline() {
            (Some(_), since) => since.elapsed(),
            (None, _) => Duration::ZERO,
        }
    }

    /// Waits until there is something to read, and sends meanwhile.
    fn is_readable(&mut self, wait: Duration) -> io::Result<bool> {
        let mut events = PollFlags::POLLIN;
        if !self.unsent.is_empty() {
            events |= PollFlags::POLLOUT;
        }
        let mut files = [PollFd::new(self.line.as_fd(), events)];
        match ppoll(&mut files, Some(wait.into()), None) {
            Ok(_) => {}
            Err(Errno::EINTR) => return Ok(false),
            Err(error) => return Err(error.into()),
        }
        let ready = files[0].revents().unwrap_or(PollFlags::empty());
        if ready.contains(PollFlags::POLLOUT) {
            self.unsent.send(&mut self.line);
        }
        // Also where it is gone.
        Ok(ready.intersects(!PollFlags::POLLOUT))
    }

    /// Why it is out of its bounds, if it is.
    fn look(&mut self, now: Instant) -> Option<Death> {
        let (deadline, since) = self.board.deadline();
        let end = deadline.map_or(since + PATIENCE, |deadline| deadline + GRACE);
        if now >= end {
            return Some(Death::OutOfTime);
        }
        match self.memory.check(self.process) {
            Some(again) => {
                self.next_look = (now + again).min(end);
                None
            }
            None => Some(Death::OutOfMemory),
        }
    }

    /// Ends it. Its parent, the zygote, keeps its number until it is told to go on, so no other
    /// process can have that number by now.
    fn kill(&self) {
        // It may have ended by itself.
        let _ = kill(self.process, Signal::SIGKILL);
    }
}

impl Drop for WorkerProcess {
    fn drop(&mut self) {
        self.kill();
    }
}
