//! A runner, as the server has it.

use std::collections::VecDeque;
use std::io;
use std::process::{Command, Stdio};
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{ChildStdin, ChildStdout};
use tokio::sync::{mpsc, oneshot};

use super::message::{Called, RunnerMessage};
use crate::frames::{FrameBuffer, encode, write_frame};
use crate::function::Input;
use crate::serve::programs::FunctionSaid;

/// So many calls may be on their way to a runner before a caller has to wait.
const AHEAD: usize = 1024;

/// So many bytes are gathered before they are written, and are read at once.
const PORTION: usize = 64 << 10;

/// A function's process. When it is dropped, the process ends what it has begun, and then itself.
pub struct Runner {
    calls: mpsc::Sender<Call>,
}

/// The runner has ended without an answer.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the process of the function has ended")]
pub struct RunnerLost;

struct Call {
    frame: Vec<u8>,
    answer: oneshot::Sender<Called>,
}

/// Who waits for an answer, in the order of the inputs.
type Waiting = Arc<Mutex<VecDeque<oneshot::Sender<Called>>>>;

impl Runner {
    /// Starts `command`, whose standard input and output are the runner's. The first receiver gets the
    /// first that it tells; the second one ends with the process.
    ///
    /// # Errors
    /// There is no room for a process.
    pub fn start(
        command: Command,
        said: &FunctionSaid,
    ) -> io::Result<(
        Runner,
        oneshot::Receiver<RunnerMessage>,
        oneshot::Receiver<()>,
    )> {
        let mut child = tokio::process::Command::from(command)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (stdin, stdout) = pipes.ok_or(io::ErrorKind::BrokenPipe)?;
        let mut begin = Vec::new();
        write_frame(&mut begin, &encode(said))?;
        let (calls, inbox) = mpsc::channel(AHEAD);
        let (first, started) = oneshot::channel();
        let (end, ended) = oneshot::channel();
        let waiting = Waiting::default();
        tokio::spawn(write(begin, inbox, waiting.clone(), stdin));
        tokio::spawn(async move {
            read(stdout, first, &waiting).await;
            // It has said what it wants to say. One that lives on would hold the function's resources.
            let _ = child.kill().await;
            // Who asks for an answer now gets none.
            waiting.lock().clear();
            drop(end);
        });
        Ok((Runner { calls }, started, ended))
    }

    /// Calls the function.
    ///
    /// # Errors
    /// The process has ended, or ends before it answers.
    pub async fn call(&self, input: &Input) -> Result<Called, RunnerLost> {
        let (answer, answered) = oneshot::channel();
        let frame = postcard::to_allocvec(input).map_err(|_| RunnerLost)?;
        let sent = self.calls.send(Call { frame, answer }).await;
        sent.map_err(|_| RunnerLost)?;
        answered.await.map_err(|_| RunnerLost)
    }
}

/// Hands calls on after `bytes`, until there are no more or the process is gone.
async fn write(
    mut bytes: Vec<u8>,
    mut calls: mpsc::Receiver<Call>,
    waiting: Waiting,
    mut to: ChildStdin,
) {
    loop {
        if to.write_all(&bytes).await.is_err() {
            waiting.lock().clear();
            return;
        }
        bytes.clear();
        let mut next = calls.recv().await;
        if next.is_none() {
            return;
        }
        // The calls of events that arrived with this one go along.
        tokio::task::yield_now().await;
        while let Some(Call { frame, answer }) = next {
            waiting.lock().push_back(answer);
            // A vector takes all.
            let _ = write_frame(&mut bytes, &frame);
            next = (bytes.len() < PORTION)
                .then(|| calls.try_recv().ok())
                .flatten();
        }
    }
}

/// Hands answers on, until there are no more.
async fn read(mut from: ChildStdout, first: oneshot::Sender<RunnerMessage>, waiting: &Waiting) {
    let mut first = Some(first);
    let mut frames = FrameBuffer::default();
    let mut portion = vec![0; PORTION];
    while let Ok(count @ 1..) = from.read(&mut portion).await {
        frames.add(&portion[..count]);
        while let Ok(Some(frame)) = frames.next() {
            let Ok(told) = postcard::from_bytes(&frame) else {
                return;
            };
            match (told, first.take()) {
                (told, Some(first)) => drop(first.send(told)),
                (RunnerMessage::Called(called), None) => {
                    let answer = waiting.lock().pop_front();
                    if let Some(answer) = answer {
                        // Who asked may be gone.
                        let _ = answer.send(called);
                    }
                }
                (RunnerMessage::Ready(_) | RunnerMessage::NotLoaded(_), None) => return,
            }
        }
    }
}
