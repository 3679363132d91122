//! Opening the function that a command is about.

use std::path::{Path, PathBuf};

use segfn::project::source::functions_in;
use segfn::project::{Overrides, Project, ProjectError};

use super::error::{CliError, Exit};
use super::output::Output;

/// Opens the function at `path` and tells what looks wrong about it.
pub fn open(path: &Path, overrides: &Overrides, output: &Output) -> Result<Project, CliError> {
    let project = Project::open(path, overrides, output.secrets())?;
    tell_warnings(&project, output);
    Ok(project)
}

/// The function that is meant where none is named: the one of this folder, or the only one below it.
pub fn function_here() -> Result<PathBuf, CliError> {
    let here = Path::new(".");
    let found = functions_in(here)?;
    if found.iter().any(|each| each.path == here) {
        return Ok(here.to_owned());
    }
    let paths = found.iter().map(|each| &each.path);
    let mut paths: Vec<&Path> = paths
        .map(|path| path.strip_prefix(here).unwrap_or(path))
        .collect();
    match paths.len() {
        0 => Err(
            CliError::new(Exit::Usage, "there is no function in this folder").with_hint(Some(
                "name one: segfn run FUNCTION; `segfn init` writes one to begin with",
            )),
        ),
        1 => Ok(paths.remove(0).to_owned()),
        count => {
            paths.truncate(MOST_NAMES);
            let names: Vec<String> = paths
                .iter()
                .map(|path| path.display().to_string())
                .collect();
            let more = match count - names.len() {
                0 => String::new(),
                more => format!(", and {more} more"),
            };
            let message = format!("there are {count} functions in this folder");
            let hint = format!("name one of them: {}{more}", names.join(", "));
            Err(CliError::new(Exit::Usage, message).with_hint(Some(hint)))
        }
    }
}

/// So many functions are named where one has to be chosen.
const MOST_NAMES: usize = 10;

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
