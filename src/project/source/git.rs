//! The user's own `git`.

use std::io;
use std::path::Path;
use std::process::{Command, Output};

use crate::project::source::error::SourceError;

/// What `git` answers that is started in `folder`.
pub(super) fn git(folder: &Path, arguments: &[&str]) -> io::Result<Output> {
    Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .output()
}

/// The commit that `name` means in the repository of `folder`.
///
/// # Errors
/// There is no `git`, no repository or no such commit.
pub(super) fn commit_of(name: &str, folder: &Path) -> Result<String, SourceError> {
    let none = || SourceError::NoRevision {
        name: name.to_owned(),
    };
    if name.is_empty() || name.starts_with('-') {
        return Err(none());
    }
    let inside = git(folder, &["rev-parse", "--is-inside-work-tree"]).map_err(SourceError::Git)?;
    if !inside.status.success() {
        return Err(SourceError::NoRepository {
            folder: folder.to_owned(),
            problem: first_line(&inside.stderr),
        });
    }
    let commit = format!("{name}^{{commit}}");
    let found =
        git(folder, &["rev-parse", "--verify", "--quiet", &commit]).map_err(SourceError::Git)?;
    match found.status.success() {
        true => Ok(first_line(&found.stdout)),
        false => Err(none()),
    }
}

pub(super) fn first_line(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.lines().next().unwrap_or_default().trim().to_owned()
}
