//! Why a server can't speak TLS.

use std::io;
use std::path::PathBuf;

use openssl::error::ErrorStack;

/// Why a server can't speak TLS.
#[derive(Debug, thiserror::Error)]
pub enum ServerTlsError {
    #[error("can't read {}: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("can't write {}: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("others can read {}", .0.display())]
    Open(PathBuf),
    #[error("there is no {wanted} in {}: {reason}", path.display())]
    Unusable {
        path: PathBuf,
        wanted: &'static str,
        reason: String,
    },
    #[error("the key in {} is not that of the certificate in {}", key.display(), certificate.display())]
    NotItsKey { certificate: PathBuf, key: PathBuf },
    #[error("the certificate in {} has come to its end", .0.display())]
    Outdated(PathBuf),
    #[error("there is no folder for a certificate: neither XDG_DATA_HOME nor HOME is set")]
    NoFolder,
    #[error("can't make a certificate: {0}")]
    Made(#[from] rcgen::Error),
    #[error("can't make a certificate: {0}")]
    OpenSsl(#[from] ErrorStack),
}

impl ServerTlsError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            ServerTlsError::Open(path) => Some(format!("chmod 600 {}", path.display())),
            ServerTlsError::Outdated(path) => Some(format!(
                "remove {}: another one is made, which is to be trusted instead",
                path.display()
            )),
            ServerTlsError::Unusable { wanted, .. } => Some(format!(
                "expected a {wanted} in PEM, as in `-----BEGIN …-----`"
            )),
            ServerTlsError::Read { .. }
            | ServerTlsError::Write { .. }
            | ServerTlsError::NotItsKey { .. }
            | ServerTlsError::NoFolder
            | ServerTlsError::Made(_)
            | ServerTlsError::OpenSsl(_) => None,
        }
    }

    /// `path` doesn't hold what is wanted.
    pub(super) fn unusable(
        path: &std::path::Path,
        wanted: &'static str,
    ) -> impl Fn(ErrorStack) -> ServerTlsError {
        move |stack| ServerTlsError::Unusable {
            path: path.to_owned(),
            wanted,
            reason: reason(&stack),
        }
    }
}

/// What OpenSSL says first, such as `no start line`.
fn reason(stack: &ErrorStack) -> String {
    let first = stack.errors().first();
    let reason = first.and_then(openssl::error::Error::reason);
    reason.unwrap_or("OpenSSL doesn't say why").to_owned()
}
