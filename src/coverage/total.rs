//! How much is covered of a file, or of many.

use crate::coverage::Ratio;

/// What is covered, of a file or of many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CoverageTotal {
    pub lines: Ratio,
    pub functions: Ratio,
    pub branches: Ratio,
}

impl CoverageTotal {
    /// Adds another file's.
    pub fn add(&mut self, other: CoverageTotal) {
        self.lines.add(other.lines);
        self.functions.add(other.functions);
        self.branches.add(other.branches);
    }
}
