//! The comparison of two versions, of all events or of a part of them.

use std::ops::ControlFlow;
use std::sync::Arc;

use segfn::diff::{
    ComparedPart, Comparison, ComparisonEvent, DiffError, Differences, FunctionVersion,
    InvalidInput,
};
use segfn::engine::{EngineError, Need, Options};
use segfn::net::NetMode;
use segfn::project::Project;
use segfn::project::inputs::select;
use segfn::project::samples::late_samples;
use segfn::project::source::Source;
use segfn::temporary::TemporaryFolder;

use super::args::CompareArgs;
use super::versions::{compared_versions, made_of, net_mode, object_folders, options, subject};
use crate::cli::coverage;
use crate::cli::diff_reports::{DiffFormat, DiffReports};
use crate::cli::engine_error::{engine_error, not_loaded, text_report};
use crate::cli::error::{CliError, Exit};
use crate::cli::event_args::tell_left_out;
use crate::cli::input_problems::InputProblems;
use crate::cli::open::tell_warnings;
use crate::cli::output::Output;
use crate::cli::part_args::OwnPart;
use crate::cli::progress::Bar;
use crate::cli::report_target::Target;

/// Compares, and tells what differs, or writes what came of a part.
///
/// # Errors
/// A version, a part or a report can't be used.
pub fn compare(args: &CompareArgs, output: &Output) -> Result<Exit, CliError> {
    // They are required where there is no other command.
    let (Some(base), Some(candidate)) = (&args.base, &args.candidate) else {
        return Ok(Exit::Usage);
    };
    args.covered.check_asked(&args.coverage)?;
    let mut targets = args.report.clone();
    targets.extend(args.json.then(|| Target::on_screen(DiffFormat::Json)));
    let mut reports = DiffReports::new(&targets, output)?;
    let (candidate, base) = (
        Source::read_as(candidate, Some(base))?,
        Source::read_as(base, Some(candidate))?,
    );
    let overrides = args.how.overrides();
    let mut candidate = Project::from_source(candidate, &overrides, output.secrets())?;
    tell_warnings(&candidate, output);
    let mut base = Project::from_source(base, &overrides, output.secrets())?;
    tell_warnings(&base, output);
    candidate.rules = match candidate.rules.with_masks(&args.mask) {
        Ok(rules) => Arc::new(rules),
        Err(error) => return Err(CliError::from_error(Exit::Usage, error)),
    };
    // Two versions can only be compared by the same rules.
    base.rules = candidate.rules.clone();
    let config = &candidate.config;
    let masked = !config.test.mask.is_empty() || !args.mask.is_empty();
    let logs = args.logs || config.test.logs.unwrap_or_default();
    let temporary = TemporaryFolder::new().map_err(|source| EngineError::Machine {
        need: Need::TemporaryFolder,
        source,
    })?;
    let net_mode = net_mode(args, &candidate)?;
    let [for_base, for_again, for_candidate] = object_folders(&candidate, temporary.path());
    let options = |project: &Project, folder| options(args, project, &net_mode, folder);
    let secrets = output.secrets().clone();
    let comparison = Comparison {
        again: options(&base, for_again),
        base: FunctionVersion {
            options: options(&base, for_base),
            function: base.function.clone(),
        },
        candidate: FunctionVersion {
            options: Options {
                coverage: !args.coverage.is_empty(),
                ..options(&candidate, for_candidate)
            },
            function: candidate.function.clone(),
        },
        masks: masked.then_some(&*candidate.rules),
        logs,
        events: args.show_event.then(|| candidate.redactor()),
        secrets: &secrets,
    };
    let made_of = made_of(args, &base, &candidate, &comparison.candidate.options, logs)?;
    let comparison = comparison
        .get_ready()
        .map_err(|error| failed(error, &base, &candidate, output))?;
    let subject = subject(args, &base, &candidate, &net_mode);
    let paths = match &candidate.events {
        Some(events) if args.events.is_empty() => vec![events.clone()],
        _ => args.events.clone(),
    };
    let mut archives = candidate.host_options(NetMode::Live);
    if let Some(aws) = &args.aws {
        archives.aws = aws.clone();
    }
    let interruption = args.parts.interruption()?;
    let part = args.parts.open(&paths, &args.which, &archives)?;
    let versions = compared_versions(&subject, args.volume, args.stats);
    let is_written = part.as_ref().is_some_and(OwnPart::is_written);
    if !is_written {
        reports.head(&versions);
    }
    let inputs = match &part {
        Some(part) => part.inputs(&args.which, &archives),
        None => args.which.open(&paths, &archives),
    };
    let lines = inputs.lines();
    let mut problems = InputProblems::new(inputs.problems(), part.is_some());
    let progress = inputs.progress();
    let (mut late, samples) = late_samples(paths.is_empty() && part.is_none());
    let selection = args.which.selection();
    let inputs = select(samples.chain(inputs), selection.clone());
    let mut bar = Bar::new(progress, output);
    let mut compared = 0_u64;
    let found = comparison.run(inputs, |event| {
        problems.tell(output);
        match event {
            ComparisonEvent::Loaded { base, candidate } => {
                let mut handlers = candidate.handlers.clone();
                handlers.extend(base.handlers.iter().cloned());
                handlers.dedup();
                late.choose(&handlers);
            }
            ComparisonEvent::Unreadable(bad) => output.error(&message(bad), None),
            ComparisonEvent::Compared => {
                compared += 1;
                bar.update_events(compared, output);
            }
        }
        match interruption.is_asked() || problems.stops() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    });
    bar.finish();
    if interruption.is_asked() {
        return Ok(Exit::Terminated);
    }
    tell_left_out(&selection, output);
    let unreadable = problems.finish(output)?;
    let mut summary = found.map_err(|error| failed(error, &base, &candidate, output))?;
    summary.unreadable += unreadable;
    if let (Some(coverage), Some(home)) = (&mut summary.coverage, candidate.home_elsewhere()) {
        let path = candidate.function.path.display().to_string();
        coverage.set_home(&path, &home.display().to_string());
    }
    let allowed_rise = subject.allowed_rise;
    let compared = ComparedPart::new(subject, summary, lines.so_far());
    if let Some(part) = &part
        && is_written
    {
        part.write("diff", made_of, compared, output)?;
        return Ok(Exit::Success);
    }
    let mut summary = compared.into_summary();
    let coverage = summary.coverage.take();
    let found = summary.differences(allowed_rise);
    reports.write(&versions, &found)?;
    let exit = exit(&found);
    let asked = (&args.coverage[..], &args.covered);
    coverage::report_of_run(coverage.as_ref(), part.is_some(), asked, exit, output)
}

fn message(bad: &InvalidInput) -> String {
    let column = bad.column.map(|column| format!(":{column}"));
    format!(
        "{}{}: {}",
        bad.input,
        column.unwrap_or_default(),
        bad.problem
    )
}

fn failed(error: DiffError, base: &Project, candidate: &Project, output: &Output) -> CliError {
    let (error, project) = match error {
        DiffError::Base(engine) => (engine, base),
        DiffError::Candidate(engine) => (engine, candidate),
        DiffError::OutOfStep | DiffError::Stored(_) => {
            return CliError::from_error(Exit::Internal, error);
        }
    };
    let path = &project.function.path;
    if let EngineError::Load(failure) = &error {
        let hint = format!("to see where: segfn run {}", path.display());
        return not_loaded(path, failure).with_hint(Some(hint));
    }
    let report = text_report(&project.function, output.error_palette(), output);
    engine_error(error, &report)
}

/// How a command ends that found these.
pub fn exit(found: &Differences) -> Exit {
    if found.unreadable > 0 {
        Exit::Input
    } else if !found.is_empty() || found.nothing_compared() || !found.cost.rises.is_empty() {
        Exit::Failed
    } else {
        Exit::Success
    }
}
