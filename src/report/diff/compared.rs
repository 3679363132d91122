//! Which versions a report is about.

use crate::report::cost::CostOptions;

/// Two versions of a function, and how they are compared.
#[derive(Clone, Debug)]
pub struct ComparedVersions {
    /// The paths of the functions.
    pub base: String,
    pub candidate: String,
    /// Who answers requests, in a few words.
    pub requests: String,
    /// How costs are shown.
    pub cost: CostOptions,
    /// Whether text shows the costs that are the same, too.
    pub all_costs: bool,
}

impl ComparedVersions {
    /// Names and values, in the order in which they are shown.
    pub(super) fn facts(&self) -> [(&'static str, &str); 3] {
        [
            ("base", &self.base),
            ("candidate", &self.candidate),
            ("requests", &self.requests),
        ]
    }
}
