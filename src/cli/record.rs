//! `segfn record`: runs a function live and writes what came of it as cases.

mod report;

use std::path::PathBuf;

use segfn::cassette::CassetteError;
use segfn::project::Overrides;
use segfn::suite::record::{self, CaseOverrides, RecordError, RecordRequest, Update};

use self::report::Report;
use super::case_runs::{quiet_run, refuse_in_ci};
use super::color::Color;
use super::engine_error::{engine_error, text_report};
use super::error::{CliError, Exit};
use super::event_args::{EventArgs, tell_left_out};
use super::function_args::{FunctionArgs, LiveArgs, parse_jobs};
use super::open::open;
use super::output::Output;
use super::pseudonym_args::PseudonymArgs;

/// Run a function live, and write each event with its traffic as a case for `segfn test`
///
/// A case is a folder in cases/ beside the function. It has the event, case.toml, the traffic
/// (traffic.har, without secrets), and what the function did as what is expected of it.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// A JavaScript file, a folder with a function.js, or a Terraform file; with --update or
    /// --update-missing also a case's folder
    #[arg(value_name = "FUNCTION")]
    pub function: PathBuf,
    /// Files of events, folders of such files, samples, the events that `segfn serve` got (history:), or
    /// `-` for standard input, as for `segfn run`
    ///
    /// With --update or --update-missing, none means all of the function's cases.
    #[arg(value_name = "EVENTS")]
    pub events: Vec<PathBuf>,
    #[command(flatten)]
    pub how: FunctionArgs,
    #[command(flatten)]
    pub live: LiveArgs,
    #[command(flatten)]
    pub pseudonyms: PseudonymArgs,
    #[command(flatten)]
    pub which: EventArgs,
    /// Record the traffic of existing cases again
    #[arg(long, conflicts_with = "update_missing")]
    pub update: bool,
    /// Record only the requests of existing cases that their cassettes have no answer to
    #[arg(long)]
    pub update_missing: bool,
    /// The name of the case; only for a single event
    #[arg(long, value_name = "NAME", conflicts_with_all = ["update", "update_missing"])]
    pub name: Option<String>,
    /// How many events to run at the same time
    #[arg(long, value_name = "N", default_value_t = segfn::options::JOBS, allow_hyphen_values = true, value_parser = parse_jobs)]
    pub jobs: u16,
}

const EXAMPLES: &str = "\
Examples:
  segfn record functions/slack-alerts events.ndjson
  segfn record function.js event.json --name vip-customer -s apiKey=abc
  segfn record function.js event.json --aws real        AWS with this machine's credentials
  segfn record functions/slack-alerts --update          all of its cases once more
  segfn record functions/slack-alerts/cases/vip --update-missing

Secrets are taken out before anything is written: docs/cassettes.md says which.";

/// Runs the command and tells how the process ends.
pub fn run(args: &Args, color: Color) -> Exit {
    let output = Output::new(false, color);
    let result = record(args, &output);
    output.finish(result)
}

fn record(args: &Args, output: &Output) -> Result<Exit, CliError> {
    refuse_in_ci("segfn record")?;
    let update = match (args.update, args.update_missing) {
        (true, _) => Some(Update::All),
        (_, true) => Some(Update::Missing),
        _ => None,
    };
    let location = record::locate(&args.function, update.is_some())?;
    let overrides = Overrides {
        hide_by_name: true,
        ..args.live.add_to(args.how.overrides())
    };
    let project = open(&location.function, &overrides, output)?;
    let on_stderr = text_report(&project.function, output.error_palette(), output);
    let selection = args.which.selection();
    let request = RecordRequest {
        events: args.events.clone(),
        longest: args.which.longest(),
        selection: selection.clone(),
        update,
        only: location.only.clone(),
        name: args.name.clone(),
        said: CaseOverrides::new(&overrides, &project),
        jobs: args.jobs.into(),
        key: args.pseudonyms.key(&project, output)?,
    };
    let mut report = Report::new(output);
    let recorded = record::record(project, request, |event| report.take(event));
    tell_left_out(&selection, output);
    let recorded = recorded.map_err(|error| match error {
        RecordError::Engine(error) => engine_error(error, &on_stderr),
        other => other.into(),
    })?;
    recorded.verify(&location, &quiet_run(output), |case, deviation| {
        report.tell(case, deviation);
    })?;
    report.tell_written();
    Ok(report.finish(update))
}

impl From<RecordError> for CliError {
    fn from(error: RecordError) -> CliError {
        let usage =
            |error, hint: &str| CliError::from_error(Exit::Usage, error).with_hint(Some(hint));
        match error {
            RecordError::Source(error) => error.into(),
            RecordError::Suite(error) => error.into(),
            RecordError::Engine(error) => error.into(),
            RecordError::Revision => CliError::from_error(Exit::Usage, error),
            RecordError::SeveralFunctions(_) => usage(error, "name one of them"),
            RecordError::NameForSeveral(events) => {
                let message = format!("--name is for a single event, but there are {events}");
                CliError::new(Exit::Usage, message)
            }
            RecordError::Exists(_) => usage(
                error,
                "choose another name, or record it again with --update",
            ),
            RecordError::NoCases | RecordError::NoneIsCase => {
                usage(error, "to record new cases, leave out --update")
            }
            RecordError::Case(error) => {
                let hint = error.hint();
                CliError::from_error(Exit::Input, error).with_hint(hint)
            }
            RecordError::Cassette(error) => {
                let exit = match error {
                    CassetteError::Write { .. } => Exit::Internal,
                    _ => Exit::Input,
                };
                let hint = error.hint();
                CliError::from_error(exit, error).with_hint(hint)
            }
            RecordError::Write { .. }
            | RecordError::Read { .. }
            | RecordError::CaseFile { .. }
            | RecordError::Accept(_) => CliError::from_error(Exit::Internal, error),
        }
    }
}
