//! A place for one worker process at a time, as the supervisor has it.

use std::sync::Arc;
use std::time::Duration;

use super::board::Board;
use super::death::{Death, Ending};
use super::journal::JournalEntries;
use super::memory_use::MemoryBound;
use super::program::Program;
use super::shared_file::SharedFile;
use super::worker_process::{Fate, Process, WorkerProcess};
#[cfg(target_os = "linux")]
use super::zygote::Zygote;
use crate::engine::error::{EngineError, Lost, Need};
use crate::engine::run::worker::Unfinished;
use crate::secrets::Secrets;

pub struct Slot {
    // It is dropped before what it comes from, which waits for its end.
    worker: Option<WorkerProcess>,
    source: Source,
    board: Arc<Board>,
    file: SharedFile,
}

/// Where worker processes come from.
enum Source {
    #[cfg(target_os = "linux")]
    Zygote(Zygote),
    Program(Program),
}

/// What is heard of a worker process.
pub enum Heard {
    Frame(Vec<u8>),
    /// Nothing more: it is gone.
    End(Box<Ended>),
}

/// A worker process that has ended.
pub struct Ended {
    pub death: Death,
    /// JavaScript ran for so long before.
    pub ran_for: Duration,
    journal: JournalEntries,
}

impl Ended {
    /// What that means for the input that was running. `secrets` learn what the process had learned.
    ///
    /// # Errors
    /// It is no doing of the function's.
    pub fn into_unfinished(self, secrets: &Secrets) -> Result<Unfinished, EngineError> {
        let JournalEntries {
            logs,
            dropped,
            secrets: learned,
        } = self.journal;
        learned.iter().for_each(|secret| secrets.learn(secret));
        Ok(Unfinished {
            end: self.death.into_end()?,
            ran_for: self.ran_for,
            logs,
            dropped,
        })
    }
}

impl Slot {
    /// One whose processes are started.
    ///
    /// # Errors
    /// There is no room for what it has in common with them.
    pub fn of_program(program: Program) -> Result<Slot, EngineError> {
        let file = SharedFile::new().map_err(EngineError::machine(Need::Process))?;
        let board = file.board().map_err(EngineError::machine(Need::Process))?;
        Ok(Slot {
            worker: None,
            source: Source::Program(program),
            board: Arc::new(board),
            file,
        })
    }

    /// One whose processes `zygote` forks; it may have one already.
    #[cfg(target_os = "linux")]
    pub fn of_zygote(
        zygote: Zygote,
        worker: Option<WorkerProcess>,
        board: Arc<Board>,
        file: SharedFile,
    ) -> Slot {
        Slot {
            worker,
            source: Source::Zygote(zygote),
            board,
            file,
        }
    }

    pub fn board(&self) -> &Board {
        &self.board
    }

    pub fn has_worker(&self) -> bool {
        self.worker.is_some()
    }

    /// Starts a worker process, in the place of the last one, which gets `order` and may take so much
    /// memory.
    ///
    /// # Errors
    /// There is no room for another process, or what it would come from is gone.
    pub fn start(&mut self, order: &[u8], memory: MemoryBound) -> Result<(), EngineError> {
        let before = self.worker.take();
        self.source.release(before)?;
        self.board.clear();
        self.file.clear();
        let (process, line) = match &mut self.source {
            #[cfg(target_os = "linux")]
            Source::Zygote(zygote) => zygote.fork(order)?,
            Source::Program(program) => program
                .start(order, self.file.file())
                .map_err(EngineError::machine(Need::Process))?,
        };
        let board = self.board.clone();
        self.worker = Some(WorkerProcess::new(process, line, board, memory));
        Ok(())
    }

    /// Sets how much memory the worker process may take.
    pub fn bound(&mut self, memory: MemoryBound) {
        if let Some(worker) = &mut self.worker {
            worker.memory = memory;
        }
    }

    /// Sends the worker process something.
    pub fn tell(&mut self, frame: &[u8]) {
        if let Some(worker) = &mut self.worker {
            worker.tell(frame);
        }
    }

    /// Waits for what the worker process says next.
    ///
    /// # Errors
    /// It breaks the rules, or what it comes from is gone.
    pub fn hear(&mut self) -> Result<Heard, EngineError> {
        let Some(mut worker) = self.worker.take() else {
            return Ok(Heard::End(Box::new(self.ended(Fate {
                death: Death::Exit(0),
                ran_for: Duration::ZERO,
            }))));
        };
        let heard = worker
            .hear()
            .map_err(|error| EngineError::Lost(Lost::Process(error.to_string())))?;
        if let Some(frame) = heard {
            self.worker = Some(worker);
            return Ok(Heard::Frame(frame));
        }
        let (known, ran_for) = (worker.fate(), worker.ran_for());
        let ending = self.source.ending(&mut worker)?;
        let fate = known.unwrap_or_else(|| Fate {
            death: Death::new(ending, || self.board.words(), || self.file.complaints()),
            ran_for,
        });
        Ok(Heard::End(Box::new(self.ended(fate))))
    }

    fn ended(&self, fate: Fate) -> Ended {
        Ended {
            death: fate.death,
            ran_for: fate.ran_for,
            journal: self.board.journal().entries(),
        }
    }
}

impl Source {
    /// How a process ended; it waits for that.
    fn ending(&mut self, worker: &mut WorkerProcess) -> Result<Ending, EngineError> {
        match (self, &mut worker.process) {
            #[cfg(target_os = "linux")]
            (Source::Zygote(zygote), _) => zygote.ending(),
            (_, Process::Started(child)) => child
                .wait()
                .map(Ending::from)
                .map_err(EngineError::machine(Need::Process)),
            #[cfg(target_os = "linux")]
            (Source::Program(_), Process::Forked(_)) => Ok(Ending::Exit(0)),
        }
    }

    /// Ends a process, for another to take its place.
    fn release(&mut self, worker: Option<WorkerProcess>) -> Result<(), EngineError> {
        drop(worker);
        match self {
            #[cfg(target_os = "linux")]
            Source::Zygote(zygote) => zygote.ending().map(drop),
            Source::Program(_) => Ok(()),
        }
    }
}
