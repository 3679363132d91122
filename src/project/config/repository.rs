//! Which repository a folder is in.

use std::path::{Path, PathBuf};

/// Whether it is the root of one. `.git` is a file in worktrees and submodules.
pub(crate) fn is_repository(folder: &Path) -> bool {
    folder.join(".git").exists()
}

/// The root of the repository that `path` is in, without links; `None` where it is in none.
pub(crate) fn repository_of(path: &Path) -> Option<PathBuf> {
    let real = path.canonicalize().ok()?;
    let root = real.ancestors().find(|folder| is_repository(folder))?;
    Some(root.to_owned())
}
