//! One run of one version, and what came of each input as bytes that can be compared.

use std::ops::ControlFlow;
use std::sync::mpsc::{self, Receiver, SyncSender};

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::failures::NothingDone;
use super::fan_out::Feed;
use crate::cost::InvocationCost;
use crate::coverage::ScriptCoverage;
use crate::engine::{EngineError, InputResult, InputRun, Loaded, Need, Options, Ran};
use crate::function::{Function, InputPlace};
use crate::outcome::Outcome;

/// How many outcomes go from thread to thread at once.
const CHUNK: usize = 64;
/// Chunks that a run may be ahead of the comparison.
const AHEAD: usize = 16;

/// What came of one input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Comparable {
    /// The outcome as JSON, without what differs from run to run: times, stacks, warnings.
    Outcome {
        place: InputPlace,
        json: Bytes,
        nothing_done: Option<NothingDone>,
        /// How many requests were answered as recorded for others.
        assumed: u64,
        cost: InvocationCost,
        /// What of the function ran, where that is counted.
        coverage: Option<ScriptCoverage>,
        /// The input itself, where that was asked for.
        event: Option<Bytes>,
    },
    InvalidInput(InvalidInput),
}

impl Comparable {
    /// What of the function ran, where that is counted.
    pub fn take_coverage(&mut self) -> Option<ScriptCoverage> {
        match self {
            Comparable::Outcome { coverage, .. } => coverage.take(),
            Comparable::InvalidInput(_) => None,
        }
    }
}

/// An input that a version can't take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Starts it.
    pub fn start(version: InputRun<Comparable>, inputs: Feed) -> Result<VersionRun, EngineError> {
        let (sender, messages) = mpsc::sync_channel(AHEAD);
        std::thread::Builder::new()
            .name("segfn-diff-run".into())
            .stack_size(512 << 10)
            .spawn(move || run(version, inputs, &sender))
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

/// What is kept of a run beside what is always compared.
#[derive(Clone, Copy, Debug, Default)]
pub struct Kept {
    pub logs: bool,
    /// The inputs themselves.
    pub events: bool,
}

/// Gets a version ready to run. This is to be done before there is any thread.
pub fn prepare(
    function: Function,
    options: Options,
    kept: Kept,
) -> Result<InputRun<Comparable>, EngineError> {
    InputRun::new(function, options, move |ran| comparable(ran, kept))
}

fn run(version: InputRun<Comparable>, inputs: Feed, messages: &SyncSender<Message>) {
    let mut chunk = Vec::with_capacity(CHUNK);
    let ran = version.run(
        inputs,
        |loaded| {
            // Nobody listens any more when another run has failed.
            let _ = messages.send(Message::Loaded(loaded.clone()));
        },
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

fn comparable(ran: Ran, kept: Kept) -> Comparable {
    let event = || Bytes::copy_from_slice(ran.input.json.as_bytes());
    match ran.result {
        InputResult::Outcome(mut outcome) => {
            let nothing_done = NothingDone::of(&outcome);
            let cost = InvocationCost::new(&outcome, &ran.usage);
            let exchanges = outcome.exchanges.iter();
            let assumed = exchanges
                .filter(|exchange| exchange.assumed.is_some())
                .count() as u64;
            strip(&mut outcome, kept.logs);
            // It is made of strings and JSON, so there is nothing that JSON can't hold.
            let json = serde_json::to_vec(&outcome).unwrap_or_default().into();
            Comparable::Outcome {
                place: ran.input.place,
                json,
                nothing_done,
                assumed,
                cost,
                coverage: ran.coverage,
                event: kept.events.then(event),
            }
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
        exchange.assumed = None;
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
