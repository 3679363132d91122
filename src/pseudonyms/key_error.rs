//! Why there is no key.

use std::io;
use std::path::PathBuf;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("{variable} is no key: expected 64 hexadecimal digits")]
    Variable { variable: &'static str },
    #[error("{} is no key: expected 64 hexadecimal digits", .0.display())]
    File(PathBuf),
    #[error("others can read {}", .0.display())]
    Open(PathBuf),
    #[error("can't read {}: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("can't write {}: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("there is no folder for the key: neither XDG_DATA_HOME nor HOME is set")]
    NoFolder,
}

impl KeyError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            KeyError::Variable { .. } => Some("`openssl rand -hex 32` makes one".into()),
            KeyError::File(_) => Some(
                "with another key, all pseudonyms are others; without the file, one is made".into(),
            ),
            KeyError::Open(path) => Some(format!("chmod 600 {}", path.display())),
            KeyError::NoFolder => Some("SEGFN_PSEUDONYM_KEY can hold the key itself".into()),
            KeyError::Read { .. } | KeyError::Write { .. } => None,
        }
    }
}
