//! Runs inputs in worker processes that stay warm.

use std::collections::VecDeque;

use parking_lot::Mutex;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

#[cfg(target_os = "linux")]
use super::ahead::order_ahead;
use super::area::Outputs;
use super::assignment::Assignment;
use super::board::AREAS;
#[cfg(target_os = "linux")]
use super::first_worker::FirstWorker;
#[cfg(target_os = "linux")]
use super::forks::fork_all;
use super::given_chunk::{GivenChunk, ToldChunk};
use super::handover::WorkerHandover;
#[cfg(target_os = "linux")]
use super::input_offspring::InputOffspring;
use super::input_offspring::{OUTPUTS, Started};
use super::memory_use::MemoryBound;
#[cfg(target_os = "linux")]
use super::server::live_at_once;
use super::slot::{Ended, Heard, Slot};
use super::store_folder::StoreFolder;
use super::way::{Way, way};
use crate::engine::error::{EngineError, Need};
use crate::engine::invoke::classify::classify;
use crate::engine::result::Loaded;
use crate::engine::run::input_executor::{Ran, WorkerSetup};
use crate::engine::run::pool::{Chunk, Chunks, Executor};
use crate::engine::run::worker::{not_loaded, unfinished};
use crate::frames::decode;
use crate::function::{Input, Kind};
use crate::options::AwsMode;
use crate::outcome::Failure;

/// How often in a row a process may end before it begins with an input.
const FALSE_STARTS: usize = 3;

/// The places for processes of a run, one for each of its threads.
pub struct InputProcesses {
    slots: Vec<Slot>,
    are_forked: bool,
    store: Option<StoreFolder>,
}

/// Makes workers of places.
pub struct InputWorkers<T> {
    free: Mutex<VecDeque<Slot>>,
    are_forked: bool,
    setup: WorkerSetup<T>,
}

impl InputProcesses {
    /// `None` where there can be no processes. One that was forked ahead is told what `rendering` renders by.
    ///
    /// # Errors
    /// There is no room for another process.
    pub fn start<T: Serialize + Send + 'static>(
        setup: &WorkerSetup<T>,
        rendering: Option<&RawValue>,
    ) -> Result<Option<InputProcesses>, EngineError> {
        let options = &setup.options;
        let way =
            way(|| Assignment::Inputs(Box::new(WorkerHandover::new(&setup.function, options))));
        let host = &options.host;
        let store = || {
            (host.aws == AwsMode::Embedded)
                .then(|| StoreFolder::new(&host.folder))
                .flatten()
        };
        let (count, memory) = (options.jobs.max(1), MemoryBound::new(options.memory));
        // Elsewhere none is forked ahead.
        #[cfg(not(target_os = "linux"))]
        let _ = rendering;
        match way {
            #[cfg(target_os = "linux")]
            Way::Fork => {
                let store = store();
                let offspring = || InputOffspring {
                    setup: setup.clone(),
                    isolate: None,
                };
                let ahead = rendering
                    .and_then(|rendering| order_ahead(&setup.function, options, rendering));
                let first = match ahead {
                    Some(ahead) => ahead,
                    None => FirstWorker::fork(|line, board, complaints| {
                        live_at_once(line, board, complaints, &mut offspring());
                    })
                    .map_err(EngineError::machine(Need::Process))?,
                };
                Ok(Some(InputProcesses {
                    slots: fork_all(count, Some((first, memory)), offspring)?,
                    are_forked: true,
                    store,
                }))
            }
            Way::Start(program) => {
                let store = store();
                let slots = (0..count).map(|_| Slot::of_program(program.again()));
                let mut slots: Vec<Slot> = slots.collect::<Result<_, _>>()?;
                // The others are started by the threads that they are for.
                if let Some(first) = slots.first_mut() {
                    first.start(&[], memory)?;
                }
                Ok(Some(InputProcesses {
                    slots,
                    are_forked: false,
                    store,
                }))
            }
            Way::None => Ok(None),
        }
    }

    /// What threads work with, and the folder that is to be dropped when they have ended.
    pub fn workers<T>(self, setup: WorkerSetup<T>) -> (InputWorkers<T>, Option<StoreFolder>) {
        let workers = InputWorkers {
            free: Mutex::new(self.slots.into()),
            are_forked: self.are_forked,
            setup,
        };
        (workers, self.store)
    }
}

