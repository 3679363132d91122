//! Opening the function that a command is about.

use std::path::Path;

use segfn::project::{Overrides, Project, ProjectError};

use super::error::{CliError, Exit};
use super::output::Output;

/// Opens the function at `path` and tells what looks wrong about it.
pub fn open(path: &Path, overrides: &Overrides, output: &Output) -> Result<Project, CliError> {
    let project = Project::open(path, overrides, output.secrets())?;
    tell_warnings(&project, output);
    Ok(project)
}

/// Tells what looks wrong about a function.
pub fn tell_warnings(project: &Project, output: &Output) {
    for warning in &project.warnings {
        output.warning(&warning.to_string(), warning.hint().as_deref());
    }
}

impl From<ProjectError> for CliError {
    fn from(error: ProjectError) -> CliError {
        let exit = match &error {
            ProjectError::Source(_) => Exit::Load,
            ProjectError::Config(_) | ProjectError::Rules(_) => Exit::Usage,
        };
        let hint = error.hint();
        CliError::from_error(exit, error).with_hint(hint)
    }
}
