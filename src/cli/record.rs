//! `segfn record`: runs a function live and writes what came of it as cases.

mod report;

use std::path::PathBuf;
use std::sync::Arc;

use segfn::cassette::CassetteError;
use segfn::engine;
use segfn::engine::{EngineError, Plan};
use segfn::function::Input;
use segfn::net::NetMode;
use segfn::project::inputs::{InputError, Inputs};
use segfn::project::samples::samples;
use segfn::project::source::{FunctionRef, functions_in, is_revision};
use segfn::project::{CasePaths, Overrides, Project};
use segfn::suite::record::{CaseOverrides, KnownCases, RecordError, Recording, Update};
use segfn::suite::{CaseLocation, CaseRef, Selection, Suite};

use self::report::Report;
use super::case_runs::refuse_in_ci;
use super::color::Color;
use super::engine_error::{engine_error, text_report};
use super::error::{CliError, Exit};
use super::output::Output;
use super::setup::{FunctionArgs, LiveArgs, open, parse_jobs};

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
    /// Files of events, folders of such files, or `-` for standard input, as for `segfn run`
    ///
    /// With --update or --update-missing, none means all of the function's cases.
    #[arg(value_name = "EVENTS")]
    pub events: Vec<PathBuf>,
    #[command(flatten)]
    pub how: FunctionArgs,
    #[command(flatten)]
    pub live: LiveArgs,
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

/// What there is before anything is recorded.
struct There {
    function: FunctionRef,
    suites: Arc<Vec<Suite>>,
    /// The function's cases, or the one that was named.
    cases: Vec<CaseRef>,
}

fn record(args: &Args, output: &Output) -> Result<Exit, CliError> {
    refuse_in_ci("segfn record")?;
    let again = match (args.update, args.update_missing) {
        (true, _) => Some(Update::All),
        (_, true) => Some(Update::Missing),
        _ => None,
    };
    let there = look(args, again.is_some(), output)?;
    let overrides = Overrides {
        hide_by_name: true,
        ..args.live.add_to(args.how.overrides())
    };
    let setup = open(&there.function.path, &overrides, output)?;
    let on_stderr = text_report(&setup.function, output.error_palette(), output);
    let failed = |error| match error {
        RecordError::Engine(error) => engine_error(error, &on_stderr),
        other => CliError::from(other),
    };
    let mut inputs = Vec::new();
    let mut unreadable = 0;
    if again.is_none() || !args.events.is_empty() {
        let files = match (&setup.events, args.events.is_empty()) {
            (Some(beside), true) => vec![beside.clone()],
            _ => args.events.clone(),
        };
        inputs = match files.is_empty() {
            true => built_in(&setup).map_err(|error| failed(error.into()))?,
            false => read(&files, output, &mut unreadable),
        };
    }
    if args.name.is_some() && inputs.len() != 1 {
        let text = format!(
            "--name is for a single event, but there are {}",
            inputs.len()
        );
        return Err(CliError::new(Exit::Usage, text));
    }
    let redactor = setup.redactor();
    let given = overrides.settings;
    let recording = Recording {
        said: CaseOverrides {
            kind: args.how.kind,
            handler: args.how.handler.clone(),
            timeout: args.how.timeout,
            memory: args.how.memory,
            settings: given.clone(),
        },
        given,
        cases: setup.cases.folder().to_owned(),
        name: args.name.clone(),
        seed: setup.config.test.seed.unwrap_or(segfn::options::SEED),
        attempts: setup
            .config
            .test
            .attempts
            .unwrap_or(segfn::options::ATTEMPTS),
        options: setup.options(NetMode::Live),
        function: Arc::new(setup.function),
    };
    if let Some(name) = &args.name {
        let folder = recording.cases.join(segfn::suite::record::slug(name));
        if folder.exists() {
            let text = format!("{} already exists", folder.display());
            return Err(CliError::new(Exit::Usage, text).with_hint(Some(
                "choose another name, or record it again with --update",
            )));
        }
    }

    let known = match there.suites.first() {
        Some(suite) => KnownCases::new(suite, &there.cases).map_err(failed)?,
        None => KnownCases::default(),
    };
    let mut new = Vec::new();
    let mut old: Vec<PathBuf> = Vec::new();
    for input in inputs {
        match known.find(&input, &redactor) {
            Some(folder) => old.push(folder.to_owned()),
            None => new.push(input),
        }
    }
    let all = args.events.is_empty();
    let mut report = Report::new(output, unreadable);
    let jobs = usize::from(args.jobs);
    match (again, there.suites.first()) {
        (Some(what), Some(suite)) => {
            let wanted = |case: &&CaseRef| match &case.location {
                CaseLocation::Folder(folder) => all || old.contains(folder),
                CaseLocation::Line { .. } => false,
            };
            let cases: Vec<CaseRef> = there.cases.iter().filter(wanted).cloned().collect();
            if cases.is_empty() {
                let text = "none of these events is a case yet";
                return Err(CliError::new(Exit::Usage, text)
                    .with_hint(Some("to record new cases, leave out --update")));
            }
            let secrets = output.secrets();
            recording
                .again(suite, &cases, what, secrets, jobs, |took| report.took(took))
                .map_err(failed)?;
        }
        (Some(_), None) => {
            let text = "the function has no cases yet";
            return Err(CliError::new(Exit::Usage, text)
                .with_hint(Some("to record new cases, leave out --update")));
        }
        (None, _) => {
            recording
                .record(new, jobs, |took| report.took(took))
                .map_err(failed)?;
            for folder in &old {
                let text = format!("{} already exists\n", folder.display());
                // A failure is kept by `output`.
                let _ = output.write(text.as_bytes());
            }
        }
    }
    report.check()?;
    report.finish(old.len(), again)
}

