//! Why a case can't be read, and the readers of its files that say so.

use std::io;
use std::path::{Path, PathBuf};

use crate::json::Json;

use super::expected::ExpectedError;
use super::find::INPUTS;
use crate::cassette::{CassetteError, RulesError};
use crate::project::config::ConfigError;
use crate::text::{decode, place_in, place_of, problem_of};

/// Why a case can't be read.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    #[error("can't read {}: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{place}: {problem}")]
    Bad {
        /// A file, with line and column as far as known.
        place: String,
        #[source]
        problem: CaseProblem,
    },
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Cassette(#[from] CassetteError),
}

/// What is wrong with a case.
#[derive(Debug, thiserror::Error)]
pub enum CaseProblem {
    #[error("not JSON: {0}")]
    NotJson(String),
    #[error("expected an object in braces")]
    NoObject,
    #[error("expected a list of events in brackets")]
    NoList,
    #[error("expected a time to wait such as \"10m\", \"2h\" or \"500ms\"")]
    NoWait,
    #[error("a case needs a name")]
    NoName,
    #[error("it has both {one} and {other}")]
    TwoInputFiles { one: String, other: String },
    #[error("it has more than one input")]
    TwoInputs,
    #[error("it has no {}", INPUTS.join(", "))]
    NoInput,
    #[error("it is `from` the case `{from}`, which doesn't exist")]
    NoBase {
        from: String,
        /// The name of a case that is spelled alike.
        near: Option<String>,
    },
    #[error("it is made from itself: {0}")]
    StandsOnItself(String),
    #[error("no request asks for the reply to {0}: the embedded AWS answers it")]
    EmbeddedReply(String),
    #[error(transparent)]
    Expected(#[from] ExpectedError),
    /// A mask, or another rule of segfn.toml or the case.
    #[error(transparent)]
    Rule(#[from] RulesError),
}

impl CaseError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            CaseError::Read { .. } => None,
            CaseError::Bad { problem, .. } => problem.hint(),
            CaseError::Config(error) => error.hint(),
            CaseError::Cassette(error) => error.hint().map(Into::into),
        }
    }

    pub(super) fn bad(place: impl Into<String>, problem: impl Into<CaseProblem>) -> CaseError {
        CaseError::Bad {
            place: place.into(),
            problem: problem.into(),
        }
    }

    /// An expectation that can't be used, in what `place` names.
    pub(super) fn expected(place: &str, error: ExpectedError) -> CaseError {
        let place = match &error {
            ExpectedError::Json { line, column, .. } => format!("{place}:{line}:{column}"),
            _ => place.to_owned(),
        };
        CaseError::bad(place, error)
    }
}

impl CaseProblem {
    fn hint(&self) -> Option<String> {
        let text = match self {
            CaseProblem::NoName => {
                "write \"name\": \"…\" into the line, without a slash in the name"
            }
            CaseProblem::TwoInputFiles { .. } => "a case has one of them",
            CaseProblem::TwoInputs => "a case has one of event, events and request",
            CaseProblem::NoInput => "a case has an event, events or a request",
            CaseProblem::NoBase { near, .. } => {
                return near.as_ref().map(|near| format!("did you mean `{near}`?"));
            }
            CaseProblem::EmbeddedReply(_) => {
                "for replies and cassettes in the place of AWS: aws = \"cassette\""
            }
            CaseProblem::Expected(error) => error.hint(),
            CaseProblem::Rule(_) => {
                "masks belong into segfn.toml or case.toml, and [redact] into segfn.toml"
            }
            CaseProblem::NotJson(_)
            | CaseProblem::NoObject
            | CaseProblem::NoList
            | CaseProblem::NoWait
            | CaseProblem::StandsOnItself(_) => return None,
        };
        Some(text.to_owned())
    }
}

/// The last part of a path, as text.
pub(super) fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// A file's text, without a byte order mark.
pub(super) fn read(path: &Path) -> Result<String, CaseError> {
    let failed = |source| CaseError::Read {
        path: path.to_owned(),
        source,
    };
    let bytes = std::fs::read(path).map_err(failed)?;
    decode(bytes).map_err(|error| failed(io::Error::new(io::ErrorKind::InvalidData, error)))
}

/// The JSON of `text`, which messages place at `place`.
pub(super) fn parse(text: &str, place: &str) -> Result<Json, CaseError> {
    Json::parse(text).map_err(|error| {
        let at = place_in(text, error.offset());
        let problem = CaseProblem::NotJson(error.to_string());
        CaseError::bad(format!("{place}:{}:{}", at.line, at.column), problem)
    })
}

/// The error of serde_json for `text` as one of the case.
pub(super) fn not_json(text: &str, place: &str, error: &serde_json::Error) -> CaseError {
    let at = place_of(text, error);
    let problem = match error.is_data() {
        true => CaseProblem::NoList,
        false => CaseProblem::NotJson(problem_of(text, error)),
    };
    CaseError::bad(format!("{place}:{}:{}", at.line, at.column), problem)
}
