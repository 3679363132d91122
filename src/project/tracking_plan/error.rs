//! Why a tracking plan can't be used.

use std::io;
use std::path::PathBuf;

use crate::text::Place;

/// Why a tracking plan can't be used.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    #[error("can't read {}: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{}:{}:{}: {problem}", path.display(), place.line, place.column)]
    Bad {
        path: PathBuf,
        place: Place,
        problem: String,
        hint: Option<String>,
    },
}

impl PlanError {
    /// What to do about it.
    pub fn hint(&self) -> Option<&str> {
        match self {
            PlanError::Read { .. } => None,
            PlanError::Bad { hint, .. } => hint.as_deref(),
        }
    }
}
