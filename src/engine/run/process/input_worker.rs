//! Runs inputs in a worker process that stays warm.

use std::collections::VecDeque;
use std::io;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::allowed::Allowed;
use super::board::{AREAS, Area, Board, Outputs};
use super::death::Death;
use super::learned::{Learned, Learner};
use super::memory_use::{MemoryBound, refuse_beyond};
use super::server::Offspring;
use super::store_folder::StoreFolder;
use super::worker_process::Heard;
use super::zygote::Zygote;
use crate::engine::error::{EngineError, Lost};
use crate::engine::invoke::classify::classify;
use crate::engine::result::Loaded;
use crate::engine::run::input_executor::{InputExecutor, Ran, WorkerSetup};
use crate::engine::run::on_thread::ItemExecutor;
use crate::engine::run::pool::{Chunk, Chunks, Executor};
use crate::engine::run::worker::{not_loaded, unfinished};
use crate::frames::{decode, encode, read_frame, write_frame};
use crate::function::{Input, Kind};
use crate::options::AwsMode;
use crate::outcome::Failure;
use crate::secrets::Secrets;

/// How often in a row a process may end before it begins with an input.
const FALSE_STARTS: usize = 3;

/// What a worker process says first.
#[derive(Serialize, Deserialize)]
struct Started {
    learned: Learned,
    start: Result<Loaded, EngineError>,
}

/// An output, as it comes from a worker process.
#[derive(Serialize, Deserialize)]
struct LearnedOutput<T> {
    learned: Learned,
    output: T,
}

/// What a worker process says beside [`Started`], by the first byte of a frame.
const OUTPUTS: u8 = b'o';
const DONE: u8 = b'd';

/// The children of a zygote.
struct InputOffspring<T> {
    setup: WorkerSetup<T>,
}

impl<T: Serialize + Send + 'static> Offspring for InputOffspring<T> {
    fn allowed(&self) -> Allowed {
        let host = &self.setup.options.host;
        Allowed {
            folders: vec![host.folder.clone()],
            credentials: host.aws == AwsMode::Real,
            ..Allowed::default()
        }
    }

    fn prepare(&mut self, _order: &[u8]) {}

    fn live(&mut self, _order: &[u8], mut line: UnixStream, board: &Arc<Board>) {
        refuse_beyond(self.setup.options.memory);
        let mut learner = Learner::new(self.setup.options.host.secrets.clone());
        let (start, executor) = match self.setup.executor(Some(board.announce())) {
            Ok((executor, loaded)) => (Ok(loaded), Some(executor)),
            Err(error) => (Err(error), None),
        };
        let learned = learner.learned();
        let told = write_frame(&mut line, &encode(&Started { learned, start }));
        let (Some(mut executor), Ok(())) = (executor, told) else {
            // Where nobody hears it, nobody is left to be told.
            return;
        };
        for number in 0.. {
            let Ok(chunk) = read_frame(&mut line) else {
                return;
            };
            let Ok(inputs) = postcard::from_bytes::<Vec<Input>>(&chunk) else {
                return;
            };
            let area = board.area(number);
            if execute(&mut executor, &mut learner, inputs, &mut line, area).is_err() {
                return;
            }
        }
    }
}

fn execute<T: Serialize + Send + 'static>(
    executor: &mut InputExecutor<T>,
    learner: &mut Learner,
    inputs: Vec<Input>,
    line: &mut UnixStream,
    area: &Area,
) -> io::Result<()> {
    for input in inputs {
        area.begin_item();
        let output = executor.execute(input).map_err(io::Error::other)?;
        let learned = learner.learned();
        let output = LearnedOutput { learned, output };
        let output = postcard::to_allocvec(&output).map_err(io::Error::other)?;
        if !area.push(&output) {
            let mut outputs = area.outputs();
            outputs.push(&output);
            write_frame(line, &outputs.into_frame(OUTPUTS))?;
            area.forget_outputs(1);
        }
    }
    write_frame(line, &[DONE])
}

/// The zygotes of a run, one for each of its threads.
pub struct InputProcesses {
    zygotes: Vec<Zygote>,
    store: Option<StoreFolder>,
}

/// Makes workers of zygotes.
pub struct InputWorkers<T> {
    free: Mutex<VecDeque<Zygote>>,
    setup: WorkerSetup<T>,
}

impl InputProcesses {
    /// `None` where this process can't be forked.
    ///
    /// # Errors
    /// There is no room for another process.
    pub fn start<T: Serialize + Send + 'static>(
        setup: &WorkerSetup<T>,
    ) -> Result<Option<InputProcesses>, EngineError> {
        let offspring = || InputOffspring {
            setup: setup.clone(),
        };
        let host = &setup.options.host;
        let store = (host.aws == AwsMode::Embedded)
            .then(|| StoreFolder::new(&host.folder))
            .flatten();
        let memory = Some(MemoryBound::new(setup.options.memory));
        let zygotes = Zygote::start_all(setup.options.jobs.max(1), memory, offspring)?;
        Ok(zygotes.map(|zygotes| InputProcesses { zygotes, store }))
    }

    /// What threads work with, and the folder that is to be dropped when they have ended.
    pub fn workers<T>(self, setup: WorkerSetup<T>) -> (InputWorkers<T>, Option<StoreFolder>) {
        let free = Mutex::new(self.zygotes.into());
        (InputWorkers { free, setup }, self.store)
    }
}