/// Finds the function, and its cases as far as there are some.
fn look(args: &Args, again: bool, output: &Output) -> Result<There, CliError> {
    if is_revision(&args.function) {
        return Err(CliError::new(Exit::Usage, "a revision can't be recorded"));
    }
    let mut functions = functions_in(&args.function)?;
    let selection = Selection {
        paths: vec![args.function.clone()],
        ..Selection::default()
    };
    if functions.is_empty() && again && args.function.exists() {
        // A case's own folder.
        let (suites, cases) = selection.open(output.secrets())?;
        if let Some(suite) = suites.first() {
            let function = FunctionRef {
                path: suite.project.function.path.clone(),
                cases: suite.project.cases.clone(),
            };
            return Ok(There {
                function,
                suites: Arc::new(suites),
                cases,
            });
        }
    }
    if functions.len() != 1 {
        // The function's own reading tells what is wrong with none.
        let several = || {
            let paths = functions
                .iter()
                .map(|found| found.path.display().to_string());
            format!(
                "there are several functions: {}",
                paths.collect::<Vec<_>>().join(", ")
            )
        };
        if functions.len() > 1 {
            return Err(CliError::new(Exit::Usage, several()).with_hint(Some("name one of them")));
        }
        functions.push(FunctionRef {
            path: args.function.clone(),
            cases: CasePaths::in_folder(&args.function),
        });
    }
    let function = functions.remove(0);
    let has_cases = function.cases.folder().is_dir();
    let (suites, cases) = match has_cases {
        true => selection.open(output.secrets())?,
        false => Default::default(),
    };
    Ok(There {
        function,
        suites: Arc::new(suites),
        cases,
    })
}

/// The built-in samples for the handlers that the function has.
fn built_in(setup: &Project) -> Result<Vec<Input>, EngineError> {
    let plan = Plan {
        function: Arc::new(setup.function.clone()),
        options: setup.options(NetMode::Live),
        steps: Vec::new(),
        attempts: 1,
        warm: false,
        objects: Vec::new(),
    };
    let mut found = Ok(Vec::new());
    engine::run_jobs(std::iter::once(plan), 1, |played| {
        found = played.map(|played| samples(&played.loaded.handlers));
        std::ops::ControlFlow::Break(())
    })?;
    found
}

fn read(files: &[PathBuf], output: &Output, unreadable: &mut usize) -> Vec<Input> {
    let inputs = Inputs::new(files);
    let problems = inputs.problems();
    let inputs: Vec<Input> = inputs.flatten().collect();
    for problem in problems.take() {
        *unreadable += 1;
        output.error(&problem.to_string(), InputError::hint(&problem));
    }
    inputs
}

impl From<RecordError> for CliError {
    fn from(error: RecordError) -> CliError {
        let exit = match &error {
            RecordError::Case(_) | RecordError::Cassette(CassetteError::Read { .. }) => Exit::Input,
            RecordError::Cassette(CassetteError::Write { .. })
            | RecordError::Write { .. }
            | RecordError::Read { .. }
            | RecordError::Engine(_) => Exit::Internal,
            RecordError::Cassette(_) => Exit::Input,
        };
        let hint = match &error {
            RecordError::Case(error) => error.hint(),
            RecordError::Cassette(error) => error.hint().map(str::to_owned),
            _ => None,
        };
        CliError::new(exit, error.to_string()).with_hint(hint)
    }
}