impl<T: DeserializeOwned + Send + 'static> InputWorkers<T> {
    /// What a thread works with. Its first process is started now.
    ///
    /// # Errors
    /// The function can't be loaded, or there is no process to be had.
    pub fn worker(&self) -> Result<(InputWorker<T>, Loaded), EngineError> {
        let slot = self.free.lock().pop_front();
        let slot =
            slot.ok_or_else(|| EngineError::lost_process("there is one for each thread".into()))?;
        let mut worker = InputWorker {
            slot,
            are_forked: self.are_forked,
            setup: self.setup.clone(),
            kind: Kind::Destination,
            chunks: VecDeque::with_capacity(AREAS),
            told: 0,
            false_starts: 0,
        };
        let loaded = worker.start()?;
        Ok((worker, loaded))
    }
}

/// Has the inputs of one thread of a pool run by a worker process, and by another when that ends.
pub struct InputWorker<T> {
    slot: Slot,
    /// Whether processes know what is to be made of what comes of an input.
    are_forked: bool,
    setup: WorkerSetup<T>,
    kind: Kind,
    /// What the process has, or is to have next: one chunk that it executes, and the next, so that it
    /// doesn't wait for it.
    chunks: VecDeque<GivenChunk<T>>,
    /// How many chunks the process was told.
    told: usize,
    /// How often in a row a process ended before it began with an input.
    false_starts: usize,
}