impl<T: DeserializeOwned + Send + 'static> InputWorkers<T> {
    /// What a thread works with. Its first process is started now.
    ///
    /// # Errors
    /// The function can't be loaded, or there is no process to be had.
    pub fn worker(&self) -> Result<(InputWorker<T>, Loaded), EngineError> {
        let zygote = self.free.lock().pop_front();
        let zygote = zygote.ok_or_else(|| lost("there is one for each thread".into()))?;
        let mut worker = InputWorker {
            zygote,
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
    zygote: Zygote,
    setup: WorkerSetup<T>,
    kind: Kind,
    /// What the process has, or is to have next: one chunk that it executes, and the next, so that it
    /// doesn't wait for it.
    chunks: VecDeque<Given<T>>,
    /// How many chunks the process was told.
    told: usize,
    /// How often in a row a process ended before it began with an input.
    false_starts: usize,
}

/// A chunk, as far as it has come.
struct Given<T> {
    first: u64,
    /// Those without an output.
    items: VecDeque<Input>,
    outputs: Vec<T>,
    /// Since it was told the process of it.
    told: Option<Told>,
}

#[derive(Clone, Copy)]
struct Told {
    /// The chunk's number in the process.
    number: usize,
    /// How many outputs there were.
    outputs: usize,
}

impl<T: DeserializeOwned> Given<T> {
    /// Takes the outputs that are new among `outputs`.
    fn take(&mut self, outputs: &Outputs, secrets: &Secrets) -> Result<(), EngineError> {
        let before = self.told.map_or(0, |told| told.outputs);
        for output in outputs.from(self.outputs.len() - before) {
            // A process that breaks the rules may say too much.
            if self.items.pop_front().is_none() {
                break;
            }
            let output = postcard::from_bytes::<LearnedOutput<T>>(output);
            let output = output.map_err(|error| lost(error.to_string()))?;
            output.learned.remember(secrets);
            self.outputs.push(output.output);
        }
        Ok(())
    }

    /// How many items the process has begun of those that have no output.
    fn begun(&self, area: &Area) -> usize {
        let before = self.told.map_or(0, |told| told.outputs);
        area.begun().saturating_sub(self.outputs.len() - before)
    }
}

impl<T: DeserializeOwned + Send + 'static> InputWorker<T> {
    /// Starts a process, if there is none, and waits until it has loaded the function.
    fn start(&mut self) -> Result<Loaded, EngineError> {
        let options = &self.setup.options;
        self.told = 0;
        if !self.zygote.has_worker() {
            self.zygote.fork(&[], MemoryBound::new(options.memory))?;
        }
        let loaded = match self.zygote.hear()? {
            Heard::Frame(frame) => {
                let told: Started = decode(&frame).map_err(|error| lost(error.to_string()))?;
                told.learned.remember(&options.host.secrets);
                told.start?
            }
            Heard::Death(death, _) => {
                let timeout = options.timeout.as_millis();
                let (_, failure) = classify(death.into_end()?, self.kind, "", timeout);
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
            let frame = frame.map_err(|error| lost(error.to_string()))?;
            chunk.told = Some(Told {
                number: self.told,
                outputs: chunk.outputs.len(),
            });
            self.zygote.board().area(self.told).clear();
            self.zygote.tell(&frame);
            self.told += 1;
        }
        Ok(())
    }

    /// Takes from the board what has come of the chunk that is executed.
    fn look(&mut self) -> Result<(), EngineError> {
        if let Some(chunk) = self.chunks.front_mut()
            && let Some(told) = chunk.told
        {
            let outputs = self.zygote.board().area(told.number).outputs();
            chunk.take(&outputs, &self.setup.options.host.secrets)?;
        }
        Ok(())
    }

    /// Hands on the chunk in front where it is done, and tells whether it is.
    fn hand_on(&mut self, pool: &mut Chunks<Self>) -> bool {
        let is_done = |chunk: &mut Given<T>| chunk.items.is_empty();
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
        match self.zygote.hear()? {
            Heard::Frame(frame) => match (frame.split_first(), self.chunks.front_mut()) {
                (Some((&OUTPUTS, outputs)), Some(chunk)) => {
                    if let Some(outputs) = Outputs::from_frame(outputs) {
                        chunk.take(&outputs, &self.setup.options.host.secrets)?;
                    }
                }
                _ => {
                    self.look()?;
                    if !self.hand_on(pool) {
                        return Err(lost("it has not answered".into()));
                    }
                }
            },
            Heard::Death(death, ran_for) => self.bury(death, ran_for, pool)?,
        }
        Ok(())
    }

    /// The process is gone: answers for the input that it ran, and readies the others for the next.
    fn bury(
        &mut self,
        death: Death,
        ran_for: Duration,
        pool: &mut Chunks<Self>,
    ) -> Result<(), EngineError> {
        self.look()?;
        while self.hand_on(pool) {
            self.look()?;
        }
        self.false_starts += 1;
        let Some(chunk) = self.chunks.front_mut() else {
            return Ok(());
        };
        if let Some(told) = chunk.told
            && chunk.begun(self.zygote.board().area(told.number)) > 0
            && let Some(input) = chunk.items.pop_front()
        {
            self.false_starts = 0;
            let (end, timeout) = (death.into_end()?, self.setup.options.timeout);
            let result = unfinished(&input.name, self.kind, end, timeout, ran_for);
            let output = (self.setup.map)(Ran::lost(&input, result));
            chunk.outputs.push(output);
            self.hand_on(pool);
        } else if self.false_starts == FALSE_STARTS {
            return Err(lost(death.to_string()));
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
                self.chunks.push_back(Given {
                    first,
                    outputs: Vec::with_capacity(items.len()),
                    items,
                    told: None,
                });
            }
            if self.chunks.is_empty() {
                return Ok(());
            }
            if !self.zygote.has_worker() {
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

fn lost(why: String) -> EngineError {
    EngineError::Lost(Lost::Process(why))
}
