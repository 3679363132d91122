//! Runs one function over many inputs, in warm workers.

use std::ops::ControlFlow;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::determinism::Determinism;
use super::input_executor::{Ran, Rendering, WorkerSetup};
use super::on_thread::OnThread;
use super::pool::{Delivery, Executor, Pool};
use super::process::InputProcesses;
use crate::engine::error::EngineError;
use crate::engine::options::Options;
use crate::engine::result::Loaded;
use crate::function::{Function, Input};
use crate::host::HostEnv;

/// Inputs that go to a worker at once when they come fast: a process waits for its next chunk, which takes
/// as long as some ten events that do little.
const MAX_CHUNK: usize = 512;

/// A function that is about to run over inputs, on `options.jobs` workers: processes, or else threads where
/// this one can't be forked when this is made, and can't be started again.
pub struct InputRun<T> {
    setup: WorkerSetup<T>,
    processes: Option<InputProcesses>,
}

impl<T: Serialize + DeserializeOwned + Send + 'static> InputRun<T> {
    /// `map` turns what came of an input into what is to be written, in the worker. Its form must
    /// not leave out fields, as it goes from process to process by postcard.
    ///
    /// # Errors
    /// The embedded AWS can't be what the options ask for, or there is no room for a process.
    pub fn new(
        function: Function,
        options: Options,
        map: impl Fn(Ran) -> T + Send + Sync + 'static,
    ) -> Result<InputRun<T>, EngineError> {
        InputRun::begin(function, options, map, None)
    }

    /// One whose outcomes `rendering` renders: a process can run it that was forked
    /// [ahead](crate::engine::fork_ahead).
    ///
    /// # Errors
    /// As those of [`InputRun::new`].
    pub fn rendered<R: Rendering<Output = T>>(
        function: Function,
        options: Options,
        rendering: R,
    ) -> Result<InputRun<T>, EngineError> {
        let told = serde_json::value::to_raw_value(&rendering).ok();
        let map = rendering.of(&function, &options.host.secrets);
        InputRun::begin(function, options, map, told.as_deref())
    }

    fn begin(
        function: Function,
        options: Options,
        map: impl Fn(Ran) -> T + Send + Sync + 'static,
        rendering: Option<&RawValue>,
    ) -> Result<InputRun<T>, EngineError> {
        let determinism = Determinism::new(options.frozen);
        determinism.enter();
        let host = HostEnv::new(&options.host);
        // The workers have clocks of their own, and the caller's thread the real one.
        Determinism::new(None).enter();
        let setup = WorkerSetup {
            host: Arc::new(host?),
            function: Arc::new(function),
            options: Arc::new(options),
            map: Arc::new(map),
        };
        Ok(InputRun {
            processes: InputProcesses::start(&setup, rendering)?,
            setup,
        })
    }

    /// Runs it over `inputs`, which come in portions: those that are there without waiting for more.
    ///
    /// `on_loaded` is told of the function before any outcome is there, on the caller's thread.
    /// `sink` gets what came of the inputs in their order, on the caller's thread, and may end the
    /// run.
    ///
    /// # Errors
    /// The function can't be loaded at first, or the machine has no room for what it needs.
    pub fn run(
        self,
        inputs: impl Iterator<Item = Vec<Input>> + Send + 'static,
        mut on_loaded: impl FnMut(&Loaded),
        mut sink: impl FnMut(T) -> ControlFlow<()>,
    ) -> Result<(), EngineError> {
        let pool = Pool {
            threads: self.setup.options.jobs,
            max_chunk: MAX_CHUNK,
            waits: false,
        };
        if let Some(processes) = self.processes {
            let (workers, _store) = processes.workers(self.setup);
            let start = move |_| workers.worker();
            return pool.run(start, inputs, |delivery| {
                hand_on(delivery, &mut on_loaded, &mut sink)
            });
        }
        let start = move |_| {
            let (executor, loaded) = self.setup.executor(None, None)?;
            Ok((OnThread(executor), loaded))
        };
        pool.run(start, inputs, |delivery| {
            hand_on(delivery, &mut on_loaded, &mut sink)
        })
    }
}

fn hand_on<E: Executor<Started = Loaded>>(
    delivery: Delivery<E>,
    on_loaded: &mut impl FnMut(&Loaded),
    sink: &mut impl FnMut(E::Output) -> ControlFlow<()>,
) -> ControlFlow<()> {
    match delivery {
        Delivery::Started(loaded) => {
            on_loaded(&loaded);
            ControlFlow::Continue(())
        }
        Delivery::Output(output) => sink(output),
    }
}
