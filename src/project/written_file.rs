//! Files that a person wrote: their text, and what is wrong in them.

use std::io;
use std::path::{Path, PathBuf};

use crate::text::{Place, decode, place_in};

/// Why a file that a person wrote can't be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
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

impl FileError {
    /// What to do about it.
    pub fn hint(&self) -> Option<&str> {
        match self {
            FileError::Read { .. } => None,
            FileError::Bad { hint, .. } => hint.as_deref(),
        }
    }
}

/// The text of a file.
///
/// # Errors
/// It can't be read, or isn't UTF-8 or UTF-16.
pub(super) fn text_of(path: &Path) -> Result<String, FileError> {
    let bytes = std::fs::read(path).map_err(|source| FileError::Read {
        path: path.to_owned(),
        source,
    })?;
    decode(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        FileError::Bad {
            path: path.to_owned(),
            place: place_in(&String::from_utf8_lossy(valid), valid.len()),
            problem: "not UTF-8".into(),
            hint: Some("save the file as UTF-8".into()),
        }
    })
}
