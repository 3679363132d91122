//! What can go wrong with the history.

use std::path::PathBuf;

/// What can go wrong with the history.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    #[error("the history {} can't be used: {source}", path.display())]
    Open {
        path: PathBuf,
        source: rusqlite::Error,
    },
    #[error("there is no history here: {} does not exist", .0.display())]
    Missing(PathBuf),
    #[error("no event of the history {} has reached a function", .0.display())]
    Empty(PathBuf),
    #[error("no event of the history has reached a function named `{function}`")]
    NotReached {
        function: String,
        /// A name that is spelled alike.
        near: Option<String>,
        /// The functions that some have reached.
        known: Vec<String>,
    },
    #[error("the history's folder {} can't be made: {source}", path.display())]
    Folder {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("the history can't be read: {0}")]
    Read(#[from] rusqlite::Error),
    #[error("the history can't be written: {0}")]
    Written(String),
    #[error("the history's thread can't be started: {0}")]
    Thread(std::io::Error),
}

impl HistoryError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            HistoryError::Missing(_) => {
                Some("`segfn serve` in this folder writes one, of the events that it gets".into())
            }
            HistoryError::Empty(_) => Some("send `segfn serve` an event first".into()),
            HistoryError::NotReached {
                near: Some(near), ..
            } => Some(format!("did you mean `history:{near}`?")),
            HistoryError::NotReached { known, .. } if known.is_empty() => {
                Some("send `segfn serve` an event first".into())
            }
            HistoryError::NotReached { known, .. } => {
                Some(format!("events have reached {}", known.join(", ")))
            }
            HistoryError::Open { .. }
            | HistoryError::Folder { .. }
            | HistoryError::Read(_)
            | HistoryError::Written(_)
            | HistoryError::Thread(_) => None,
        }
    }
}
