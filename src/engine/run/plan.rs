//! What a case asks of the engine, and the result of that.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::coverage::ScriptCoverage;
use crate::engine::options::Options;
use crate::engine::result::{InputResult, Loaded};
use crate::function::{Function, Input};
use crate::outcome::StoredObject;

/// Loads a function and runs a few steps with it.
#[derive(Clone, Debug)]
pub struct Plan {
    pub function: Arc<Function>,
    /// `jobs` is of no meaning here, and neither is the folder of the embedded AWS: each plan has an
    /// AWS of its own, which is empty but for `objects`.
    pub options: Options,
    pub steps: Vec<Step>,
    /// How often the function is called with an input at most. While the outcome is a retry, the
    /// next attempt follows by the platform's schedule on the frozen clock, until the platform would
    /// give the input up (docs/platform.md section 9). On the real clock nothing waits.
    pub attempts: u32,
    /// Whether all steps happen in one instance; otherwise each attempt of each input gets a fresh
    /// one.
    pub warm: bool,
    /// What the embedded S3 holds at first: buckets, keys and bytes.
    pub objects: Vec<(String, String, Vec<u8>)>,
}

/// One step of a [`Plan`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Step {
    Run(Input),
    /// So much time passes on the frozen clock. Timers that were left and are due by then fire when
    /// the next input runs, as on the platform, whose processes sleep between events.
    Wait(Duration),
}

/// What came of a [`Plan`].
#[derive(Debug, Serialize, Deserialize)]
pub struct PlanResult {
    /// What is known of the function, from its first loading.
    pub loaded: Loaded,
    /// One for each attempt of each input, in order.
    pub results: Vec<InputResult>,
    /// What the function wrote into the embedded S3 and left there, by bucket and key.
    pub objects: Vec<StoredObject>,
    /// The buckets and keys of the objects that were there at first and are gone.
    pub deleted: Vec<(String, String)>,
    /// The coverage of the function, if [`Options::coverage`] asks for it.
    pub coverage: Option<ScriptCoverage>,
}