impl<T: DeserializeOwned + Send + 'static> InputWorker<T> {
    /// Starts a process, if there is none, and waits until it has loaded the function.
    fn start(&mut self) -> Result<Loaded, EngineError> {
        let options = &self.setup.options;
        self.told = 0;
        if !self.slot.has_worker() {
            self.slot.start(&[], MemoryBound::new(options.memory))?;
        }
        let loaded = match self.slot.hear()? {
            Heard::Frame(frame) => {
                let told: Started =
                    decode(&frame).map_err(|error| EngineError::lost_process(error.to_string()))?;
                told.learned.remember(&options.host.secrets);
                told.start?
            }
            Heard::End(ended) => {
                let timeout = options.timeout.as_millis();
                let how = ended.into_unfinished(&options.host.secrets)?;
                let (_, failure) = classify(how.end, self.kind, "", timeout);
                return Err(EngineError::Load(Box::new(failure)));
            }
        };
        self.kind = loaded.kind;
        Ok(loaded)
    }

    /// Tells the process what it has not been told.
    fn tell(&mut self) -> Result<(), EngineError> {
        for chunk in self.chunks.iter_mut().filter(|chunk| chunk.told.is_none()) {
            let frame = postcard::to_allocvec(&chunk.items);
            let frame = frame.map_err(|error| EngineError::lost_process(error.to_string()))?;
            chunk.told = Some(ToldChunk {
                number: self.told,
                outputs: chunk.outputs.len(),
            });
            self.slot.board().area(self.told).clear();
            self.slot.tell(&frame);
            self.told += 1;
        }
        Ok(())
    }

    /// Takes from the board what has come of the chunk that is executed.
    fn look(&mut self) -> Result<(), EngineError> {
        if let Some(chunk) = self.chunks.front_mut()
            && let Some(told) = chunk.told
        {
            let outputs = self.slot.board().area(told.number).outputs();
            chunk.take(&outputs, &self.setup, self.are_forked)?;
        }
        Ok(())
    }

    /// Hands on the chunk in front where it is done, and tells whether it is.
    fn hand_on(&mut self, pool: &mut Chunks<Self>) -> bool {
        let is_done = |chunk: &mut GivenChunk<T>| chunk.items.is_empty();
        match self.chunks.pop_front_if(is_done) {
            Some(chunk) => {
                self.false_starts = 0;
                pool.done(chunk.first, chunk.outputs);
                true
            }
            None => false,
        }
    }

    /// Waits until the process has done the chunk in front, or is gone.
    fn wait(&mut self, pool: &mut Chunks<Self>) -> Result<(), EngineError> {
        match self.slot.hear()? {
            Heard::Frame(frame) => match (frame.split_first(), self.chunks.front_mut()) {
                (Some((&OUTPUTS, outputs)), Some(chunk)) => {
                    if let Some(outputs) = Outputs::from_frame(outputs) {
                        chunk.take(&outputs, &self.setup, self.are_forked)?;
                    }
                }
                _ => {
                    self.look()?;
                    if !self.hand_on(pool) {
                        return Err(EngineError::lost_process("it has not answered".into()));
                    }
                }
            },
            Heard::End(ended) => self.bury(*ended, pool)?,
        }
        Ok(())
    }

    /// The process is gone: answers for the input that it ran, and readies the others for the next.
    fn bury(&mut self, ended: Ended, pool: &mut Chunks<Self>) -> Result<(), EngineError> {
        self.look()?;
        while self.hand_on(pool) {
            self.look()?;
        }
        self.false_starts += 1;
        let Some(chunk) = self.chunks.front_mut() else {
            return Ok(());
        };
        if let Some(told) = chunk.told
            && chunk.begun(self.slot.board().area(told.number)) > 0
            && let Some(input) = chunk.items.pop_front()
        {
            self.false_starts = 0;
            let options = &self.setup.options;
            let how = ended.into_unfinished(&options.host.secrets)?;
            let result = unfinished(&input.name, self.kind, how, options.timeout);
            let output = (self.setup.map)(Ran::lost(&input, result));
            chunk.outputs.push(output);
            self.hand_on(pool);
        } else if self.false_starts == FALSE_STARTS {
            return Err(EngineError::lost_process(ended.death.to_string()));
        }
        self.chunks.iter_mut().for_each(|chunk| chunk.told = None);
        Ok(())
    }

    /// It could be loaded at first, and can't now. Whether it can the next time, nobody knows.
    fn answer_not_loaded(&mut self, failure: Failure, pool: &mut Chunks<Self>) {
        if let Some(chunk) = self.chunks.front_mut()
            && let Some(input) = chunk.items.pop_front()
        {
            let result = not_loaded(&input.name, self.kind, failure);
            let output = (self.setup.map)(Ran::lost(&input, result));
            chunk.outputs.push(output);
            self.hand_on(pool);
        }
    }
}

impl<T: DeserializeOwned + Send + 'static> Executor for InputWorker<T> {
    type Item = Input;
    type Output = T;
    type Started = Loaded;

    fn work(&mut self, pool: &mut Chunks<Self>) -> Result<(), EngineError> {
        loop {
            while self.chunks.len() < AREAS {
                let next = match self.chunks.is_empty() {
                    true => pool.next(),
                    false => pool.next_ahead(),
                };
                let Some(Chunk { first, items }) = next else {
                    break;
                };
                self.chunks.push_back(GivenChunk {
                    first,
                    outputs: Vec::with_capacity(items.len()),
                    items,
                    told: None,
                });
            }
            if self.chunks.is_empty() {
                return Ok(());
            }
            if !self.slot.has_worker() {
                match self.start() {
                    Ok(_) => {}
                    Err(EngineError::Load(failure)) => {
                        self.answer_not_loaded(*failure, pool);
                        continue;
                    }
                    Err(error) => return Err(error),
                }
            }
            self.tell()?;
            self.wait(pool)?;
        }
    }

    fn size(input: &Input) -> usize {
        input.name.len() + input.json.len()
    }
}
