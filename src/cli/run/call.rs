//! Calls a function with inputs, all or a part of them, and shows what it does.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Instant;

use segfn::cost::{Cost, CostFigures, Volume};
use segfn::coverage::{Coverage, ScriptCoverage};
use segfn::engine::{EngineError, InputRun, Loaded, Options, most_retries};
use segfn::json::Json;
use segfn::net::NetMode;
use segfn::project::Project;
use segfn::project::inputs::select;
use segfn::project::samples::late_samples;
use segfn::report::Tally;
use segfn::report::cost::{CostOptions, cost_rows, cost_text, stats_json};

use crate::cli::coverage::{self, CoverageFormat, ReportArgs};
use crate::cli::engine_error::{engine_error, text_report};
use crate::cli::error::{CliError, Exit};
use crate::cli::event_args::{EventArgs, tell_left_out};
use crate::cli::function_args::{FunctionArgs, LiveArgs, parse_jobs};
use crate::cli::made_of::{digest, segfn_versions, version_digest};
use crate::cli::open::{function_here, open};
use crate::cli::output::Output;
use crate::cli::part_args::{OwnPart, PartArgs};

use super::outcomes::OutcomeReport;
use super::rendering::OutcomeRendering;
use super::summary::RunSummary;

/// What is called, and how.
#[derive(clap::Args)]
pub struct CallArgs {
    /// A JavaScript file, a folder with a function.js, or a Terraform file; without one, the function in
    /// this folder
    ///
    /// FILE.tf:NAME is one function of a Terraform file with several. git:REVISION:PATH is any of
    /// these as it was at that revision. Two files beside it are read if they exist: settings.json
    /// has the function's settings, and segfn.toml says how to run it.
    #[arg(value_name = "FUNCTION")]
    pub function: Option<PathBuf>,
    /// Files of events, folders of such files, archives in S3 (s3://BUCKET/PREFIX), samples
    /// (sample:NAME), the events that `segfn serve` got (history:), or `-` for standard input
    ///
    /// A file holds one event as JSON, an array of events for onBatch, a request for onRequest, or
    /// one of these a line (NDJSON); it may be gzipped. If none are given, segfn takes the events in
    /// the function's folder (events/, event.json or request.json), or else a sample for
    /// each handler (`segfn events` lists them).
    #[arg(value_name = "EVENTS")]
    pub events: Vec<PathBuf>,
    #[command(flatten)]
    pub how: FunctionArgs,
    #[command(flatten)]
    pub which: EventArgs,
    #[command(flatten)]
    pub parts: PartArgs,
    /// Write one outcome a line as JSON, for programs
    #[arg(long)]
    pub json: bool,
    /// How many events to run at the same time, each in its own copy of the function
    #[arg(long, value_name = "N", default_value_t = segfn::options::JOBS, allow_hyphen_values = true, value_parser = parse_jobs)]
    pub jobs: u16,
    /// Empty the function's cache before each event, as a test in Segment's editor does
    #[arg(long)]
    pub cold: bool,
    /// Tell in the end what the invocations cost: processor's time, waiting, requests and bytes, by handler
    #[arg(long)]
    pub stats: bool,
    /// How many events come, such as 5M/month or 200k/day: tells the hours that they take in a month
    #[arg(long, value_name = "EVENTS/TIME", requires = "stats")]
    pub volume: Option<Volume>,
    /// Report which parts of the function ran: text, lcov, html or json, or several, separated by commas
    #[arg(long, value_name = "REPORTS", value_delimiter = ',')]
    pub coverage: Vec<CoverageFormat>,
    #[command(flatten)]
    pub covered: ReportArgs,
    #[command(flatten)]
    pub live: LiveArgs,
}

