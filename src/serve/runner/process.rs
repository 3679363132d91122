//! A runner, as the server has it.

use std::collections::VecDeque;
use std::io;
use std::io::{BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::thread;

use parking_lot::Mutex;
use tokio::sync::{mpsc, oneshot};

use super::message::{Called, RunnerMessage};
use crate::frames::{encode, read_frame, write_frame};
use crate::function::Input;
use crate::serve::programs::FunctionSaid;

/// So many calls may be on their way to a runner before a caller has to wait.
const AHEAD: usize = 256;

/// So many bytes are gathered before they are written.
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
    /// There is no room for a process or a thread.
    pub fn start(
        command: &mut Command,
        said: &FunctionSaid,
    ) -> io::Result<(
        Runner,
        oneshot::Receiver<RunnerMessage>,
        oneshot::Receiver<()>,
    )> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (mut stdin, stdout) = pipes.ok_or(io::ErrorKind::BrokenPipe)?;
        write_frame(&mut stdin, &encode(said))?;
        let (calls, inbox) = mpsc::channel(AHEAD);
        let (first, started) = oneshot::channel();
        let (end, ended) = oneshot::channel();
        let waiting = Waiting::default();
        let writer = waiting.clone();
        let named = |name: &str| thread::Builder::new().name(name.into());
        named("segfn-to-runner").spawn(move || write(inbox, &writer, stdin))?;
        named("segfn-from-runner").spawn(move || {
            read(child, stdout, first, &waiting);
            // Who asks for an answer now gets none.
            waiting.lock().clear();
            drop(end);
        })?;
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

/// Hands calls on, until there are no more or the process is gone.
fn write(mut calls: mpsc::Receiver<Call>, waiting: &Waiting, mut to: ChildStdin) {
    let mut bytes = Vec::new();
    while let Some(call) = calls.blocking_recv() {
        let mut next = Some(call);
        while let Some(Call { frame, answer }) = next {
            waiting.lock().push_back(answer);
            // A vector takes all.
            let _ = write_frame(&mut bytes, &frame);
            next = (bytes.len() < PORTION)
                .then(|| calls.try_recv().ok())
                .flatten();
        }
        if to.write_all(&bytes).is_err() {
            waiting.lock().clear();
            return;
        }
        bytes.clear();
    }
}

fn read(
    mut child: Child,
    stdout: ChildStdout,
    first: oneshot::Sender<RunnerMessage>,
    waiting: &Waiting,
) {
    let mut first = Some(first);
    let mut from = BufReader::with_capacity(PORTION, stdout);
    while let Ok(frame) = read_frame(&mut from) {
        let Ok(told) = postcard::from_bytes(&frame) else {
            break;
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
            (RunnerMessage::Ready(_) | RunnerMessage::NotLoaded(_), None) => break,
        }
    }
    // It has said what it wants to say. One that lives on would hold the function's resources.
    let _ = child.kill();
    let _ = child.wait();
}
