//! A chunk of inputs that a worker process was given.

use std::collections::VecDeque;

use serde::de::DeserializeOwned;

use super::area::{Area, Outputs};
use super::handover::RanReturn;
use super::input_offspring::LearnedOutput;
use crate::engine::error::EngineError;
use crate::engine::run::input_executor::WorkerSetup;
use crate::function::Input;
use crate::secrets::Secrets;

/// A chunk, as far as it has come.
pub struct GivenChunk<T> {
    pub first: u64,
    /// Those without an output.
    pub items: VecDeque<Input>,
    pub outputs: Vec<T>,
    /// Since the process was told of it.
    pub told: Option<ToldChunk>,
}

#[derive(Clone, Copy)]
pub struct ToldChunk {
    /// The chunk's number in the process.
    pub number: usize,
    /// How many outputs there were.
    pub outputs: usize,
}

impl<T: DeserializeOwned> GivenChunk<T> {
    /// Takes the outputs that are new among `outputs`. Processes that were forked have made of them what
    /// `setup` makes of what comes of an input.
    pub fn take(
        &mut self,
        outputs: &Outputs,
        setup: &WorkerSetup<T>,
        are_forked: bool,
    ) -> Result<(), EngineError> {
        let before = self.told.map_or(0, |told| told.outputs);
        for output in outputs.from(self.outputs.len() - before) {
            // A process that breaks the rules may say too much.
            let Some(input) = self.items.pop_front() else {
                break;
            };
            let secrets = &setup.options.host.secrets;
            self.outputs.push(match are_forked {
                true => read(output, secrets)?,
                false => {
                    let ran: RanReturn = read(output, secrets)?;
                    (setup.map)(ran.receive(&input)?)
                }
            });
        }
        Ok(())
    }

    /// How many items the process has begun of those that have no output.
    pub fn begun(&self, area: &Area) -> usize {
        let before = self.told.map_or(0, |told| told.outputs);
        area.begun().saturating_sub(self.outputs.len() - before)
    }
}

/// An output, once `secrets` have learned what its process had.
fn read<O: DeserializeOwned>(output: &[u8], secrets: &Secrets) -> Result<O, EngineError> {
    let output = postcard::from_bytes::<LearnedOutput<O>>(output);
    let output = output.map_err(|error| EngineError::lost_process(error.to_string()))?;
    output.learned.remember(secrets);
    Ok(output.output)
}
