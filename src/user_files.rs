//! Files that are a person's and no project's: secrets that are made once and kept.

use std::env;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Where programs keep their data for this user; `None` where no variable says it.
pub fn data_folder() -> Option<PathBuf> {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty());
    let absolute = |path: PathBuf| path.is_absolute().then_some(path);
    let xdg = set("XDG_DATA_HOME").map(PathBuf::from).and_then(absolute);
    xdg.or_else(|| Some(PathBuf::from(set("HOME")?).join(".local/share")))
}

/// Writes a new file that is the user's alone from the beginning on. Folders on the way are made.
///
/// # Errors
/// It can't be written, or it is there ([`io::ErrorKind::AlreadyExists`]): somebody else was faster.
pub fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map_err(|error| error.error)?;
    Ok(())
}

/// Whether others than the user can read a file.
///
/// # Errors
/// It can't be looked at.
#[cfg(unix)]
pub fn is_open_to_others(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    Ok(std::fs::metadata(path)?.mode() & 0o077 != 0)
}

/// Elsewhere, a user's folder is closed by itself.
#[cfg(not(unix))]
pub fn is_open_to_others(_: &Path) -> io::Result<bool> {
    Ok(false)
}
