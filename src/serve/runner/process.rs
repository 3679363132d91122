//! A runner, as the server has it.

use std::collections::VecDeque;
use std::io;
use std::process::{Command, Stdio};
use std::sync::Arc;

use parking_lot::Mutex;
use serde::Serialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{ChildStdin, ChildStdout};
use tokio::sync::{mpsc, oneshot};

use super::message::{Called, RunnerMessage};
use crate::frames::{FrameBuffer, add_frame, encode, write_frame};
use crate::function::Input;
use crate::serve::programs::FunctionSaid;

/// So many calls may be on their way to a runner before a caller has to wait.
const AHEAD: usize = 1024;

/// So many bytes are gathered before they are written, and are read at once.
const PORTION: usize = 64 << 10;

/// An input has about so many bytes beside its JSON, as it goes to the process.
const BESIDE: usize = 80;

/// A function's process. When it is dropped, the process ends what it has begun, and then itself.
pub struct Runner {
    calls: mpsc::Sender<Calls>,
}

/// The runner has ended without an answer.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the process of the function has ended")]
pub struct RunnerLost;

/// Inputs as they go to a process: a frame for each.
pub struct InputFrames {
    frames: Vec<u8>,
    count: usize,
}

impl InputFrames {
    /// None yet, and room for so many whose JSON has so many bytes together.
    pub fn with_room(count: usize, json: usize) -> InputFrames {
        InputFrames {
            frames: Vec::with_capacity(json + count * BESIDE),
            count: 0,
        }
    }

    /// With another [`Input`], or what has its form.
    pub fn and(self, input: &impl Serialize) -> InputFrames {
        InputFrames {
            frames: add_frame(self.frames, input),
            count: self.count + 1,
        }
    }
}

/// Calls with several inputs.
struct Calls {
    inputs: InputFrames,
    answers: mpsc::UnboundedSender<Vec<Called>>,
}

/// Who waits for how many answers, in the order of the inputs.
type Waiting = Arc<Mutex<VecDeque<(usize, mpsc::UnboundedSender<Vec<Called>>)>>>;

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
        let inputs = InputFrames::with_room(1, input.json.len()).and(input);
        let mut answers = self.call_all(inputs).await;
        let answers = answers.recv().await;
        answers.and_then(|mut all| all.pop()).ok_or(RunnerLost)
    }

    /// Calls the function with several inputs. The answers come in their order, as many at once as are
    /// there; fewer, if the process ends before.
    pub async fn call_all(&self, inputs: InputFrames) -> mpsc::UnboundedReceiver<Vec<Called>> {
        let (answers, answered) = mpsc::unbounded_channel();
        if inputs.count == 0 {
            return answered;
        }
        let calls = Calls { inputs, answers };
        // Where the process is gone, there are no answers.
        let _ = self.calls.send(calls).await;
        answered
    }
}

/// Hands calls on after `bytes`, until there are no more or the process is gone.
async fn write(
    mut bytes: Vec<u8>,
    mut calls: mpsc::Receiver<Calls>,
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
        while let Some(Calls { inputs, answers }) = next {
            waiting.lock().push_back((inputs.count, answers));
            bytes.extend_from_slice(&inputs.frames);
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
        let mut called = Vec::new();
        while let Ok(Some(frame)) = frames.next() {
            let Ok(told) = postcard::from_bytes(frame) else {
                return;
            };
            match (told, first.take()) {
                (told, Some(first)) => drop(first.send(told)),
                (RunnerMessage::Called(answer), None) => called.push(answer),
                (RunnerMessage::Ready(_) | RunnerMessage::NotLoaded(_), None) => return,
            }
        }
        answer(&mut waiting.lock(), called);
    }
}

/// Gives answers to those who wait for them, in their order.
fn answer(
    waiting: &mut VecDeque<(usize, mpsc::UnboundedSender<Vec<Called>>)>,
    mut called: Vec<Called>,
) {
    while !called.is_empty()
        && let Some((left, answers)) = waiting.front_mut()
    {
        let rest = called.split_off(called.len().min(*left));
        *left -= called.len();
        // Who asked may be gone.
        let _ = answers.send(called);
        called = rest;
        if *left == 0 {
            waiting.pop_front();
        }
    }
}
