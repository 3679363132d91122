//! Reading what a function is called with: JSON, NDJSON, either of them gzipped, folders of such
//! files, archives in S3, standard input. Files are told apart by their content, and streamed: of
//! NDJSON one line is held at a time.

mod condition;
mod entries;
mod error;
mod file;
mod folder;
mod inputs;
mod line_piece;
mod manifest;
mod manifest_reader;
mod origin;
mod part;
mod part_reader;
mod problems;
mod progress;
mod select;
mod split_lines;

pub use self::condition::{Condition, ConditionAnswers};
pub use self::entries::ManifestEntry;
pub use self::error::{InputError, InputErrorKind};
pub use self::inputs::Inputs;
pub use self::manifest::Manifest;
pub use self::manifest_reader::ManifestError;
pub use self::part::{InputPart, InputPiece};
pub use self::problems::Problems;
pub use self::progress::InputProgress;
pub use self::select::{EventSelection, select};
pub use self::split_lines::{CountedLines, SplitLines};
