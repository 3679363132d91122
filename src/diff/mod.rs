//! Two versions of a function over the same inputs: what they do differently, grouped by what
//! differs.
//!
//! Three runs go in step, each on a thread of its own and in a warm instance: the base, the base
//! again, and the candidate. Clock and randomness are frozen, the clock at each event's own time. What
//! came of an input is compared as bytes, and looked at only where these differ. Where the two runs of
//! the base disagree, there is noise.

mod align;
mod compared_cost;
mod comparison;
mod difference;
mod difference_kind;
mod differences;
mod error;
mod example;
mod failures;
mod fan_out;
mod groups;
mod ids;
mod part;
mod stored;
mod summary;
mod version_run;

pub use self::compared_cost::ComparedCost;
pub use self::comparison::{Comparison, ComparisonEvent, FunctionVersion, ReadyComparison};
pub use self::difference_kind::{DifferenceKind, ItemOf, StoredChange};
pub use self::differences::{AssumedRequests, Differences};
pub use self::error::DiffError;
pub use self::example::Example;
pub use self::failures::Failures;
pub use self::groups::Group;
pub use self::part::{ComparedPart, ComparisonSubject};
pub use self::summary::ComparisonSummary;
pub use self::version_run::InvalidInput;
