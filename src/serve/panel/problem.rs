//! Why the panel's API doesn't do what it is asked.

use http::StatusCode;

use crate::history::HistoryError;
use crate::serve::front::{HttpAnswer, error_answer};

/// Why the panel's API doesn't do what it is asked.
#[derive(Debug)]
pub struct PanelProblem {
    pub status: StatusCode,
    pub message: String,
    pub hint: Option<String>,
}

impl PanelProblem {
    pub fn new(status: StatusCode, message: impl Into<String>) -> PanelProblem {
        PanelProblem {
            status,
            message: message.into(),
            hint: None,
        }
    }

    /// The request itself is wrong.
    pub fn bad(message: impl Into<String>) -> PanelProblem {
        PanelProblem::new(StatusCode::BAD_REQUEST, message)
    }

    pub fn missing(message: impl Into<String>) -> PanelProblem {
        PanelProblem::new(StatusCode::NOT_FOUND, message)
    }

    pub fn answer(&self) -> HttpAnswer {
        error_answer(self.status, &self.message, self.hint.as_deref())
    }
}

impl From<HistoryError> for PanelProblem {
    fn from(error: HistoryError) -> PanelProblem {
        PanelProblem::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
    }
}
