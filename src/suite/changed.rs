//! Whether something of a suite changed.

use std::path::PathBuf;

use super::case_definition::CaseDefinition;
use super::case_error::CaseError;
use super::find::{self, CASE_FILE, CaseLocation, FindError};
use crate::project::Project;
use crate::project::config::CaseConfig;
use crate::project::source::ChangedFiles;

/// Whether one of the function's own files, its cases or what these name is among the changed ones.
///
/// # Errors
/// The cases can't be listed.
pub(super) fn is_changed(project: &Project, changes: &ChangedFiles) -> Result<bool, FindError> {
    let test = &project.config.test;
    let shared = test.cassette.iter().flatten().chain(&test.reply_files);
    let cases = &project.cases;
    if project
        .files
        .iter()
        .chain(shared)
        .any(|file| changes.has(file))
        || changes.has_below(cases.folder())
        || changes.has(&cases.file())
    {
        return Ok(true);
    }
    // A case may name files that lie anywhere.
    let is_concerned = |case: &CaseLocation| match named_by(case) {
        Ok(files) => files.iter().any(|file| changes.has(file)),
        // Whoever runs it tells what is wrong with it.
        Err(_) => true,
    };
    Ok(find::cases(cases)?.iter().any(is_concerned))
}

/// The files that a case names, wherever they are: cassettes, and the bodies of replies.
fn named_by(case: &CaseLocation) -> Result<Vec<PathBuf>, CaseError> {
    let config = match case {
        CaseLocation::Folder(folder) => match folder.join(CASE_FILE) {
            file if file.is_file() => CaseConfig::read(&file)?,
            _ => return Ok(Vec::new()),
        },
        CaseLocation::Line { .. } => CaseDefinition::read(case)?.config,
    };
    let mut files = config.test.cassette.unwrap_or_default();
    files.extend(config.test.reply_files);
    Ok(files)
}
