//! `segfn cases add`: cases of events.

use std::path::PathBuf;

use segfn::net::NetMode;
use segfn::project::inputs::select;
use segfn::suite::add::{AddError, AddEvent, AddRequest, EventTrial};

use super::added_cases::finish;
use super::chosen::{ChosenEvents, chosen_by_parts, made_of};
use super::open::{open_for_cases, refuse_revision};
use crate::cli::case_runs::{processors, refuse_in_ci};
use crate::cli::engine_error::{engine_error, text_report};
use crate::cli::error::{CliError, Exit};
use crate::cli::event_args::{EventArgs, tell_left_out};
use crate::cli::function_args::{FunctionArgs, parse_jobs};
use crate::cli::input_problems::InputProblems;
use crate::cli::output::Output;
use crate::cli::part_args::{OwnPart, PartArgs};
use crate::cli::progress::Bar;
use crate::cli::pseudonym_args::PseudonymArgs;

/// Add a case for each kind of event
///
/// Events are of one kind if the same handler takes them, if they have the same shape, and if they
/// take the same path through the code. One event of each kind becomes a case: a line of
/// cases.ndjson, with what the function does now as what is expected. If the function makes
/// requests, the case is a folder, and `segfn record --update-missing` records its traffic. Nothing
/// is sent: each request is answered with an empty success.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct AddCasesArgs {
    /// A JavaScript file, a folder with a function.js, or a function of a Terraform file
    #[arg(value_name = "FUNCTION")]
    pub function: PathBuf,
    /// Files of events, folders of such files, archives in S3, samples, the events that `segfn serve`
    /// got (history:), or `-` for standard input, as for `segfn run`
    #[arg(value_name = "EVENTS", required_unless_present_any = ["manifest", "parts_of"])]
    events: Vec<PathBuf>,
    #[command(flatten)]
    how: FunctionArgs,
    #[command(flatten)]
    pub which: EventArgs,
    #[command(flatten)]
    parts: PartArgs,
    /// Take the events that parts have chosen: a folder, or s3://BUCKET/PREFIX/, in which all parts are
    /// that --to wrote; may be given several times
    #[arg(long = "parts", id = "parts_of", value_name = "RESULTS", conflicts_with_all = ["events", "part", "manifest", "to"])]
    parts_of: Vec<PathBuf>,
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
  segfn cases add functions/slack-alerts history:
  segfn cases add functions/slack-alerts --manifest manifest.json --part 1/64 --to results/
  segfn cases add functions/slack-alerts --parts results/    of what all 64 parts chose";

/// Adds cases, or writes the events of which a part would make some.
///
/// # Errors
/// The function, its cases or the part can't be used.
pub fn add_cases(args: &AddCasesArgs, output: &Output) -> Result<Exit, CliError> {
    if args.parts.to.is_none() {
        refuse_in_ci("segfn cases add")?;
    }
    refuse_revision(&args.function)?;
    let (project, location) = open_for_cases(&args.function, args.how.overrides(), output)?;
    let on_stderr = text_report(&project.function, output.error_palette(), output);
    let request = AddRequest {
        limit: args.limit,
        jobs: args.jobs.map_or_else(processors, usize::from),
        key: args.pseudonyms.key(&project, output)?,
    };
    let failed = |error| match error {
        AddError::Engine(error) => engine_error(error, &on_stderr),
        other => other.into(),
    };
    let made_of = made_of(&args.which, &project);
    let host = project.host_options(NetMode::Live);
    let trial = EventTrial::new(project, request).map_err(failed)?;
    if !args.parts_of.is_empty() {
        let chosen = chosen_by_parts(&args.parts_of, &host.aws)?.into_iter();
        let mut bad = false;
        let added = trial.add(chosen.map(|input| vec![input]), |event| {
            bad |= is_bad(&event, output);
        });
        finish(added.map_err(failed)?, "", &location, output)?;
        return Ok(if bad { Exit::Input } else { Exit::Success });
    }
    let interruption = args.parts.interruption()?;
    let part = args.parts.open(&args.events, &args.which, &host)?;
    let inputs = match &part {
        Some(part) => part.inputs(&args.which, &host),
        None => args.which.open(&args.events, &host),
    };
    let lines = inputs.lines();
    let mut problems = InputProblems::new(inputs.problems(), part.is_some());
    let selection = args.which.selection();
    let mut bar = Bar::new(inputs.progress(), output);
    let inputs = select(inputs, selection.clone());
    let (mut tried, mut bad) = (0, false);
    let mut tell = |event: AddEvent| {
        bad |= is_bad(&event, output);
        if matches!(event, AddEvent::Tried) {
            tried += 1;
            bar.update_events(tried, output);
        }
    };
    if let Some(part) = part.filter(OwnPart::is_written) {
        let chosen = trial.choose(inputs, &mut tell);
        bar.finish();
        if interruption.is_asked() {
            return Ok(Exit::Terminated);
        }
        tell_left_out(&selection, output);
        problems.finish(output)?;
        let chosen = ChosenEvents::new(chosen.map_err(failed)?, lines.so_far());
        part.write("cases add", made_of, chosen, output)?;
        return Ok(Exit::Success);
    }
    let added = trial.add(inputs, &mut tell);
    bar.finish();
    tell_left_out(&selection, output);
    bad |= problems.finish(output)? > 0;
    finish(added.map_err(failed)?, "", &location, output)?;
    Ok(if bad { Exit::Input } else { Exit::Success })
}

/// Tells of an event that can't become a case.
fn is_bad(event: &AddEvent, output: &Output) -> bool {
    let AddEvent::BadInput { input, problem } = event else {
        return false;
    };
    output.error(&format!("{input}: {problem}"), None);
    true
}
