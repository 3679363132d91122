//! Which lines, functions and branches of users' functions ran: added up, written and read as JSON.
//! Who counts is `engine::isolate::coverage`.
//!
//! What is covered is told by V8's counts, as other tools of JavaScript do it: a branch is a block
//! that V8 tells apart, which it does for those that ran more or less often than what is around
//! them. So an `if` that was always true has one branch, and one that was true at times has two.

mod coverage;
mod covered_file;
mod function_coverage;
mod json;
mod ratio;
mod script_coverage;
mod span;
mod summary;
mod thresholds;
mod total;

pub use self::coverage::{Coverage, OtherSource};
pub use self::covered_file::CoveredFile;
pub use self::function_coverage::FunctionCoverage;
pub use self::json::CoverageError;
pub use self::ratio::Ratio;
pub use self::script_coverage::ScriptCoverage;
pub use self::span::{Count, Span};
pub use self::summary::{CoveredBranch, CoveredFunction, CoveredLine, Summary};
pub use self::thresholds::Thresholds;
pub use self::total::CoverageTotal;
