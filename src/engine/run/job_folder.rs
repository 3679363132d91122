//! Folders in which the embedded AWS of each job keeps its objects.

use std::path::{Path, PathBuf};

use crate::engine::error::{EngineError, Need};
use crate::temporary::TemporaryFolder;

/// A folder for all jobs of a run.
pub fn temporary_folder() -> Result<TemporaryFolder, EngineError> {
    TemporaryFolder::new().map_err(EngineError::machine(Need::TemporaryFolder))
}

/// The folder of the job of this number in that of its run.
pub fn folder_of_job(folder: &Path, number: usize) -> PathBuf {
    folder.join(number.to_string())
}
