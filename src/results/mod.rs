//! Results of parts: each part of a run writes one object, in one step, into a folder or a bucket, and they are
//! added up when all are there. What is in them is their command's affair.

mod error;
mod gather;
mod head;
mod part_result;
mod place;
mod ranges;

pub use self::error::{PartProblem, ResultsError};
pub use self::gather::gather;
pub use self::head::ResultHead;
pub use self::part_result::PartResult;
pub use self::place::ResultPlace;
