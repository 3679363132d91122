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
    #[serde(with = "as_json")]
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

/// Coverage in its own form (docs/coverage.md).
mod as_json {
    use segfn::coverage::Coverage;
    use serde::de::Error as _;
    use serde::ser::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use serde_json::value::RawValue;

    pub fn serialize<S: Serializer>(
        coverage: &Option<Coverage>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let json = coverage.as_ref().map(|coverage| {
            let json = coverage.to_json().map_err(S::Error::custom)?;
            let json = String::from_utf8(json).map_err(S::Error::custom)?;
            RawValue::from_string(json).map_err(S::Error::custom)
        });
        json.transpose()?.serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Coverage>, D::Error> {
        let json = Option::<Box<RawValue>>::deserialize(deserializer)?;
        let coverage = json.map(|json| Coverage::from_json(json.get().as_bytes()));
        coverage.transpose().map_err(D::Error::custom)
    }
}
