//! `segfn test`: runs cases and compares what they do with what is expected.

use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

use segfn::coverage::Coverage;
use segfn::options::{LAST_TEST, SLOWEST, SLOWEST_LISTED};
use segfn::project::CasePaths;
use segfn::report::cases::ListedCases;
use segfn::suite::accept::{Acceptance, accept};
use segfn::suite::{CaseOptions, CaseResult, LastRun, RunOptions, Totals, run as run_cases};

use super::case_runs::{is_ci, processors, refuse_in_ci};
use super::color::Color;
use super::coverage;
use super::error::{CliError, Exit};
use super::output::Output;
use super::progress::CaseBar;
use super::report_target::Target;
use super::reports::{ReportFormat, Reports};
use super::select::Select;

/// Run the cases of functions and compare what they do with what is expected
///
/// A case is a folder FUNCTION/cases/NAME with an event.json (or events.json, or request.json), an
/// expected.json, and a traffic.har if the function makes requests. Nothing is sent to anyone: the
/// clock stands still, random values are the same each time, and the network is the cassette.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    pub select: Select,
    /// Make what the cases do now what is expected of them
    #[arg(long)]
    pub accept: bool,
    /// List the cases instead of running them
    #[arg(long, conflicts_with_all = ["accept", "watch"])]
    pub list: bool,
    /// Run again whenever a function or a case changes, until Ctrl-C
    #[arg(long)]
    pub watch: bool,
    /// How many cases to run at the same time; the default is the number of processors
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = super::function_args::parse_jobs)]
    pub jobs: Option<u16>,
    /// Stop at the first case that fails
    #[arg(long)]
    pub fail_fast: bool,
    /// Run a case that fails again, at most this many times; a case that passes then is `flaky`
    #[arg(long, value_name = "N")]
    pub retries: Option<u32>,
    /// List the cases that pass, too
    #[arg(long)]
    pub all: bool,
    /// Answer requests only as they were recorded; else one that isn't recorded gets the answer of the
    /// nearest that is, and the case differs in the request alone
    #[arg(long)]
    pub strict: bool,
    /// List the cases that rest on answers which were recorded for other requests
    #[arg(long)]
    pub assumed: bool,
    /// List the slowest cases in the end; 10 of them if no number is given
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = SLOWEST_LISTED, value_parser = parse_slowest)]
    pub slowest: Option<usize>,
    /// The report's format: text, json, junit, tap, github, markdown or html; =FILE writes it to a file.
    /// May be given several times
    #[arg(long, value_name = "FORMAT[=FILE]")]
    pub report: Vec<Target<ReportFormat>>,
    /// The same as --report json
    #[arg(long)]
    pub json: bool,
    /// Report which parts of the functions ran: text, lcov, html or json, or several, separated by
    /// commas
    #[arg(long, value_name = "REPORTS", value_delimiter = ',')]
    pub coverage: Vec<coverage::CoverageFormat>,
    #[command(flatten)]
    pub covered: coverage::ReportArgs,
}

const EXAMPLES: &str = "\
Examples:
  segfn test                                  all suites in this folder and below
  segfn test functions/slack-alerts           one function's
  segfn test functions/slack-alerts/cases/vip one case
  segfn test -k order                         those with `order` in the name
  segfn test --failed                         those that failed the last time
  segfn test --changed main                   those of functions that differ from main
  segfn test --env qa                         as segfn.toml says for [env.qa]
  segfn test --accept                         what they do now is right
  segfn test --report junit=report.xml --report github --shard 1/4
  segfn test --coverage text,lcov --min-lines 90

Exit codes: 0 every case passed, 1 a case failed, 2 wrong usage, 3 a function can't be loaded,
4 a case can't be read, 5 segfn itself failed.";

/// Runs the command and tells how the process ends.
pub fn run(args: &Args, color: Color) -> Exit {
    let output = Output::new(false, color);
    let result = run_once(args, &output);
    output.finish(result)
}

