//! `segfn init`: a function to begin with.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use segfn::function::Kind;
use segfn::project::starter::{Starter, StarterError};

use super::color::Color;
use super::error::{CliError, Exit};
use super::function_args::kind_parser;
use super::output::Output;

/// Write a function to begin with: its code, two cases, and a workflow for GitHub
///
/// What is written passes `segfn test` at once. Nothing that is there already is overwritten: a file in the
/// way is an error, and a workflow that the repository has stays as it is.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The function's folder; it is made if it isn't there
    #[arg(default_value = ".")]
    pub folder: PathBuf,
    /// The kind of the function
    #[arg(long, value_name = "KIND", default_value = Kind::Destination.name(), value_parser = kind_parser())]
    pub kind: Kind,
}

const EXAMPLES: &str = "\
Examples:
  segfn init                                 a destination function in this folder
  segfn init functions/webhooks --kind source
  segfn init functions/cleaner --kind insert-destination";

/// Runs the command and tells how the process ends.
pub fn run(args: &Args, color: Color) -> Exit {
    let output = Output::new(false, color);
    let result = write(args, &output);
    output.finish(result)
}

fn write(args: &Args, output: &Output) -> Result<Exit, CliError> {
    let written = Starter::new(args.kind, &args.folder).write()?;
    let mut text = String::new();
    for path in &written {
        let _ = writeln!(text, "wrote {}", from_here(path).display());
    }
    let folder = match args.folder == Path::new(".") {
        true => String::new(),
        false => format!(" {}", args.folder.display()),
    };
    // What the settings name at first is nobody's service.
    let first = match args.kind {
        Kind::Destination => ", once settings.json names your service",
        _ => "",
    };
    let _ = write!(
        text,
        "\nNext:\n  segfn test{folder}   runs its cases, offline\n  segfn run{folder}    calls it with sample events{first}\n  \
         segfn types{folder}  makes an editor know what a function can name\n"
    );
    // A failure is kept by `output`.
    let _ = output.write(text.as_bytes());
    Ok(Exit::Success)
}

/// The path as it is named from the current folder.
fn from_here(path: &Path) -> &Path {
    let here = std::env::current_dir().and_then(|folder| folder.canonicalize());
    let path = path.strip_prefix(".").unwrap_or(path);
    match here {
        Ok(here) => path.strip_prefix(&here).unwrap_or(path),
        Err(_) => path,
    }
}

impl From<StarterError> for CliError {
    fn from(error: StarterError) -> CliError {
        let exit = match &error {
            StarterError::NoFolder(_) | StarterError::Exists(_) => Exit::Usage,
            StarterError::Write { .. } => Exit::Internal,
        };
        let hint = error.hint();
        CliError::from_error(exit, error).with_hint(hint)
    }
}