/// Calls the function.
///
/// # Errors
/// The function, or the part of the inputs, can't be used.
pub fn call(args: &CallArgs, output: &Output) -> Result<Exit, CliError> {
    let started = Instant::now();
    args.covered.check_asked(&args.coverage)?;
    let overrides = args.live.add_to(args.how.overrides());
    let function = match &args.function {
        Some(function) => function.clone(),
        None => function_here()?,
    };
    let project = open(&function, &overrides, output)?;
    let project_digest = version_digest(&project);
    let options = Options {
        jobs: usize::from(args.jobs),
        cold: args.cold,
        measure: args.stats,
        coverage: !args.coverage.is_empty(),
        ..project.options(NetMode::Live)
    };
    let home = project.home_elsewhere().map(Path::to_owned);
    let Project {
        function,
        kind_reason: reason,
        events,
        ..
    } = project;
    let events = match events {
        Some(events) if args.events.is_empty() => vec![events],
        _ => args.events.clone(),
    };
    let on_stderr = text_report(&function, output.error_palette(), output);
    let failed = |error: EngineError| engine_error(error, &on_stderr);

    let (mut late, samples) = late_samples(events.is_empty() && args.parts.manifest.is_none());
    let told = !args.json && (function.kind.is_none() || reason.is_some());
    let (path, source) = (function.path.clone(), function.source.clone());
    let host = options.host.clone();
    let cost = CostOptions {
        limit: options.timeout,
        volume: args.volume,
    };
    let made_of = made_of(&project_digest, args, &options);
    // Before there is any thread: functions run in processes of their own then.
    let rendering = OutcomeRendering {
        json: args.json,
        stats: args.stats,
        color: output.palette().is_colored(),
        width: output.width(),
    };
    let run = InputRun::rendered(function, options, rendering);
    let run = run.map_err(failed)?;
    let interruption = args.parts.interruption()?;
    let part = args.parts.open(&events, &args.which, &host)?;
    let is_written = part.as_ref().is_some_and(OwnPart::is_written);
    let files = match &part {
        Some(part) => part.inputs(&args.which, &host),
        None => args.which.open(&events, &host),
    };
    let mut report = OutcomeReport::new(output, &files, part.is_some());
    report.shows = args.json || !is_written;
    let mut covered = ScriptCoverage::default();
    let mut costs = Cost::new(cost.limit, true);
    let mut retries = 0;
    let selection = args.which.selection();
    let ran = run.run(
        select(samples.chain(files), selection.clone()),
        |loaded| {
            let reason = reason.as_ref().or(loaded.reason.as_ref());
            tell_about(loaded, &path, told.then_some(reason), output);
            late.choose(&loaded.handlers);
            retries = most_retries(loaded.kind);
        },
        |(rendered, cost, coverage)| {
            if let Some(coverage) = coverage {
                covered.add(coverage);
            }
            cost.iter().for_each(|cost| costs.add(cost));
            match interruption.is_asked() {
                true => ControlFlow::Break(()),
                false => report.add(rendered),
            }
        },
    );
    let finished = report.finish();
    if interruption.is_asked() {
        return Ok(Exit::Terminated);
    }
    tell_left_out(&selection, output);
    finished?;
    ran.map_err(failed)?;
    let coverage = (!args.coverage.is_empty()).then(|| {
        let (path, mut coverage) = (path.display().to_string(), Coverage::default());
        // It is the only one.
        let _ = coverage.add_script(&path, &source, covered);
        if let Some(home) = home {
            coverage.set_home(&path, &home.display().to_string());
        }
        coverage
    });
    if let Some(part) = &part
        && is_written
        && !report.failed
    {
        let summary = RunSummary {
            tally: report.tally,
            costs: args.stats.then_some(costs),
            coverage,
            retries,
            limit: cost.limit,
        };
        part.write("run", made_of, summary, output)?;
        return Ok(Exit::Success);
    }
    if !args.json {
        // A failure is kept by `output`.
        let _ = output.write(
            report
                .tally
                .summary(started.elapsed(), &output.palette())
                .as_bytes(),
        );
    }
    if args.stats {
        write_stats(&costs.figures(retries), &cost, args.json, output);
    }
    let exit = match report.failed {
        true => Exit::Internal,
        false => exit(&report.tally),
    };
    let asked = (&args.coverage[..], &args.covered);
    coverage::report_of_run(coverage.as_ref(), part.is_some(), asked, exit, output)
}

/// Tells what the invocations cost.
pub fn write_stats(figures: &CostFigures, cost: &CostOptions, as_json: bool, output: &Output) {
    let text = match as_json {
        true => stats_json(figures, cost),
        false => cost_text(&cost_rows(&[figures], cost), &[], false, &output.palette()),
    };
    // A failure is kept by `output`.
    let _ = output.write(text.as_bytes());
}

/// How a command ends whose inputs came to these.
pub fn exit(tally: &Tally) -> Exit {
    if tally.unreadable() > 0 {
        Exit::Input
    } else if tally.any_failed() {
        Exit::Failed
    } else {
        Exit::Success
    }
}

/// What goes into a part beside its inputs.
fn made_of(function: &str, args: &CallArgs, options: &Options) -> Vec<(&'static str, String)> {
    let how = Json::object([
        ("cold", options.cold.into()),
        ("memory", Json::of(&options.memory)),
        ("timeout", Json::of(&options.timeout)),
        ("aws", format!("{:?}", options.host.aws).into()),
        ("net", format!("{:?}", options.host.net).into()),
        ("which", args.which.told()),
    ]);
    let mut made_of = segfn_versions();
    made_of.extend([
        ("function", function.to_owned()),
        ("stats", options.measure.to_string()),
        ("coverage", options.coverage.to_string()),
        ("options", digest(how.to_string().as_bytes())),
    ]);
    made_of
}

/// Tells what the function is only where `kind` says why.
fn tell_about(loaded: &Loaded, path: &Path, kind: Option<Option<&String>>, output: &Output) {
    for warning in &loaded.warnings {
        output.warning(warning, None);
    }
    if let Some(reason) = kind {
        let reason = reason.map_or(String::new(), |reason| format!("{reason}; "));
        let text = format!(
            "{}: ran as {} ({reason}--kind to change)\n",
            path.display(),
            loaded.kind.name()
        );
        // A failure is kept by `output`.
        let _ = output.write(text.as_bytes());
    }
}