/// One run over what the flags choose.
pub fn run_once(args: &Args, output: &Output) -> Result<Exit, CliError> {
    if args.accept {
        refuse_in_ci("--accept")?;
    }
    args.covered.check_asked(&args.coverage)?;
    let chosen = args.select.open(output)?;
    if args.list {
        let ids: String = chosen
            .cases
            .iter()
            .map(|case| case.id.clone() + "\n")
            .collect();
        // A failure is kept by `output`.
        let _ = output.write(ids.as_bytes());
        return Ok(Exit::Success);
    }
    let listed = ListedCases {
        passed: args.all,
        assumed: args.assumed,
        slowest: args.slowest.is_some(),
    };
    let mut targets = args.report.clone();
    targets.extend(args.json.then(|| Target::on_screen(ReportFormat::Json)));
    let mut reports = Reports::new(&targets, listed, output)?;
    let started = Instant::now();
    let mut totals = Totals::keeping(args.slowest.unwrap_or(SLOWEST));
    let mut went: Vec<(usize, String, bool)> = Vec::new();
    let mut accepted: Vec<Acceptance> = Vec::new();
    let mut bar = CaseBar::new(chosen.cases.len());
    let options = RunOptions {
        jobs: args.jobs.map_or_else(processors, usize::from),
        retries: args.retries,
        secrets: output.secrets().clone(),
        how: CaseOptions {
            coverage: !args.coverage.is_empty(),
            strict: args.strict,
            trace: Reports::want_trace(&targets),
        },
    };
    let mut ran = Coverage::default();
    let mut failed = None;
    let mut take = |mut result: CaseResult| {
        if failed.is_some() {
            return ControlFlow::Break(());
        }
        if let Some(script) = result.report.coverage.take() {
            let function = &result.function;
            let path = function.path.display().to_string();
            // Its text was read once, so it is the same for all of its cases.
            let _ = ran.add_script(&path, &function.source, script);
            if let Some(home) = chosen.suites[result.suite].project.home_elsewhere() {
                ran.set_home(&path, &home.display().to_string());
            }
        }
        // What else is wrong with it stays.
        if args.accept
            && let Some(acceptance) = Acceptance::of(&result)
        {
            accepted.push(acceptance);
            result.report.accept();
            totals.accepted += 1;
        }
        totals.add(&result);
        let name = result.name().to_owned();
        went.push((result.suite, name, result.report.verdict.is_failure()));
        bar.update(&totals, output);
        failed = reports.case(&result).err();
        match failed.is_some() || args.fail_fast && result.report.verdict.is_failure() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    };
    let left = run_cases(&chosen.suites, &chosen.cases, &options, &mut take)?;
    for result in left.failed {
        let _ = take(result);
    }
    bar.finish();
    if let Some(error) = failed {
        return Err(error);
    }
    accept(&accepted).map_err(|error| CliError::from_error(Exit::Internal, error))?;
    if !is_ci() {
        let went = went.iter().map(|(suite, name, failed)| {
            (&chosen.suites[*suite].project.cases, name.as_str(), *failed)
        });
        keep_failed(went, output);
    }
    totals.not_run = left.unrun.len();
    for case in &left.unrun {
        reports.not_run(case)?;
    }
    totals.time = started.elapsed();
    reports.finish(&totals)?;
    let mut exit = match (totals.unreadable > 0, totals.any_failed()) {
        (true, _) => Exit::Input,
        (_, true) => Exit::Failed,
        _ => Exit::Success,
    };
    if !args.coverage.is_empty() {
        coverage::report(&ran, &args.coverage, &args.covered, output)?;
        // What is enough can only be told of all shards together: `segfn coverage merge` does.
        let part = !args.select.is_everything();
        let enough = part || coverage::check(&ran, &args.covered, output)? == Exit::Success;
        if !enough && exit == Exit::Success {
            exit = Exit::Failed;
        }
    }
    Ok(exit)
}

/// Keeps which cases failed, for the next run: by their function, their name, and whether they did.
fn keep_failed<'a>(went: impl Iterator<Item = (&'a CasePaths, &'a str, bool)>, output: &Output) {
    let path = Path::new(LAST_TEST);
    let before = LastRun::read(path).unwrap_or_default();
    let mut last = before.clone();
    went.for_each(|(cases, name, failed)| last.note(cases, name, failed));
    // Whoever never has a case that fails finds no file either.
    if last == before {
        return;
    }
    if let Err(error) = last.write(path) {
        output.warning(
            &format!(
                "which cases failed can't be kept for --failed: {}: {error}",
                path.display()
            ),
            None,
        );
    }
}

fn parse_slowest(text: &str) -> Result<usize, &'static str> {
    text.parse()
        .ok()
        .filter(|count| *count > 0)
        .ok_or("expected a number from 1 on; PATHS stand before this flag")
}
