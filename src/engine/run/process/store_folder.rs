//! The folder of the embedded AWS, while worker processes may write into it.

use std::fs;
use std::path::{Path, PathBuf};

/// Worker processes can be given a folder that is there, and nothing else. One that nothing was stored
/// in is gone again when this is dropped.
pub struct StoreFolder(PathBuf);

impl StoreFolder {
    /// `None` where the folder is there already, or can't be made: the embedded AWS tells so when it is
    /// asked to store something.
    pub fn new(folder: &Path) -> Option<StoreFolder> {
        fs::create_dir(folder).ok()?;
        Some(StoreFolder(folder.to_owned()))
    }
}

impl Drop for StoreFolder {
    fn drop(&mut self) {
        // Only an empty one can be removed like this.
        let _ = fs::remove_dir(&self.0);
    }
}
