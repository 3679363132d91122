//! `segfn cases generate`: makes cases from a tracking plan.

use std::path::PathBuf;

use segfn::project::FileError;
use segfn::project::tracking_plan::read_rules;
use segfn::suite::add::AddError;
use segfn::suite::generate::{GenerateRequest, Generated, generate};

use crate::cli::case_runs::{processors, refuse_in_ci};
use crate::cli::cases::added_cases::finish;
use crate::cli::cases::open::{open_for_cases, refuse_revision};
use crate::cli::engine_error::{engine_error, text_report};
use crate::cli::error::{CliError, Exit};
use crate::cli::function_args::{FunctionArgs, parse_jobs};
use crate::cli::output::Output;

/// Add cases for the events of a tracking plan
///
/// Each event of the plan is tried with all of its fields, with the required ones only, without each
/// one, and with each one of a wrong type. Of events that take the same path through the code, the
/// first becomes a case. A TypeError is shown, and so is an unset field that reaches a request. Nothing
/// is sent: each request is answered with an empty success.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct GenerateArgs {
    /// A JavaScript file, a folder with a function.js, or a function of a Terraform file
    #[arg(value_name = "FUNCTION")]
    function: PathBuf,
    /// A tracking plan in JSON, as Segment's Public API lists its rules
    #[arg(long, value_name = "FILE")]
    plan: PathBuf,
    #[command(flatten)]
    how: FunctionArgs,
    /// How many events to run at the same time; one for each processor if not given
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = parse_jobs)]
    jobs: Option<u16>,
    /// Add at most this many cases
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

const EXAMPLES: &str = "\
Examples:
  segfn cases generate functions/enrich-orders --plan plan.json
  curl -H \"Authorization: Bearer $TOKEN\" \\
    https://api.segmentapis.com/tracking-plans/ID/rules > plan.json";

/// Does what the flags say.
pub fn generate_cases(args: &GenerateArgs, output: &Output) -> Result<Exit, CliError> {
    refuse_in_ci("segfn cases generate")?;
    refuse_revision(&args.function)?;
    let rules = read_rules(&args.plan)?;
    let (project, location) = open_for_cases(&args.function, args.how.overrides(), output)?;
    let on_stderr = text_report(&project.function, output.error_palette(), output);
    let request = GenerateRequest {
        rules,
        limit: args.limit,
        jobs: args.jobs.map_or_else(processors, usize::from),
    };
    let generated = generate(project, &request).map_err(|error| match error {
        AddError::Engine(error) => engine_error(error, &on_stderr),
        other => other.into(),
    })?;
    let more = report(&generated);
    finish(generated.added, &more, &location, output)?;
    Ok(Exit::Success)
}

/// What was found besides cases.
fn report(generated: &Generated) -> String {
    let mut text = String::new();
    if generated.untaken > 0 {
        let events = match generated.untaken {
            1 => "1 event".to_owned(),
            events => format!("{events} events"),
        };
        text.push_str(&format!("the function has no handler for {events}\n"));
    }
    for found in &generated.flaws {
        text.push_str(&format!("{}: {}\n", found.event, found.flaw));
    }
    text
}

impl From<FileError> for CliError {
    fn from(error: FileError) -> CliError {
        let hint = error.hint().map(str::to_owned);
        CliError::from_error(Exit::Input, error).with_hint(hint)
    }
}
