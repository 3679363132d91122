//! One run of one version, and what came of each input as bytes that can be compared.

use std::ops::ControlFlow;
use std::sync::mpsc::{self, Receiver, SyncSender};

use super::fan_out::Feed;
use crate::engine::{self, EngineError, InputResult, Loaded, Need, Options};
use crate::function::Function;
use crate::outcome::Outcome;

/// How many outcomes go from thread to thread at once.
const CHUNK: usize = 64;
/// Chunks that a run may be ahead of the comparison.
const AHEAD: usize = 16;

/// What came of one input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparable {
    /// The outcome as JSON, without what differs from run to run: times, stacks, warnings.
    Outcome(Vec<u8>),
    InvalidInput(InvalidInput),
}

/// An input that a version can't take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidInput {
    pub input: String,
    /// In its line, from 1.
    pub column: Option<u32>,
    pub problem: String,
}

enum Message {
    Loaded(Loaded),
    Chunk(Vec<Comparable>),
    Failed(EngineError),
}

/// A run under way, on a thread of its own.
pub struct VersionRun {
    messages: Receiver<Message>,
    chunk: std::vec::IntoIter<Comparable>,
}

impl VersionRun {
    /// Starts it. Logs are kept only where they are compared.
    pub fn start(
        function: Function,
        options: Options,
        inputs: Feed,
        logs: bool,
    ) -> Result<VersionRun, EngineError> {
        let (sender, messages) = mpsc::sync_channel(AHEAD);
        std::thread::Builder::new()
            .name("segfn-diff-run".into())
            .stack_size(512 << 10)
            .spawn(move || run(function, options, inputs, logs, &sender))
            .map_err(EngineError::machine(Need::Thread))?;
        Ok(VersionRun {
            messages,
            chunk: Vec::new().into_iter(),
        })
    }

    /// What is known of the function, once it is loaded. To be called first. `None` when there are no
    /// inputs, for which nothing need be loaded.
    pub fn loaded(&mut self) -> Result<Option<Loaded>, EngineError> {
        match self.messages.recv() {
            Ok(Message::Loaded(loaded)) => Ok(Some(loaded)),
            Ok(Message::Failed(error)) => Err(error),
            Ok(Message::Chunk(chunk)) => {
                self.chunk = chunk.into_iter();
                Ok(None)
            }
            Err(_) => Ok(None),
        }
    }

    /// What came of the next input; `None` after the last.
    pub fn next(&mut self) -> Result<Option<Comparable>, EngineError> {
        loop {
            if let Some(comparable) = self.chunk.next() {
                return Ok(Some(comparable));
            }
            match self.messages.recv() {
                Ok(Message::Chunk(chunk)) => self.chunk = chunk.into_iter(),
                Ok(Message::Loaded(_)) => {}
                Ok(Message::Failed(error)) => return Err(error),
                Err(_) => return Ok(None),
            }
        }
    }
}

fn run(
    function: Function,
    options: Options,
    inputs: Feed,
    logs: bool,
    messages: &SyncSender<Message>,
) {
    let mut chunk = Vec::with_capacity(CHUNK);
    let ran = engine::run(
        function,
        inputs,
        options,
        |loaded| {
            // Nobody listens any more when another run has failed.
            let _ = messages.send(Message::Loaded(loaded.clone()));
        },
        move |ran| comparable(ran, logs),
        |comparable| {
            chunk.push(comparable);
            if chunk.len() < CHUNK {
                return ControlFlow::Continue(());
            }
            let full = std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK));
            match messages.send(Message::Chunk(full)) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        },
    );
    let _ = messages.send(match ran {
        Ok(()) => Message::Chunk(chunk),
        Err(error) => Message::Failed(error),
    });
}

fn comparable(ran: InputResult, logs: bool) -> Comparable {
    match ran {
        InputResult::Outcome(mut outcome) => {
            strip(&mut outcome, logs);
            // It is made of strings and JSON, so there is nothing that JSON can't hold.
            Comparable::Outcome(serde_json::to_vec(&outcome).unwrap_or_default())
        }
        InputResult::BadInput {
            input,
            column,
            problem,
        } => Comparable::InvalidInput(InvalidInput {
            input,
            column,
            problem,
        }),
    }
}

/// Takes out what isn't compared.
fn strip(outcome: &mut Outcome, logs: bool) {
    outcome.ms = 0.0;
    outcome.warnings.clear();
    outcome.cache = Default::default();
    for exchange in &mut outcome.exchanges {
        exchange.ms = 0.0;
    }
    if let Some(error) = &mut outcome.error {
        error.stack = None;
        error.at = None;
    }
    if logs {
        for log in &mut outcome.logs {
            log.time.clear();
        }
    } else {
        outcome.logs.clear();
    }
}
