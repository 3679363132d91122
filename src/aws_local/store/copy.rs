//! A second store of the same objects.

use std::path::Path;
use std::{fs, io};

/// What of a store's folder is what it holds, and not what it is doing.
const HELD: [&str; 3] = ["s3", "s3-state/buckets", "s3-state/details"];

/// Makes `to` a folder for an embedded AWS that holds what the one at `from` does. Objects are whole
/// files that are replaced and never changed, so a second name for each is enough.
pub fn copy_objects(from: &Path, to: &Path) {
    for part in HELD {
        // What can't be copied is missing, as a function that asks for it will see.
        let _ = copy(&from.join(part), &to.join(part));
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
