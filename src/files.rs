//! Writing files that people keep.

use std::io::{self, Write};
use std::path::Path;

use tempfile::Builder;

/// Writes `bytes` to `path` as a whole: whoever reads it, also after a crash in the middle, finds
/// the old file or the new one. Folders on the way are made.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // A link stays one, and what it leads to is replaced.
    let path = &path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    std::fs::create_dir_all(folder)?;
    let mut builder = Builder::new();
    // Otherwise nobody else could read it.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut temporary = builder
        .prefix(".segfn-")
        .suffix(".tmp")
        .tempfile_in(folder)?;
    temporary.write_all(bytes)?;
    temporary.as_file().sync_all()?;
    if let Ok(old) = path.metadata() {
        temporary.as_file().set_permissions(old.permissions())?;
    }
    temporary.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("new/a.json");
        replace(&path, b"1").expect("written");
        replace(&path, b"2").expect("written");
        assert_eq!(std::fs::read(&path).expect("a file"), b"2");
        let left = std::fs::read_dir(folder.path().join("new")).expect("a folder");
        assert_eq!(left.count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_may_be_read_by_whom_the_user_lets_and_stays_so() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let mode = |path: &Path| path.metadata().expect("a file").permissions().mode() & 0o777;
        let (ordinary, path) = (folder.path().join("ordinary"), folder.path().join("new"));
        std::fs::write(&ordinary, "").expect("written");
        replace(&path, b"1").expect("written");
        assert_eq!(mode(&path), mode(&ordinary));
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o751)).expect("set");
        replace(&path, b"2").expect("written");
        assert_eq!(mode(&path), 0o751);
    }
}
