//! What a case has the engine do, and what came of that.

use std::sync::Arc;
use std::time::Duration;

use crate::coverage::ScriptCoverage;
use crate::engine::options::Options;
use crate::engine::result::{InputResult, Loaded};
use crate::function::{Function, Input};
use crate::outcome::StoredObject;

/// What to do with one function, from its loading on.
#[derive(Clone, Debug)]
pub struct Plan {
    pub function: Arc<Function>,
    /// `jobs` is of no meaning here, and neither is the folder of the embedded AWS: each plan has an
    /// AWS of its own, which is empty but for `objects`.
    pub options: Options,
    pub steps: Vec<Step>,
    /// How often an input is given at most: again, by the platform's schedule on the frozen clock,
    /// while its outcome is a retry, but never after the platform would have given it up
    /// (docs/platform.md section 9). On the real clock nothing waits.
    pub attempts: u32,
    /// Whether all steps happen in one instance; otherwise each attempt of each input gets a fresh
    /// one.
    pub warm: bool,
    /// What the embedded S3 holds at first: buckets, keys and bytes.
    pub objects: Vec<(String, String, Vec<u8>)>,
}

/// One step of a [`Plan`].
#[derive(Clone, Debug)]
pub enum Step {
    Run(Input),
    /// So much time passes on the frozen clock. Timers that were left and are due by then fire when
    /// the next input runs, as on the platform, whose processes sleep between events.
    Wait(Duration),
}

/// What came of a [`Plan`].
#[derive(Debug)]
pub struct PlanResult {
    /// What is known of the function, from its first loading.
    pub loaded: Loaded,
    /// One for each attempt of each input, in order.
    pub results: Vec<InputResult>,
    /// What the function wrote into the embedded S3 and left there, by bucket and key.
    pub objects: Vec<StoredObject>,
    /// The buckets and keys of what was there at first and is not any more.
    pub deleted: Vec<(String, String)>,
    /// What ran of the function, where [`Options::coverage`] asks for it.
    pub coverage: Option<ScriptCoverage>,
}
