//! `segfn types`: declarations for editors.

use std::fs;
use std::path::{Path, PathBuf};

use segfn::files;
use segfn::types::{JSCONFIG, MARK, declarations};

use super::color::Color;
use super::error::{CliError, Exit};
use super::output::Output;

/// Write type declarations, so that an editor completes and checks functions
///
/// Writes segfn.d.ts, which declares everything that a function can name, and a jsconfig.json that
/// makes editors (and `tsc -p`) use it for all functions in the folder. An existing
/// jsconfig.json isn't changed.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The folder that holds the functions
    #[arg(default_value = ".")]
    pub dir: PathBuf,
}

const EXAMPLES: &str = "\
Examples:
  segfn types                       for the functions in this folder
  segfn types my-functions
  npx -p typescript tsc -p .        checks them all";

const DECLARATIONS: &str = "segfn.d.ts";
const CONFIG: &str = "jsconfig.json";

/// Runs the command and tells how the process ends.
pub fn run(args: &Args, color: Color) -> Exit {
    let output = Output::new(false, color);
    let result = write(&args.dir, &output);
    output.finish(result)
}

fn write(dir: &Path, output: &Output) -> Result<Exit, CliError> {
    if !dir.is_dir() {
        let message = format!("{} is not a folder", dir.display());
        return Err(CliError::new(Exit::Usage, message)
            .with_hint(Some("name the folder that holds the functions")));
    }
    let path = dir.join(DECLARATIONS);
    match fs::read_to_string(&path) {
        Ok(text) if !text.starts_with(MARK) => {
            let message = format!(
                "{} already exists, and segfn didn't write it",
                path.display()
            );
            return Err(CliError::new(Exit::Usage, message)
                .with_hint(Some("rename it, or name another folder")));
        }
        _ => replace(&path, &declarations())?,
    }
    let mut text = format!("wrote {}\n", path.display());
    let config = dir.join(CONFIG);
    if config.exists() {
        text.push_str(&format!(
            "left {} unchanged: add \"{DECLARATIONS}\" to its \"include\"\n",
            config.display()
        ));
    } else {
        replace(&config, JSCONFIG)?;
        text.push_str(&format!("wrote {}\n", config.display()));
    }
    text.push_str(
        "\nThe types of the libraries come from npm and are only for the editor. Install those that your functions use:\n  \
         npm install --save-dev @types/node@20 @types/lodash @types/node-fetch@2 aws-sdk@2.488.0\n\
         `segfn globals` has their names and versions.\n",
    );
    // A failure is kept by `output`.
    let _ = output.write(text.as_bytes());
    Ok(Exit::Success)
}

/// Writes a file whole or not at all.
fn replace(path: &Path, text: &str) -> Result<(), CliError> {
    files::replace(path, text.as_bytes()).map_err(|error| {
        CliError::new(Exit::Internal, format!("can't write {}", path.display())).with_cause(error)
    })
}
