//! `segfn globals`: what a function can name.

use segfn::globals::{Global, table};

use super::color::Color;
use super::error::{CliError, Exit};
use super::output::Output;

/// List the globals that functions have, with their packages and versions
///
/// They are the platform's globals, at its versions. Each is made when a function first touches it,
/// and the list says how long that takes. What a function doesn't touch costs nothing.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Only the globals whose name or package contains this
    pub filter: Option<String>,
    /// Write a JSON array, for programs
    #[arg(long)]
    pub json: bool,
}

const EXAMPLES: &str = "\
Examples:
  segfn globals
  segfn globals moment
  segfn globals --json | jq -r '.[].name'";

/// Runs the command and tells how the process ends.
pub fn run(args: &Args, color: Color) -> Exit {
    let output = Output::new(args.json, color);
    let result = list(args, &output);
    output.finish(result)
}

fn list(args: &Args, output: &Output) -> Result<Exit, CliError> {
    let wanted = args.filter.as_deref().unwrap_or_default().to_lowercase();
    let matches = |global: &Global| {
        global.name.to_lowercase().contains(&wanted)
            || global.origin().to_lowercase().contains(&wanted)
    };
    let globals: Vec<Global> = table().into_iter().filter(matches).collect();
    if globals.is_empty() {
        let message = format!("no global has '{wanted}' in its name or package");
        return Err(
            CliError::new(Exit::Usage, message).with_hint(Some("`segfn globals` lists them all"))
        );
    }
    let text = if args.json {
        serde_json::to_string_pretty(&globals)
            .map_err(|error| CliError::from_error(Exit::Internal, error))?
            + "\n"
    } else {
        columns(&globals)
    };
    // A failure is kept by `output`.
    let _ = output.write(text.as_bytes());
    Ok(Exit::Success)
}

/// A line for each, and one more for each further package.
fn columns(globals: &[Global]) -> String {
    let mut rows = vec![["global", "what it is", "first touch", ""].map(str::to_owned)];
    for global in globals {
        let mut origins: Vec<String> = global.origin().split(", ").map(str::to_owned).collect();
        let first = origins.remove(0);
        let notes = global.remarks();
        rows.push([global.name.clone(), first, global.shown_cost(), notes]);
        rows.extend(
            origins
                .into_iter()
                .map(|origin| [String::new(), origin, String::new(), String::new()]),
        );
    }
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or(0)
    };
    let [name, origin, cost] = [0, 1, 2].map(width);
    rows.iter()
        .map(|row| {
            format!(
                "{:name$}  {:origin$}  {:>cost$}  {}",
                row[0], row[1], row[2], row[3]
            )
        })
        .map(|line| format!("{}\n", line.trim_end()))
        .collect()
}
