//! Requests that cassettes have no answer to, as people are told of them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::cassette::{EntryName, RequestDifference};

/// A request that no exchange fits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Miss {
    pub method: String,
    /// Redacted.
    pub url: String,
    /// The exchange whose request is most like it.
    pub nearest: Option<Nearest>,
}

/// The exchange that is most like what was asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Nearest {
    pub at: EntryName,
    /// Whether it has been replayed already.
    pub used: bool,
    /// Empty when the same request was made more often than it is recorded.
    pub differences: Vec<RequestDifference>,
}

/// Several lines, without a newline at the end.
impl fmt::Display for Miss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} is not recorded", self.method, self.url)?;
        let Some(nearest) = &self.nearest else {
            return f.write_str("\n  no recorded request is like it");
        };
        if nearest.differences.is_empty() {
            return write!(
                f,
                "\n  it was recorded fewer times than the function asks for it: {}",
                nearest.at
            );
        }
        let used = if nearest.used { ", already used" } else { "" };
        write!(f, "\n  nearest: {}{used}", nearest.at)?;
        for difference in &nearest.differences {
            write!(f, "\n    {difference}")?;
        }
        Ok(())
    }
}
