//! How a command ends, and why it did not do its work.

use std::error::Error;

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
    /// It was asked to end in the middle of a part, as by a machine that leaves: 128 and SIGTERM's number.
    Terminated = 143,
}

/// Why a command did not do its work.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct CliError {
    pub exit: Exit,
    pub message: String,
    #[source]
    cause: Option<Box<dyn Error + Send + Sync>>,
    pub hint: Option<String>,
    /// More to show below, such as the lines of the function that failed; rendered.
    pub details: Vec<u8>,
}

impl CliError {
    pub fn new(exit: Exit, message: impl Into<String>) -> CliError {
        CliError {
            exit,
            message: message.into(),
            cause: None,
            hint: None,
            details: Vec::new(),
        }
    }

    /// An error of the library that speaks for itself.
    pub fn from_error(exit: Exit, error: impl Error + Send + Sync + 'static) -> CliError {
        CliError::new(exit, error.to_string()).with_cause(error)
    }

    /// Tells why.
    pub fn with_cause(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> CliError {
        self.cause = Some(cause.into());
        self
    }

    pub fn with_hint(mut self, hint: Option<impl Into<String>>) -> CliError {
        self.hint = hint.map(Into::into);
        self
    }

    /// The message, and the cause behind it where the message doesn't tell it. What lies below the
    /// cause is in the cause's own text.
    pub fn text(&self) -> String {
        let cause = self.cause.as_ref().map(ToString::to_string);
        match cause.filter(|cause| !self.message.contains(cause)) {
            Some(cause) => format!("{}: {cause}", self.message),
            None => self.message.clone(),
        }
    }
}

impl From<SourceError> for CliError {
    fn from(error: SourceError) -> CliError {
        let hint = error.hint();
        CliError::from_error(Exit::Load, error).with_hint(hint)
    }
}

impl From<ConfigError> for CliError {
    fn from(error: ConfigError) -> CliError {
        let hint = error.hint();
        CliError::from_error(Exit::Usage, error).with_hint(hint)
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn an_error_keeps_its_cause_and_tells_it_once() {
        let cause = || io::Error::other("the disk is full");
        let told = |error: &CliError| (error.text(), error.source().map(ToString::to_string));
        let why = Some("the disk is full".to_owned());
        let error = CliError::new(Exit::Internal, "can't write a.xml").with_cause(cause());
        assert_eq!(
            told(&error),
            (
                "can't write a.xml: the disk is full".to_owned(),
                why.clone()
            )
        );
        let error = CliError::from_error(Exit::Internal, cause());
        assert_eq!(told(&error), ("the disk is full".to_owned(), why));
    }
}
