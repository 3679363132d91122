//! Writing files that people keep.

use std::fs::File;
use std::io;
use std::io::Write;
use std::path::Path;

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
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = folder.join(format!(".{name}.{}.tmp", std::process::id()));
    let written = File::create(&temporary).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    let result = written.and_then(|()| {
        if let Ok(old) = path.metadata() {
            std::fs::set_permissions(&temporary, old.permissions())?;
        }
        std::fs::rename(&temporary, path)
    });
    if result.is_err() {
        // It may not be there at all.
        let _ = std::fs::remove_file(&temporary);
    }
    result
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
}
