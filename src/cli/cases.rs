//! `segfn cases`: makes cases of events, of tracking plans, and of other cases.

mod added_cases;
mod generate;
mod open;
mod vary;

use std::path::PathBuf;

use clap::Subcommand;
use segfn::net::NetMode;
use segfn::project::inputs::{InputError, select};
use segfn::suite::add::{self, AddError, AddEvent, AddRequest};

use self::added_cases::finish;
use self::open::{open_for_cases, refuse_revision};
use super::case_runs::{processors, refuse_in_ci};
use super::color::Color;
use super::engine_error::{engine_error, text_report};
use super::error::{CliError, Exit};
use super::events::{EventArgs, tell_left_out};
use super::function_args::{FunctionArgs, parse_jobs};
use super::output::Output;
use super::progress::Bar;
use super::pseudonym_args::PseudonymArgs;

/// Make cases from events, from a tracking plan, and from other cases
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Add(Box<AddArgs>),
    Generate(Box<generate::GenerateArgs>),
    Vary(vary::VaryArgs),
}

/// Add a case for each kind of event
///
/// Events are of one kind if the same handler takes them, if they have the same shape, and if they
/// take the same path through the code. One event of each kind becomes a case: a line of
/// cases.ndjson, with what the function does now as what is expected. If the function makes
/// requests, the case is a folder, and `segfn record --update-missing` records its traffic. Nothing
/// is sent: each request is answered with an empty success.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
struct AddArgs {
    /// A JavaScript file, a folder with a function.js, or a function of a Terraform file
    #[arg(value_name = "FUNCTION")]
    function: PathBuf,
    /// Files of events, folders of such files, archives in S3, samples, the events that `segfn serve`
    /// got (history:), or `-` for standard input, as for `segfn run`
    #[arg(value_name = "EVENTS", required = true)]
    events: Vec<PathBuf>,
    #[command(flatten)]
    how: FunctionArgs,
    #[command(flatten)]
    which: EventArgs,
    #[command(flatten)]
    pseudonyms: PseudonymArgs,
    /// How many events to run at the same time; one for each processor if not given
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = parse_jobs)]
    jobs: Option<u16>,
    /// Add at most this many cases
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

const EXAMPLES: &str = "\
Examples:
  segfn cases add functions/enrich-orders events.ndjson.gz
  segfn cases add functions/slack-alerts events/ --limit 20
  segfn cases add functions/slack-alerts history:";

/// Runs the command and tells how the process ends.
pub fn run(args: &Args, color: Color) -> Exit {
    let output = Output::new(false, color);
    let result = match &args.command {
        Command::Add(args) => add(args, &output),
        Command::Generate(args) => generate::generate_cases(args, &output),
        Command::Vary(args) => vary::vary_case(args, &output),
    };
    output.finish(result)
}

fn add(args: &AddArgs, output: &Output) -> Result<Exit, CliError> {
    refuse_in_ci("segfn cases add")?;
    refuse_revision(&args.function)?;
    let (project, location) = open_for_cases(&args.function, args.how.overrides(), output)?;
    let on_stderr = text_report(&project.function, output.error_palette(), output);
    let request = AddRequest {
        limit: args.limit,
        jobs: args.jobs.map_or_else(processors, usize::from),
        key: args.pseudonyms.key(&project, output)?,
    };
    let inputs = args
        .which
        .open(&args.events, &project.host_options(NetMode::Live));
    let (problems, progress) = (inputs.problems(), inputs.progress());
    let selection = args.which.selection();
    let inputs = select(inputs, selection.clone());
    let mut bar = Bar::new(progress, output);
    let (mut tried, mut bad) = (0, false);
    let added = add::add(project, inputs, &request, |event| match event {
        AddEvent::Tried => {
            tried += 1;
            bar.update_events(tried, output);
        }
        AddEvent::BadInput { input, problem } => {
            bad = true;
            output.error(&format!("{input}: {problem}"), None);
        }
    });
    bar.finish();
    tell_left_out(&selection, output);
    for problem in problems.take() {
        bad = true;
        output.error(&problem.to_string(), InputError::hint(&problem).as_deref());
    }
    let exit = if bad { Exit::Input } else { Exit::Success };
    let added = added.map_err(|error| match error {
        AddError::Engine(error) => engine_error(error, &on_stderr),
        other => other.into(),
    })?;
    finish(added, "", &location, output)?;
    Ok(exit)
}
