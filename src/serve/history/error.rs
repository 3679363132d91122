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
