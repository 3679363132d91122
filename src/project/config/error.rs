//! Why a configuration or settings file can't be used.

use std::io;
use std::path::PathBuf;

use crate::text::Place;

/// Why a config or settings file, or a setting on the command line, can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("can't read {}: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{}:{}:{}: {problem}", path.display(), place.line, place.column)]
    Bad {
        path: PathBuf,
        place: Place,
        problem: String,
        hint: Option<String>,
    },
    #[error("expected NAME=VALUE")]
    Assignment,
}

impl ConfigError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            ConfigError::Bad { hint, .. } => hint.clone(),
            ConfigError::Read { .. } | ConfigError::Assignment => None,
        }
    }
}
