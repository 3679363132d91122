//! `segfn licenses`: what is in the binary, and under which terms.

use segfn::licenses::Licenses;

use super::color::Color;
use super::error::{CliError, Exit};
use super::output::Output;

/// Print the licences of the software that segfn is made of
///
/// The binary contains Rust crates, npm packages, V8 and OpenSSL. Each licence's text is printed
/// once, after the names of all that it applies to.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Only of software whose name contains this
    pub filter: Option<String>,
    /// Write a JSON array of names, versions and licences, without the texts
    #[arg(long)]
    pub json: bool,
}

const EXAMPLES: &str = "\
Examples:
  segfn licenses | less
  segfn licenses lodash
  segfn licenses --json | jq -r '.[] | [.name, .version, .license] | @tsv'";

/// Runs the command and tells how the process ends.
pub fn run(args: &Args, color: Color) -> Exit {
    let output = Output::new(args.json, color);
    let result = print(args, &output);
    output.finish(result)
}

fn print(args: &Args, output: &Output) -> Result<Exit, CliError> {
    let mut licenses =
        Licenses::read().map_err(|error| CliError::from_error(Exit::Internal, error))?;
    if let Some(filter) = &args.filter {
        licenses.retain(filter);
        if licenses.components.is_empty() {
            let message = format!("segfn contains no software whose name has '{filter}' in it");
            return Err(CliError::new(Exit::Usage, message)
                .with_hint(Some("`segfn licenses --json` lists all of it")));
        }
    }
    let text = if args.json {
        serde_json::to_string_pretty(&licenses.components)
            .map_err(|error| CliError::from_error(Exit::Internal, error))?
            + "\n"
    } else {
        licenses.text()
    };
    // A failure is kept by `output`.
    let _ = output.write(text.as_bytes());
    Ok(Exit::Success)
}
