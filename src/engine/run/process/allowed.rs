//! What worker processes may have.

use std::path::PathBuf;

/// What worker processes may have.
#[derive(Clone, Debug, Default)]
pub struct Allowed {
    /// Folders in which they may do anything: those of the embedded AWS.
    pub folders: Vec<PathBuf>,
    /// Whether they find the machine's credentials for AWS: files, environment, and the processes
    /// that the files may name.
    pub credentials: bool,
    /// The open files that they keep.
    #[cfg(target_os = "linux")]
    pub open: Vec<std::os::fd::RawFd>,
}
