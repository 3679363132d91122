//! Why a case is not varied.

use crate::engine::EngineError;
use crate::suite::accept::AcceptError;
use crate::suite::case_error::CaseError;
use crate::suite::new_lines::LinesError;
use crate::suite::suite::SuiteError;

/// Why a case is not varied.
#[derive(Debug, thiserror::Error)]
pub enum VaryError {
    /// What it does now is no measure.
    #[error("the case {0} doesn't pass")]
    Fails(String),
    #[error("the case {0} makes no requests")]
    NoRequests(String),
    #[error(transparent)]
    Case(#[from] CaseError),
    #[error(transparent)]
    Suite(#[from] SuiteError),
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error(transparent)]
    Lines(#[from] LinesError),
    #[error(transparent)]
    Accept(#[from] AcceptError),
}
