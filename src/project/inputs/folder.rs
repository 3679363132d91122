//! Which files of a folder are inputs.

use std::path::{Path, PathBuf};

use crate::project::inputs::error::InputError;

/// Names that end so are taken from a folder.
const SUFFIXES: [&str; 4] = [".json", ".ndjson", ".jsonl", ".gz"];

/// The files of events in `folder`, by name; not those of folders in it.
pub(super) fn files_in(folder: &Path) -> Result<Vec<PathBuf>, InputError> {
    let failed = |source| InputError::Open {
        path: folder.to_owned(),
        source,
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_events = SUFFIXES.iter().any(|suffix| name.ends_with(suffix));
        if is_events && !name.starts_with('.') && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(InputError::NoFiles(folder.to_owned()));
    }
    Ok(files)
}
