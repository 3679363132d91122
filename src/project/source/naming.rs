//! How functions are named on the command line, and what the names say about the files.

use std::path::{Path, PathBuf};

use crate::project::case_paths::CasePaths;

/// What a folder's function may be called, in the order of preference.
pub(super) const NAMES: [&str; 2] = ["function.js", "handler.js"];

/// The revision and the path of `git:REVISION` or `git:REVISION:PATH`.
pub(super) fn at_revision(path: &Path) -> Option<(&str, Option<&Path>)> {
    let rest = path.to_str()?.strip_prefix("git:")?;
    Some(match rest.split_once(':') {
        Some((revision, path)) => (revision, Some(Path::new(path))),
        None => (rest, None),
    })
}

/// Whether `path` names a function at a revision, where nothing can be written.
pub fn is_revision(path: &Path) -> bool {
    at_revision(path).is_some()
}

/// The Terraform file and the function's name in `FILE.tf:NAME` (or `FILE.tf#NAME`).
pub(super) fn split_name(path: &Path) -> (PathBuf, Option<String>) {
    let text = path.to_string_lossy();
    let at = [".tf:", ".tf#"].iter().find_map(|mark| text.rfind(mark));
    match at {
        Some(at) => (
            PathBuf::from(&text[..at + 3]),
            Some(text[at + 4..].to_owned()),
        ),
        None => (path.to_owned(), None),
    }
}

/// The script that a folder stands for has its cases in the folder's own.
pub(super) fn cases_of_script(file: &Path) -> CasePaths {
    match NAMES.iter().any(|name| file.ends_with(name)) {
        true => CasePaths::in_folder(&home_of(file)),
        false => CasePaths::beside_script(file),
    }
}

/// What a script is called that its folder doesn't stand for.
pub(super) fn own_name(file: &Path) -> Option<String> {
    let is_folders = NAMES.iter().any(|name| file.ends_with(name));
    let name = file.file_stem().filter(|_| !is_folders)?;
    Some(name.to_string_lossy().into_owned())
}

pub(super) fn with_name(file: &Path, name: &str) -> PathBuf {
    PathBuf::from(format!("{}:{name}", file.display()))
}

pub(super) fn home_of(file: &Path) -> PathBuf {
    file.parent().unwrap_or(Path::new("")).to_owned()
}

pub(super) fn extension(path: &Path) -> String {
    let extension = path.extension().and_then(|e| e.to_str());
    extension.unwrap_or_default().to_ascii_lowercase()
}
