//! A zygote, as the supervisor sees it: a process that forks worker processes when it is asked to.

use std::io;
use std::io::{IoSlice, Read};
use std::net::Shutdown;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use nix::sys::socket::{ControlMessage, MsgFlags, sendmsg};
use nix::sys::wait::waitpid;
use nix::unistd::Pid;

use super::death::Ending;
use super::line::Line;
use super::reaper::leave;
use super::server::raw_status;
use super::socket_line::SocketLine;
use super::worker_process::Process;
use crate::engine::error::{EngineError, Lost, Need};
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

impl Zygote {
    /// The zygote that is this process, and is ordered by `control`. `first` is a worker process that is this
    /// one's own child.
    pub fn new(process: Pid, control: UnixStream, first: Option<Pid>) -> Zygote {
        Zygote {
            process,
            control,
            parent: first.map(Parent::Supervisor),
        }
    }

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
