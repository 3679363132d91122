//! A worker process that is the supervisor's own child: it is there sooner than a zygote's.

use std::fs::File;
use std::io;
use std::os::unix::net::UnixStream;
use std::sync::Arc;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::board::Board;
use super::fork::fork_a_life;
use super::line::Line;
use super::memory_use::MemoryBound;
use super::reaper::leave;
use super::shared_file::SharedFile;
use super::socket_line::SocketLine;
use super::worker_process::{Process, WorkerProcess};

/// The process, and what it has in common with its supervisor.
pub struct FirstWorker {
    pub process: Pid,
    pub line: SocketLine,
    pub board: Arc<Board>,
    pub file: SharedFile,
}

impl FirstWorker {
    /// Forks a process that lives with its end of the line, the board, and a file for its complaints.
    ///
    /// # Errors
    /// There is no room for another process.
    pub fn fork(
        life: impl FnOnce(UnixStream, &Arc<Board>, &File) + Send,
    ) -> io::Result<FirstWorker> {
        let (file, board) = SharedFile::for_forks()?;
        let board = Arc::new(board);
        let (line, theirs) = UnixStream::pair()?;
        let process = fork_a_life(&mut Vec::<()>::new(), || life(theirs, &board, file.file()))?;
        Ok(FirstWorker {
            process,
            line: SocketLine::new(line)?,
            board,
            file,
        })
    }

    /// Ends it, where there is nothing to do for it.
    pub fn dismiss(self) {
        // It may have ended by itself.
        let _ = kill(self.process, Signal::SIGKILL);
        leave(self.process);
    }

    /// It, as it works and may take so much memory.
    pub fn work(self, memory: MemoryBound) -> (WorkerProcess, SharedFile) {
        let process = Process::Forked(self.process);
        let line = Line::Socket(self.line);
        let worker = WorkerProcess::new(process, line, self.board, memory);
        (worker, self.file)
    }
}
