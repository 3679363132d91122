//! V8: loads a function and calls it. The only room besides `host/` that knows V8's types.

mod invoke;
mod isolate;
mod run;

use std::ops::ControlFlow;
use std::time::Duration;
use std::time::SystemTime;

use crate::function::Function;
use crate::function::Input;
use crate::function::Kind;
use crate::host::HostEnv;
use crate::host::HostOptions;
use crate::outcome::Failure;
use crate::outcome::Outcome;
use crate::temporary::TemporaryFolder;

pub use self::run::play::Job;
pub use self::run::play::Plan;
pub use self::run::play::PlanResult;
pub use self::run::play::Step;
pub use self::run::play::play;
#[cfg(target_os = "linux")]
pub use self::run::zygote::Zygotes;

/// How to run a function.
#[derive(Clone, Debug)]
pub struct Options {
    /// The time one invocation may take; the platform gives 5 s (docs/platform.md section 9).
    pub timeout: Duration,
    /// The size V8's heap may have, in bytes.
    pub memory: usize,
    /// Worker threads.
    pub jobs: usize,
    /// Empty the cache before every invocation, as the platform's editor does
    /// (docs/platform.md section 8).
    pub cold: bool,
    /// Route this handler whatever the input's type says.
    pub handler: Option<String>,
    /// What the function may reach.
    pub host: HostOptions,
    /// A clock and a randomness of the run's own; the real ones without it.
    pub frozen: Option<Frozen>,
    /// Count what runs of the function: [`PlanResult::coverage`].
    pub coverage: bool,
}

/// The same clock and the same randomness at each run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frozen {
    /// What the clock says when a [`Plan`]'s function is first loaded, or in [`run`] at the
    /// beginning of each invocation whose input has no time of its own; from then on only waiting
    /// moves it.
    pub time: SystemTime,
    pub seed: u64,
}

/// What came of one input.
#[derive(Debug)]
pub enum InputResult {
    Outcome(Box<Outcome>),
    /// The input is not JSON, or not what this kind of function takes.
    BadInput {
        input: String,
        /// Where in the input, which is one line, the JSON is wrong; counts from 1.
        column: Option<u32>,
        problem: String,
    },
}

/// What is known of a function once it has been loaded.
#[derive(Clone, Debug)]
pub struct Loaded {
    pub kind: Kind,
    /// Why that kind, where it was found out: `it defines onRequest`.
    pub reason: Option<String>,
    /// The handlers that the function defines, in the platform's order.
    pub handlers: Vec<String>,
    /// What segfn noticed while loading; in [`run`], what it noticed about the function, too.
    pub warnings: Vec<String>,
}

/// Why nothing could run.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The function's top-level code did not finish. The failure says where.
    #[error("the function can't be loaded: {}", .0.message)]
    Load(Box<Failure>),
    #[error("{problem}")]
    NoKind {
        /// Why it is not known what the function is, and what to do about it.
        problem: String,
        hint: String,
    },
    #[error("{0}")]
    Usage(String),
    #[error("segfn failed: {0}")]
    Internal(String),
}

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
    on_loaded: impl FnMut(&Loaded),
    map: impl Fn(InputResult) -> T + Send + Sync + 'static,
    sink: impl FnMut(T) -> ControlFlow<()>,
) -> Result<(), EngineError> {
    run::schedule::run(function, inputs, options, on_loaded, map, sink)
}

/// On a thread that has entered its moment.
fn host_env(options: &Options) -> Result<HostEnv, EngineError> {
    HostEnv::new(&options.host).map_err(|error| EngineError::Usage(error.to_string()))
}

/// Where the embedded AWS of plans keep what is stored.
fn temporary_folder() -> Result<TemporaryFolder, EngineError> {
    TemporaryFolder::new()
        .map_err(|error| EngineError::Internal(format!("can't make a temporary folder: {error}")))
}
