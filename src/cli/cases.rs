//! `segfn cases add`: makes cases of events.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Subcommand;
use segfn::engine::Frozen;
use segfn::net::NetMode;
use segfn::project::Overrides;
use segfn::project::inputs::{InputError, Inputs};
use segfn::project::source::is_revision;
use segfn::suite::accept::accept;
use segfn::suite::add::{Added, CaseSampler, Sampled};
use segfn::suite::{Selection, quoted};
use segfn::text::time;

use super::case_runs::{processors, refuse_in_ci, results};
use super::color::Color;
use super::engine_error::{engine_error, text_report};
use super::error::{CliError, Exit};
use super::output::Output;
use super::select::ChosenCases;
use super::setup::{FunctionArgs, open};

/// Make cases from events
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Add(AddArgs),
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
    /// Files of events, folders of such files, or `-` for standard input, as for `segfn run`
    #[arg(value_name = "EVENTS", required = true)]
    events: Vec<PathBuf>,
    #[command(flatten)]
    how: FunctionArgs,
    /// Add at most this many cases
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

const EXAMPLES: &str = "\
Examples:
  segfn cases add functions/enrich-orders events.ndjson.gz
  segfn cases add functions/slack-alerts events/ --limit 20";

/// Runs the command and tells how the process ends.
pub fn run(args: &Args, color: Color) -> Exit {
    let output = Output::new(false, color);
    let Command::Add(args) = &args.command;
    let result = add(args, &output);
    output.finish(result)
}

fn add(args: &AddArgs, output: &Output) -> Result<Exit, CliError> {
    refuse_in_ci("segfn cases add")?;
    if is_revision(&args.function) {
        let text = "cases can't be added to a revision";
        return Err(CliError::new(Exit::Usage, text));
    }
    let overrides = Overrides {
        hide_by_name: true,
        ..args.how.overrides()
    };
    let setup = open(&args.function, &overrides, output)?;
    let cases = setup.cases.clone();
    let on_stderr = text_report(&setup.function, output.error_palette(), output);
    let failed = |error| engine_error(error, &on_stderr);
    let mut options = setup.options(NetMode::Stub(Default::default()));
    options.frozen = Some(Frozen {
        time: time::default(),
        seed: setup.config.test.seed.unwrap_or(segfn::options::SEED),
    });
    let redactor = setup.redactor();

    let mut sampler = CaseSampler::new(Arc::new(setup.function), options);
    let mut taken = BTreeSet::new();
    if cases.exist() {
        let selection = Selection {
            paths: vec![args.function.clone()],
            ..Selection::default()
        };
        let (suites, _) = selection.open(output.secrets())?;
        for suite in &suites {
            taken.extend(suite.names());
            sampler.know(suite).map_err(failed)?;
        }
    }
    let mut added = Added::new(cases, taken, redactor);
    let inputs = Inputs::new(&args.events);
    let problems = inputs.problems();
    let (mut new, mut duplicates, mut unreadable) = (Vec::new(), 0_usize, 0_usize);
    let mut error = None;
    let most = args.limit.unwrap_or(usize::MAX);
    sampler
        .sample(inputs.flatten(), processors(), |choice| {
            match choice {
                Sampled::Duplicate => duplicates += 1,
                Sampled::BadInput { input, problem } => {
                    unreadable += 1;
                    output.error(&format!("{input}: {problem}"), None);
                }
                Sampled::New(chosen) if new.len() < most => match added.add(&chosen) {
                    Ok(case) => new.push(case),
                    Err(problem) => error = Some(problem),
                },
                Sampled::New(_) => {}
            }
            match error.is_some() || new.len() >= most {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        })
        .map_err(failed)?;
    for problem in problems.take() {
        unreadable += 1;
        output.error(&problem.to_string(), InputError::hint(&problem));
    }
    let internal = |error: String| CliError::new(Exit::Internal, error);
    if let Some(error) = error {
        return Err(internal(error.to_string()));
    }
    let file = added
        .finish()
        .map_err(|error| internal(error.to_string()))?;
    let mut text = String::new();
    for (name, folder) in &new {
        let place = folder.as_ref().unwrap_or(&file).display();
        text.push_str(&format!("added {name} to {place}\n"));
    }
    text.push_str(&match new.len() {
        1 => "1 case added".to_owned(),
        cases => format!("{cases} cases added"),
    });
    text.push_str(&match duplicates {
        0 => "\n".to_owned(),
        1 => ", 1 event like another left out\n".to_owned(),
        events => format!(", {events} events like others left out\n"),
    });
    // A failure is kept by `output`.
    let _ = output.write(text.as_bytes());
    if new.iter().any(|(_, folder)| folder.is_none()) {
        accept_new(&file, output)?;
    }
    if new.iter().any(|(_, folder)| folder.is_some()) {
        let function = quoted(&args.function.display().to_string());
        output.warning(
            "the function makes requests, but the cases have no traffic yet",
            Some(&format!("segfn record --update-missing {function}")),
        );
    }
    Ok(match unreadable {
        0 => Exit::Success,
        _ => Exit::Input,
    })
}

/// Writes what the new lines' cases do as what is expected of them.
fn accept_new(file: &std::path::Path, output: &Output) -> Result<(), CliError> {
    let selection = Selection {
        paths: vec![file.to_owned()],
        ..Selection::default()
    };
    let (suites, cases) = selection.open(output.secrets())?;
    let chosen = ChosenCases {
        suites: Arc::new(suites),
        cases: Arc::new(cases),
    };
    let results = results(&chosen, output)?;
    let new = results
        .iter()
        .filter(|result| result.report.is_new())
        .filter_map(|result| Some((&result.location, result.report.got.as_ref()?)));
    accept(new).map_err(|error| CliError::new(Exit::Internal, error.to_string()))
}
