//! Runs one function over many inputs, in warm workers.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::determinism::Determinism;
use super::executor::{Crash, Executor};
use super::pool::{Delivery, Pool};
use super::worker::{Worker, out_of_memory};
use super::worker_thread::WorkerThread;
use crate::engine::error::EngineError;
use crate::engine::invoke::infer_kind;
use crate::engine::options::Options;
use crate::engine::result::{InputResult, Loaded};
use crate::function::{Function, Input, Kind};
use crate::host::HostEnv;

/// Inputs that go to a worker at once when they come fast.
const MAX_CHUNK: usize = 64;

/// Runs `function` over `inputs` on `options.jobs` threads. Inputs come in portions: those that are
/// there without waiting for more.
///
/// `on_loaded` is told of the function before any outcome is there, on the caller's thread.
/// `map` turns what came of an input into what is to be written, on the worker's thread; `sink`
/// gets that in the order of the inputs, on the caller's thread, and may end the run.
pub fn run<T: Send + 'static>(
    function: Function,
    inputs: impl Iterator<Item = Vec<Input>> + Send + 'static,
    options: Options,
    mut on_loaded: impl FnMut(&Loaded),
    map: impl Fn(InputResult) -> T + Send + Sync + 'static,
    mut sink: impl FnMut(T) -> ControlFlow<()>,
) -> Result<(), EngineError> {
    let pool = Pool {
        threads: options.jobs,
        max_chunk: MAX_CHUNK,
        waits: false,
    };
    let determinism = Determinism::new(options.frozen);
    determinism.enter();
    let host = HostEnv::new(&options.host);
    // The workers have clocks of their own, and the caller's thread the real one.
    Determinism::new(None).enter();
    let host = Arc::new(host?);
    let (function, options, map) = (Arc::new(function), Arc::new(options), Arc::new(map));
    let start = move |is_first| {
        let (worker, mut loaded) = Worker::start(
            function.clone(),
            options.clone(),
            host.clone(),
            WorkerThread::new(options.timeout)?,
            Determinism::new(options.frozen),
        )?;
        if is_first {
            let warnings = infer_kind::warnings(&function, &loaded, options.handler.as_deref());
            loaded.warnings.splice(..0, warnings);
        }
        let map = map.clone();
        Ok((InputExecutor { worker, map }, loaded))
    };
    pool.run(start, inputs, |delivery| match delivery {
        Delivery::Started(loaded) => {
            on_loaded(&loaded);
            ControlFlow::Continue(())
        }
        Delivery::Output(output) => sink(output),
    })
}

struct InputExecutor<M> {
    worker: Worker,
    map: Arc<M>,
}

/// An input that is running.
struct RunningInput<M> {
    name: String,
    kind: Kind,
    map: Arc<M>,
}

impl<T, M> Executor for InputExecutor<M>
where
    T: Send + 'static,
    M: Fn(InputResult) -> T + 'static,
{
    type Item = Input;
    type Output = T;
    type Started = Loaded;
    type Pending = RunningInput<M>;

    fn begin(&mut self, input: &Input) -> RunningInput<M> {
        RunningInput {
            name: input.name.clone(),
            kind: self.worker.kind(),
            map: self.map.clone(),
        }
    }

    fn execute(&mut self, input: Input) -> Result<T, EngineError> {
        // Whatever worker an input comes to, it finds the same time and the same randomness.
        self.worker.restart_clock(input.time);
        Ok((self.map)(self.worker.run(&input)))
    }

    fn lost(pending: RunningInput<M>, crash: Crash) -> Result<T, EngineError> {
        match crash {
            Crash::OutOfMemory => Ok((pending.map)(out_of_memory(&pending.name, pending.kind))),
            Crash::Panic => Err(crash.into()),
        }
    }
}
