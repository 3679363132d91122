//! The socket that a forked worker process has in common with its supervisor.

use std::io;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, ppoll};

use super::came::Came;
use crate::frames::{FrameBuffer, Unsent};

pub struct SocketLine {
    socket: UnixStream,
    /// What the process has yet to be sent.
    unsent: Unsent,
}

impl SocketLine {
    /// # Errors
    /// The system refuses that sending doesn't wait.
    pub fn new(socket: UnixStream) -> io::Result<SocketLine> {
        socket.set_nonblocking(true)?;
        Ok(SocketLine {
            socket,
            unsent: Unsent::default(),
        })
    }

    /// What isn't taken at once is sent while it is waited.
    pub fn tell(&mut self, frame: &[u8]) {
        self.unsent.add(frame);
        self.unsent.send(&mut self.socket);
    }

    pub fn wait(&mut self, wait: Duration, frames: &mut FrameBuffer) -> io::Result<Came> {
        if !self.is_readable(wait)? {
            return Ok(Came::NothingYet);
        }
        match frames.read_from(&mut self.socket) {
            Ok(0) => Ok(Came::End),
            Ok(_) => Ok(Came::Something),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(Came::NothingYet),
            // It has ended with something unread.
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => Ok(Came::End),
            Err(error) => Err(error),
        }
    }

    /// Waits until there is something to read, and sends meanwhile.
    fn is_readable(&mut self, wait: Duration) -> io::Result<bool> {
        let mut events = PollFlags::POLLIN;
        if !self.unsent.is_empty() {
            events |= PollFlags::POLLOUT;
        }
        let mut files = [PollFd::new(self.socket.as_fd(), events)];
        match ppoll(&mut files, Some(wait.into()), None) {
            Ok(_) => {}
            Err(Errno::EINTR) => return Ok(false),
            Err(error) => return Err(error.into()),
        }
        let ready = files[0].revents().unwrap_or(PollFlags::empty());
        if ready.contains(PollFlags::POLLOUT) {
            self.unsent.send(&mut self.socket);
        }
        // Also where it is gone.
        Ok(ready.intersects(!PollFlags::POLLOUT))
    }
}
