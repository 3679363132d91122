//! Which files changed since a revision.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use crate::project::config::repository_of;
use crate::project::source::error::SourceError;
use crate::project::source::git::{commit_of, first_line, git};

/// The files that differ from those of a revision: changed, new or gone. Files that git doesn't know count,
/// those that it ignores don't.
#[derive(Debug)]
pub struct ChangedFiles {
    revision: String,
    /// By the roots of the repositories that were asked about.
    known: BTreeMap<PathBuf, BTreeSet<PathBuf>>,
}

impl ChangedFiles {
    /// Since `revision`, as each repository has it.
    pub fn since(revision: &str) -> ChangedFiles {
        ChangedFiles {
            revision: revision.to_owned(),
            known: BTreeMap::new(),
        }
    }

    /// Asks git about the repository that `folder` is in, and tells whether any of its files changed.
    ///
    /// # Errors
    /// There is no `git`, no repository or no such revision.
    pub fn ask(&mut self, folder: &Path) -> Result<bool, SourceError> {
        let folder = match folder.as_os_str().is_empty() {
            true => Path::new("."),
            false => folder,
        };
        let root = repository_of(folder).unwrap_or_else(|| folder.to_owned());
        if let Some(known) = self.known.get(&root) {
            return Ok(!known.is_empty());
        }
        let commit = commit_of(&self.revision, &root)?;
        let mut files = paths(
            &root,
            &["diff", "--name-only", "--no-renames", "-z", &commit],
        )?;
        files.extend(paths(
            &root,
            &["ls-files", "--others", "--exclude-standard", "-z"],
        )?);
        let any = !files.is_empty();
        self.known.insert(root, files);
        Ok(any)
    }

    /// Whether the file at `path` is one of them. It need not be there any more.
    pub fn has(&self, path: &Path) -> bool {
        let path = real(path);
        self.known.values().any(|files| files.contains(&path))
    }

    /// Whether one of them is in `folder`, at any depth.
    pub fn has_below(&self, folder: &Path) -> bool {
        let folder = real(folder);
        self.known.values().any(|files| {
            let next = files.range(folder.clone()..).next();
            next.is_some_and(|path| path.starts_with(&folder))
        })
    }
}

/// The paths that git names, without links.
fn paths(root: &Path, arguments: &[&str]) -> Result<BTreeSet<PathBuf>, SourceError> {
    let output = git(root, arguments).map_err(SourceError::Git)?;
    if !output.status.success() {
        let problem = io::Error::other(first_line(&output.stderr));
        return Err(SourceError::Git(problem));
    }
    let names = output.stdout.split(|byte| *byte == 0);
    let names = names.filter(|name| !name.is_empty());
    Ok(names
        .map(|name| root.join(&*String::from_utf8_lossy(name)))
        .collect())
}

/// The path without links and `..`, also of a file that isn't there.
fn real(path: &Path) -> PathBuf {
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    match (folder.canonicalize(), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}
