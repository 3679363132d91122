//! The function that cases are added to.

use std::path::Path;

use segfn::project::source::is_revision;
use segfn::project::{Overrides, Project};
use segfn::suite::SuiteLocation;

use crate::cli::error::{CliError, Exit};
use crate::cli::open::open;
use crate::cli::output::Output;

/// What git keeps is not written to.
pub fn refuse_revision(function: &Path) -> Result<(), CliError> {
    match is_revision(function) {
        true => {
            let text = "cases can't be added to a revision";
            Err(CliError::new(Exit::Usage, text))
        }
        false => Ok(()),
    }
}

/// Opens the function, and tells where its cases go.
pub fn open_for_cases(
    function: &Path,
    overrides: Overrides,
    output: &Output,
) -> Result<(Project, SuiteLocation), CliError> {
    let overrides = Overrides {
        hide_by_name: true,
        ..overrides
    };
    let project = open(function, &overrides, output)?;
    let location = SuiteLocation {
        function: function.to_owned(),
        cases: project.cases.clone(),
        only: None,
    };
    Ok((project, location))
}
