//! A worker process that takes inputs as long as there are any.

use std::io;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::allowed::Allowed;
use super::board::Board;
use super::learned::{Learned, Learner};
use super::memory_use::refuse_beyond;
use super::offspring::Offspring;
use super::worker_line::WorkerLine;
use crate::engine::error::EngineError;
use crate::engine::isolate::base_isolate::BaseIsolate;
use crate::engine::options::Options;
use crate::engine::result::Loaded;
use crate::engine::run::input_executor::{InputExecutor, WorkerSetup};
use crate::engine::run::on_thread::ItemExecutor;
use crate::frames::encode;
use crate::function::Input;
use crate::options::AwsMode;

/// What a worker process says first.
#[derive(Serialize, Deserialize)]
pub struct Started {
    pub learned: Learned,
    pub start: Result<Loaded, EngineError>,
}

/// An output, as it comes from a worker process.
#[derive(Serialize, Deserialize)]
pub struct LearnedOutput<T> {
    pub learned: Learned,
    pub output: T,
}

/// What a worker process says beside [`Started`], by the first byte of a frame.
pub const OUTPUTS: u8 = b'o';
pub const DONE: u8 = b'd';

pub struct InputOffspring<T> {
    pub setup: WorkerSetup<T>,
    /// What the first instance is made of, if it is there already.
    pub isolate: Option<BaseIsolate>,
}

/// What a process may have that runs a function with these options.
pub fn allowed(options: &Options) -> Allowed {
    Allowed {
        folders: vec![options.host.folder.clone()],
        credentials: options.host.aws == AwsMode::Real,
        ..Allowed::default()
    }
}

impl<T: Serialize + Send + 'static> Offspring for InputOffspring<T> {
    fn allowed(&self) -> Allowed {
        allowed(&self.setup.options)
    }

    fn prepare(&mut self, _order: &[u8]) {}

    fn live(&mut self, _order: &[u8], line: WorkerLine, board: &Arc<Board>) {
        let isolate = self.isolate.take();
        if isolate.is_none() {
            refuse_beyond(self.setup.options.memory);
        }
        let secrets = &self.setup.options.host.secrets;
        let mut learner = Learner::new(secrets.clone());
        board.watch(secrets);
        let (start, executor) = match self.setup.executor(isolate, Some(board.outside())) {
            Ok((executor, loaded)) => (Ok(loaded), Some(executor)),
            Err(error) => (Err(error), None),
        };
        let learned = learner.learned();
        let told = line.tell(&encode(&Started { learned, start }));
        board.journal().forget_secrets();
        let (Some(mut executor), Ok(())) = (executor, told) else {
            // Where nobody hears it, nobody is left to be told.
            return;
        };
        for number in 0.. {
            let Ok(chunk) = line.next() else {
                return;
            };
            let Ok(inputs) = postcard::from_bytes::<Vec<Input>>(&chunk) else {
                return;
            };
            if execute(&mut executor, &mut learner, inputs, &line, (board, number)).is_err() {
                return;
            }
        }
    }
}

/// Executes the chunk of this number.
fn execute<T: Serialize + Send + 'static>(
    executor: &mut InputExecutor<T>,
    learner: &mut Learner,
    inputs: Vec<Input>,
    line: &WorkerLine,
    (board, number): (&Board, usize),
) -> io::Result<()> {
    let (area, journal) = (board.area(number), board.journal());
    for input in inputs {
        journal.begin_input();
        area.begin_item();
        let output = executor.execute(input).map_err(io::Error::other)?;
        let learned = learner.learned();
        let output = LearnedOutput { learned, output };
        if !area.push(&output) {
            let output = postcard::to_allocvec(&output).map_err(io::Error::other)?;
            let mut outputs = area.outputs();
            outputs.push(&output);
            line.tell(&outputs.into_frame(OUTPUTS))?;
            area.forget_outputs(1);
        }
        journal.forget_secrets();
    }
    line.tell(&[DONE])
}
