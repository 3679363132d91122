//! Which function is to be recorded.

use std::path::Path;

use crate::project::CasePaths;
use crate::project::source::{functions_in, is_revision};
use crate::suite::find::{SuiteLocation, find};
use crate::suite::record::error::RecordError;
use crate::suite::suite::SuiteError;

/// The function that `path` names, and its case if `path` is a case's own folder, which it may be to
/// be recorded again (`again`).
///
/// # Errors
/// There is no function, or more than one, or it is of a revision.
pub fn locate(path: &Path, again: bool) -> Result<SuiteLocation, RecordError> {
    if is_revision(path) {
        return Err(RecordError::Revision);
    }
    let mut functions = functions_in(path)?;
    if functions.len() > 1 {
        let paths = functions.into_iter().map(|function| function.path);
        return Err(RecordError::SeveralFunctions(paths.collect()));
    }
    if let Some(function) = functions.pop() {
        return Ok(SuiteLocation {
            function: function.path,
            cases: function.cases,
            only: None,
        });
    }
    if again && path.exists() {
        let mut found = find(path).map_err(SuiteError::from)?;
        if !found.is_empty() {
            return Ok(found.swap_remove(0));
        }
    }
    // To open it tells what is wrong with it.
    Ok(SuiteLocation {
        function: path.to_owned(),
        cases: CasePaths::in_folder(path),
        only: None,
    })
}
