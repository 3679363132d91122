//! Why a function can't be opened.

use crate::cassette::RulesError;
use crate::project::config::ConfigError;
use crate::project::source::SourceError;

/// Why a function can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A configuration or settings file can't be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A mask, or what is to be redacted, can't be used.
    #[error("segfn.toml: {0}")]
    Rules(#[from] RulesError),
}

impl ProjectError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            ProjectError::Source(error) => error.hint(),
            ProjectError::Config(error) => error.hint(),
            ProjectError::Rules(_) => None,
        }
    }
}
