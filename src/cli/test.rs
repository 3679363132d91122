//! `segfn test`: runs cases and compares what they do with what is expected.

use std::ops::ControlFlow;
use std::time::Instant;

use segfn::coverage::Coverage;
use segfn::suite::accept::accept;
use segfn::suite::{CaseLocation, CaseResult, Expected, RunOptions, Totals, run as run_cases};

use super::case_runs::{processors, refuse_in_ci};
use super::color::Color;
use super::coverage;
use super::error::{CliError, Exit};
use super::output::Output;
use super::progress::CaseBar;
use super::reports::{Reports, Target};
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
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = super::setup::parse_jobs)]
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
    /// The report's format: text, json, junit, tap or github; =FILE writes it to a file. May be given
    /// several times
    #[arg(long, value_name = "FORMAT[=FILE]")]
    pub report: Vec<Target>,
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
    if args.coverage.is_empty() && args.covered.asks() {
        let text = "coverage is counted only with --coverage";
        return Err(CliError::new(Exit::Usage, text)
            .with_hint(Some("add --coverage text, or leave out the --min-… flags")));
    }
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
    let mut reports = Reports::new(&args.report, args.all, output)?;
    let started = Instant::now();
    let mut totals = Totals::default();
    let mut accepted: Vec<(CaseLocation, Expected)> = Vec::new();
    let mut bar = CaseBar::new(chosen.cases.len());
    let options = RunOptions {
        jobs: args.jobs.map_or_else(processors, usize::from),
        retries: args.retries,
        secrets: output.secrets().clone(),
        coverage: !args.coverage.is_empty(),
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
        if args.accept && result.report.can_be_accepted() {
            accept_result(&mut result, &mut accepted);
            totals.accepted += 1;
        }
        totals.add(&result);
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
    accept(accepted.iter().map(|(location, got)| (location, got)))
        .map_err(|error| CliError::new(Exit::Internal, error.to_string()))?;
    totals.not_run = left.unrun.len();
    for case in &left.unrun {
        reports.not_run(case)?;
    }
    totals.time = started.elapsed();
    reports.finish(&totals)?;
    let mut exit = match totals.any_failed() {
        true => Exit::Failed,
        false => Exit::Success,
    };
    if !args.coverage.is_empty() {
        coverage::report(&ran, &args.coverage, &args.covered, output)?;
        // What is enough can only be told of all shards together: `segfn coverage merge` does.
        let part = args.select.shard.is_some() || !args.select.is_everything();
        if !part && coverage::check(&ran, &args.covered, output)? == Exit::Failed {
            exit = Exit::Failed;
        }
    }
    Ok(exit)
}

/// Takes what the case did as right; what else is wrong with it stays.
fn accept_result(result: &mut CaseResult, accepted: &mut Vec<(CaseLocation, Expected)>) {
    let Some(got) = result.report.got.take() else {
        return;
    };
    accepted.push((result.location.clone(), got));
    result.report.accept();
}
