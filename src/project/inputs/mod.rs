//! Reading what a function is called with: JSON, NDJSON, either of them gzipped, folders of such
//! files, archives in S3, standard input. Files are told apart by their content, and streamed: of
//! NDJSON one line is held at a time.

mod condition;
mod error;
mod file;
mod inputs;
mod problems;
mod progress;
mod select;

pub use self::condition::{Condition, ConditionAnswers};
pub use self::error::InputError;
pub use self::inputs::Inputs;
pub use self::problems::Problems;
pub use self::progress::InputProgress;
pub use self::select::{EventSelection, select};
