//! Files, and JSON files, and the disk's errors.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use serde::Deserialize;

/// How often a step is tried that others undo: keys come and go, and folders with them.
pub const ATTEMPTS: usize = 100;

/// The error with the path that it is about, which the system doesn't tell.
pub fn at(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

/// How to open what may turn out to be a pipe, which would otherwise have us wait for its other end.
pub fn never_waiting() -> OpenOptions {
    let mut options = File::options();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(nix::libc::O_NONBLOCK);
    }
    options
}

/// The file at the path, to be read. What isn't a file (a folder, a pipe, a device, a link) counts
/// as nothing, and is not opened: it could wait for ever, have no end, or do something.
pub fn open_file(path: &Path) -> io::Result<Option<File>> {
    let opened = fs::symlink_metadata(path).and_then(|about| match about.is_file() {
        true => never_waiting().read(true).open(path).map(Some),
        false => Ok(None),
    });
    match opened {
        Err(error) if is_absence(&error) => Ok(None),
        // Somebody may have put something else there in between.
        Ok(Some(file)) => Ok(file.metadata()?.is_file().then_some(file)),
        opened => opened,
    }
}

/// The value in a JSON file; `None` when there is none or it can't be read as one.
pub fn read_json<T: for<'de> Deserialize<'de>>(path: &Path) -> Option<T> {
    let mut bytes = Vec::new();
    open_file(path).ok()??.read_to_end(&mut bytes).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// Whether the error says that nothing is at the path: a file may stand where a folder was meant.
pub fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// A success also where there was nothing.
pub fn ignore_missing(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if is_absence(&error) => Ok(()),
        other => other,
    }
}
