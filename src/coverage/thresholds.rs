//! How much must be covered.

use crate::coverage::{CoverageTotal, Ratio};

/// What must be covered, in percent.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Thresholds {
    pub lines: Option<f64>,
    pub functions: Option<f64>,
    pub branches: Option<f64>,
}

impl Thresholds {
    /// A sentence for each threshold that is not met.
    pub fn missed(&self, total: &CoverageTotal) -> Vec<String> {
        [
            ("lines", self.lines, total.lines),
            ("functions", self.functions, total.functions),
            ("branches", self.branches, total.branches),
        ]
        .into_iter()
        .filter_map(|(what, wanted, ratio)| {
            let wanted = wanted.filter(|wanted| ratio.percent() < *wanted)?;
            let Ratio { covered, total } = ratio;
            Some(format!(
                "{ratio} of the {what} are covered ({covered} of {total}), but {wanted}% are required"
            ))
        })
        .collect()
    }
}
