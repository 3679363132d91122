//! What the commands that run cases share.

use std::ops::ControlFlow;

use segfn::suite::{CaseOptions, CaseResult, RunOptions, Verdict, run};

use super::error::{CliError, Exit};
use super::output::Output;
use super::select::ChosenCases;

/// The number of threads that can run at the same time.
pub fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Whether this is a run in CI.
pub fn is_ci() -> bool {
    let ci = std::env::var("CI").unwrap_or_default();
    !matches!(ci.as_str(), "" | "0" | "false")
}

/// CI must not change what it checks.
pub fn refuse_in_ci(what: &str) -> Result<(), CliError> {
    if !is_ci() {
        return Ok(());
    }
    Err(CliError::new(
        Exit::Usage,
        format!(
            "{what} would write expectations, but nothing is written in CI (the variable CI is set)"
        ),
    )
    .with_hint(Some("run it on your own machine and commit what it writes")))
}

/// How cases are run for commands that ask or write afterwards.
pub fn quiet_run(output: &Output) -> RunOptions {
    output.rest();
    RunOptions {
        jobs: processors(),
        retries: None,
        secrets: output.secrets().clone(),
        how: CaseOptions::default(),
    }
}

/// Runs the chosen cases without a report, for commands that ask or write afterwards.
pub fn results(chosen: &ChosenCases, output: &Output) -> Result<Vec<CaseResult>, CliError> {
    let options = quiet_run(output);
    let mut results = Vec::new();
    run(&chosen.suites, &chosen.cases, &options, |result| {
        if result.report.verdict != Verdict::Passed {
            results.push(result);
        }
        ControlFlow::Continue(())
    })?;
    Ok(results)
}
