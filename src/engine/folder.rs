//! Where the plans' embedded AWS keep what is stored: a folder that is gone at the end.

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use super::EngineError;

/// A new folder in the system's folder for such, which only this user may enter. Removed when
/// dropped.
pub struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    pub fn new() -> Result<TemporaryFolder, EngineError> {
        TemporaryFolder::make().map_err(|error| {
            EngineError::Internal(format!("can't make a temporary folder: {error}"))
        })
    }

    fn make() -> io::Result<TemporaryFolder> {
        let mut bytes = [0; 8];
        getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
        let name = format!("segfn-{:016x}", u64::from_le_bytes(bytes));
        let path = std::env::temp_dir().join(name);
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path).map_err(|error| {
            io::Error::new(error.kind(), format!("{}: {error}", path.display()))
        })?;
        Ok(TemporaryFolder(path))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        // The system takes away what can't be removed now.
        let _ = fs::remove_dir_all(&self.0);
    }
}
