//! The line to a worker process, as its supervisor has it.

use std::io;
use std::io::{Read, Write};
use std::process::{ChildStdin, ChildStdout};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender};
use std::thread;
use std::time::Duration;

use super::came::Came;
use crate::frames::{FrameBuffer, write_frame};

/// How much is read of a pipe at once, and how often before somebody takes it.
const PORTION: usize = 64 << 10;
const PORTIONS: usize = 16;
const STACK: usize = 128 << 10;

/// Frames to and from a process that may not read, and may say anything.
pub enum Line {
    #[cfg(target_os = "linux")]
    Socket(super::socket_line::SocketLine),
    Pipes(Pipes),
}

impl Line {
    /// Sends a frame; what the process doesn't take at once goes out later. A process that is gone is told
    /// of by [`Line::wait`].
    pub fn tell(&mut self, frame: &[u8]) {
        match self {
            #[cfg(target_os = "linux")]
            Line::Socket(line) => line.tell(frame),
            Line::Pipes(pipes) => pipes.tell(frame),
        }
    }

    /// Waits at most so long, and adds what comes to `frames`.
    pub fn wait(&mut self, wait: Duration, frames: &mut FrameBuffer) -> io::Result<Came> {
        match self {
            #[cfg(target_os = "linux")]
            Line::Socket(line) => line.wait(wait, frames),
            Line::Pipes(pipes) => Ok(pipes.wait(wait, frames)),
        }
    }
}

/// The pipes of a process that was started. No system but Unix can wait for one with a time limit, so a
/// thread waits for each.
pub struct Pipes {
    to: Sender<Vec<u8>>,
    from: Receiver<Vec<u8>>,
}

impl Pipes {
    /// # Errors
    /// There is no room for a thread.
    pub fn new(to: ChildStdin, from: ChildStdout) -> io::Result<Pipes> {
        let (outgoing, frames) = mpsc::channel();
        let (portions, incoming) = mpsc::sync_channel(PORTIONS);
        let named = |name: &str| thread::Builder::new().name(name.into()).stack_size(STACK);
        named("segfn-to-worker").spawn(move || write(&frames, to))?;
        named("segfn-from-worker").spawn(move || read(from, &portions))?;
        Ok(Pipes {
            to: outgoing,
            from: incoming,
        })
    }

    fn tell(&self, frame: &[u8]) {
        // Where the thread has ended, the process has.
        let _ = self.to.send(frame.to_vec());
    }

    fn wait(&self, wait: Duration, frames: &mut FrameBuffer) -> Came {
        match self.from.recv_timeout(wait) {
            Ok(portion) => {
                frames.add(&portion);
                Came::Something
            }
            Err(RecvTimeoutError::Timeout) => Came::NothingYet,
            Err(RecvTimeoutError::Disconnected) => Came::End,
        }
    }
}

/// Ends when the process has ended, or is to get no more.
fn write(frames: &Receiver<Vec<u8>>, mut to: ChildStdin) {
    while let Ok(frame) = frames.recv() {
        if write_frame(&mut to, &frame)
            .and_then(|()| to.flush())
            .is_err()
        {
            return;
        }
    }
}

/// Ends when the process has ended, or nobody listens any more.
fn read(mut from: ChildStdout, portions: &SyncSender<Vec<u8>>) {
    let mut portion = vec![0; PORTION];
    loop {
        match from.read(&mut portion) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Ok(0) | Err(_) => return,
            Ok(count) => {
                if portions.send(portion[..count].to_vec()).is_err() {
                    return;
                }
            }
        }
    }
}
