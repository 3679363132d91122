//! `segfn accept`: what cases do now is what they should do.

use segfn::suite::accept::{Acceptance, accept};

use super::case_runs::{refuse_in_ci, results};
use super::color::Color;
use super::error::{CliError, Exit};
use super::output::Output;
use super::select::Select;

/// Make what the cases do now what is expected of them
///
/// The cases are run first. `segfn test` shows beforehand what would change, and `segfn review` asks
/// about each case.
#[derive(clap::Args)]
#[command(arg_required_else_help = true, after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    pub select: Select,
}

const EXAMPLES: &str = "\
Examples:
  segfn accept functions/slack-alerts/cases/vip
  segfn accept functions/slack-alerts           all of its cases that differ";

/// Runs the command and tells how the process ends.
pub fn run(args: &Args, color: Color) -> Exit {
    let output = Output::new(false, color);
    let result = accept_all(args, &output);
    output.finish(result)
}

fn accept_all(args: &Args, output: &Output) -> Result<Exit, CliError> {
    refuse_in_ci("segfn accept")?;
    let chosen = args.select.open(output)?;
    let mut results = results(&chosen, output)?;
    let taken: Vec<Acceptance> = results.iter().filter_map(Acceptance::of).collect();
    let mut text: String = taken
        .iter()
        .map(|case| format!("accepted {}\n", case.location().shown()))
        .collect();
    accept(&taken).map_err(|error| CliError::from_error(Exit::Internal, error))?;
    if text.is_empty() {
        text = "there is nothing to accept: all cases do what is expected\n".into();
    }
    let mut left = 0;
    for result in &mut results {
        result.report.accept();
        if result.report.verdict.is_failure() {
            left += 1;
            output.warning(
                &format!("{} also fails in a way that can't be accepted", result.id),
                Some(&result.command("test")),
            );
        }
    }
    if left == results.len() && left > 0 {
        text.clear();
    }
    // A failure is kept by `output`.
    let _ = output.write(text.as_bytes());
    Ok(if left > 0 {
        Exit::Failed
    } else {
        Exit::Success
    })
}
