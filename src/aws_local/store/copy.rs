//! A second store of the same objects.

use std::fs::{self, DirEntry, File};
use std::io;
use std::path::Path;

/// What of a store's folder is what it holds, and not what it is doing.
const HELD: [&str; 3] = ["s3", "s3-state/buckets", "s3-state/details"];

/// Makes `to` a folder for an embedded AWS that holds what the one at `from` does. Objects are whole
/// files that are replaced and never changed, so a second name for each is enough where the file
/// system has them.
pub fn copy_objects(from: &Path, to: &Path) {
    for part in HELD {
        copy(&from.join(part), &to.join(part));
    }
}

/// What can't be copied is missing, as a function that asks for it will see, and what is removed meanwhile. All else
/// is copied.
fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).into_iter().flatten().flatten() {
        let _ = copy_entry(&entry, to);
    }
}

fn copy_entry(entry: &DirEntry, to: &Path) -> io::Result<()> {
    let target = to.join(entry.file_name());
    let kind = entry.file_type()?;
    if kind.is_dir() {
        fs::create_dir_all(&target)?;
        copy(&entry.path(), &target);
    } else if kind.is_file() || kind.is_symlink() {
        fs::create_dir_all(to)?;
        fs::hard_link(entry.path(), &target).or_else(|_| copy_file(&entry.path(), &target))?;
    }
    Ok(())
}

/// The details of an object are found by its time, so the copy has the same.
fn copy_file(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to)?;
    let modified = fs::metadata(from)?.modified()?;
    File::options().write(true).open(to)?.set_modified(modified)
}
