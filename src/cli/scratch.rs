//! Folders that are gone when the command ends.

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use segfn::temporary::TemporaryFolder;

use super::CliError;
use super::Exit;

/// What of the embedded AWS's folder is what it holds, and not what it is doing.
const HELD: [&str; 3] = ["s3", "s3-state/buckets", "s3-state/details"];

/// A folder of this process's own, in the system's place for such.
pub struct Scratch(TemporaryFolder);

impl Scratch {
    pub fn new() -> Result<Scratch, CliError> {
        TemporaryFolder::new().map(Scratch).map_err(|error| {
            CliError::new(
                Exit::Internal,
                format!("can't make a temporary folder: {error}"),
            )
        })
    }

    /// A folder for an embedded AWS that holds what the one at `from` does. Objects are whole files
    /// that are replaced and never changed, so a second name for each is enough.
    pub fn folder(&self, name: &str, from: &Path) -> PathBuf {
        let folder = self.0.path().join(name);
        for part in HELD {
            // What can't be copied is missing, as a function that asks for it will see.
            let _ = copy(&from.join(part), &folder.join(part));
        }
        folder
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir_all(&target)?;
            copy(&entry.path(), &target)?;
        } else {
            fs::create_dir_all(to)?;
            fs::hard_link(entry.path(), &target)
                .or_else(|_| fs::copy(entry.path(), &target).map(drop))?;
        }
    }
    Ok(())
}
