//! How a command ends, and why it did not do its work.

use segfn::project::config::ConfigError;
use segfn::project::source::SourceError;

/// How the process ends (docs/run.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Success = 0,
    /// A function failed.
    Failed = 1,
    Usage = 2,
    /// The function can't be loaded.
    Load = 3,
    /// An input can't be read.
    Input = 4,
    /// segfn itself failed.
    Internal = 5,
}

/// Why a command did not do its work.
#[derive(Debug)]
pub struct CliError {
    pub exit: Exit,
    pub message: String,
    pub hint: Option<String>,
    /// More to show below, such as the lines of the function that failed; rendered.
    pub details: Vec<u8>,
}

impl CliError {
    pub fn new(exit: Exit, message: impl Into<String>) -> CliError {
        CliError {
            exit,
            message: message.into(),
            hint: None,
            details: Vec::new(),
        }
    }

    pub fn with_hint(mut self, hint: Option<impl Into<String>>) -> CliError {
        self.hint = hint.map(Into::into);
        self
    }
}

impl From<SourceError> for CliError {
    fn from(error: SourceError) -> CliError {
        CliError::new(Exit::Load, error.to_string()).with_hint(error.hint())
    }
}

impl From<ConfigError> for CliError {
    fn from(error: ConfigError) -> CliError {
        CliError::new(Exit::Usage, error.to_string()).with_hint(error.hint())
    }
}
