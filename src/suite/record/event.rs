//! What is told while cases are recorded.

use std::path::PathBuf;

use crate::outcome::Class;
use crate::project::inputs::InputError;

/// What came of an input.
#[derive(Debug)]
pub enum RecordEvent {
    /// The file has no input that can be read.
    Unreadable(InputError),
    /// A case was recorded, or recorded anew.
    Case(Written),
    /// The input can't be taken.
    BadInput { input: String, problem: String },
    /// The input is that of a case which is there already.
    Exists(PathBuf),
}

/// A case that was recorded.
#[derive(Clone, Debug)]
pub struct Written {
    pub folder: PathBuf,
    /// Where it is until [`Recorded::verify`](super::Recorded::verify) has put it into its folder; absent where nothing
    /// changed.
    pub(super) staged: Option<PathBuf>,
    pub new: bool,
    pub handler: Option<String>,
    /// Of the last invocation.
    pub class: Class,
    /// How many exchanges were recorded.
    pub exchanges: usize,
    pub warnings: Vec<String>,
}
