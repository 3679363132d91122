//! What came of calling a function with a part of the inputs.

use std::time::Duration;

use segfn::cost::Cost;
use segfn::coverage::Coverage;
use segfn::report::Tally;
use serde::{Deserialize, Serialize};

/// What came of a part of the inputs, or of several that were added up.
#[derive(Serialize, Deserialize)]
pub struct RunSummary {
    pub tally: Tally,
    /// What the invocations cost, where that was asked for.
    pub costs: Option<Cost>,
    /// What ran of the function, where that was asked for.
    pub coverage: Option<Coverage>,
    /// How often the platform calls again at most; 0 where there was no input to load the function for.
    pub retries: u32,
    /// How long an invocation may take.
    pub limit: Duration,
}

impl RunSummary {
    /// Adds another part.
    pub fn merge(&mut self, other: RunSummary) {
        self.tally.merge(&other.tally);
        self.retries = self.retries.max(other.retries);
        if let (Some(own), Some(other)) = (&mut self.costs, other.costs) {
            own.merge(other);
        }
        if let (Some(own), Some(other)) = (&mut self.coverage, other.coverage) {
            // Parts of one run have one function.
            let _ = own.add(other);
        }
    }
}
