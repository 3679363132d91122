//! How to run a function.

use std::time::{Duration, SystemTime};

use crate::host::HostOptions;

/// How to run a function.
#[derive(Clone, Debug)]
pub struct Options {
    /// The time one invocation may take; the platform gives 5 s (docs/platform.md section 9).
    pub timeout: Duration,
    /// The size V8's heap may have, in bytes.
    pub memory: usize,
    /// Worker threads. It has no meaning for a [`Plan`](super::Plan).
    pub jobs: usize,
    /// Empty the cache before every invocation, as the platform's editor does
    /// (docs/platform.md section 8).
    pub cold: bool,
    /// Begin every invocation in an instance of its own, as a cold start does, and recorded traffic from its
    /// beginning: what comes of an input doesn't depend on those before.
    pub fresh: bool,
    /// Call this handler whatever the input's type says.
    pub handler: Option<String>,
    /// What the function may reach.
    pub host: HostOptions,
    /// A clock and a randomness of the run's own; the real ones without it.
    pub frozen: Option<Frozen>,
    /// Count what runs of the function.
    pub coverage: bool,
    /// Measure the processor's time of each invocation.
    pub measure: bool,
}

/// The same clock and the same randomness at each run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frozen {
    /// What the clock says when the function of a [`Plan`](super::Plan) is first loaded, or in
    /// [`InputRun`](super::InputRun) at the beginning of each invocation whose input has no time of its own.
    /// From then on only waiting moves it.
    pub time: SystemTime,
    pub seed: u64,
}
