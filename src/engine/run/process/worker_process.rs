//! A worker process, as its supervisor sees it.

use std::io;
use std::process::Child;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::board::Board;
use super::came::Came;
use super::death::Death;
use super::line::Line;
use super::memory_use::MemoryBound;
use crate::frames::FrameBuffer;

/// What a process has beyond its time limit, to end the invocation by itself.
const GRACE: Duration = Duration::from_secs(1);
/// How long a process may take for what isn't a function's doing: to load packages, to render.
const PATIENCE: Duration = Duration::from_secs(60);

/// How a worker process came to be.
pub enum Process {
    /// By a zygote, which alone can tell how it ended, and keeps its number until it is told to go on: no
    /// other process can have that number by now.
    #[cfg(target_os = "linux")]
    Forked(nix::unistd::Pid),
    Started(Child),
}

impl Process {
    pub fn id(&self) -> u32 {
        match self {
            #[cfg(target_os = "linux")]
            Process::Forked(process) => process.as_raw().cast_unsigned(),
            Process::Started(child) => child.id(),
        }
    }

    fn kill(&mut self) {
        // It may have ended by itself.
        match self {
            #[cfg(target_os = "linux")]
            Process::Forked(process) => {
                let _ = nix::sys::signal::kill(*process, nix::sys::signal::Signal::SIGKILL);
            }
            Process::Started(child) => {
                let _ = child.kill();
            }
        }
    }
}

/// Why the supervisor ended a process, and for how long JavaScript ran by then.
#[derive(Clone)]
pub struct Fate {
    pub death: Death,
    pub ran_for: Duration,
}

/// A worker process that is running.
pub struct WorkerProcess {
    pub process: Process,
    line: Line,
    board: Arc<Board>,
    frames: FrameBuffer,
    pub memory: MemoryBound,
    /// When to see again whether it is within its bounds.
    next_look: Instant,
    /// Once the supervisor has ended it.
    fate: Option<Fate>,
}

impl WorkerProcess {
    pub fn new(
        process: Process,
        line: Line,
        board: Arc<Board>,
        memory: MemoryBound,
    ) -> WorkerProcess {
        WorkerProcess {
            process,
            line,
            board,
            frames: FrameBuffer::default(),
            memory,
            next_look: Instant::now(),
            fate: None,
        }
    }

    /// Sends it something. A process that is gone is told of by [`Self::hear`].
    pub fn tell(&mut self, frame: &[u8]) {
        self.line.tell(frame);
    }

    /// Waits for what it says next, and ends it when it is out of its bounds. `None` when it has ended and
    /// everything that it said has been heard.
    pub fn hear(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            if let Some(frame) = self.frames.next()? {
                return Ok(Some(frame.to_vec()));
            }
            let now = Instant::now();
            if self.fate.is_none()
                && now >= self.next_look
                && let Some(death) = self.look(now)
            {
                self.process.kill();
                self.fate = Some(Fate {
                    death,
                    ran_for: self.ran_for(),
                });
            }
            let wait = match &self.fate {
                Some(_) => PATIENCE,
                None => self.next_look.saturating_duration_since(now),
            };
            if let Came::End = self.line.wait(wait, &mut self.frames)? {
                // Also where it has only closed its line.
                self.process.kill();
                return Ok(None);
            }
        }
    }

    /// Why it ended, where the supervisor knows.
    pub fn fate(&self) -> Option<Fate> {
        self.fate.clone()
    }

    /// For how long JavaScript has been running.
    pub fn ran_for(&self) -> Duration {
        match self.board.deadline() {
            (Some(_), since) => since.elapsed(),
            (None, _) => Duration::ZERO,
        }
    }

    /// Why it is out of its bounds, if it is.
    fn look(&mut self, now: Instant) -> Option<Death> {
        let (deadline, since) = self.board.deadline();
        let end = deadline.map_or(since + PATIENCE, |deadline| deadline + GRACE);
        if now >= end {
            return Some(Death::OutOfTime);
        }
        match self.memory.check(self.process.id()) {
            Some(again) => {
                self.next_look = (now + again).min(end);
                None
            }
            None => Some(Death::OutOfMemory),
        }
    }
}

impl Drop for WorkerProcess {
    fn drop(&mut self) {
        self.process.kill();
        if let Process::Started(child) = &mut self.process {
            let _ = child.wait();
        }
    }
}
