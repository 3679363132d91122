//! How a command ends when the engine can't run a function.

use segfn::engine::{EngineError, Need};
use segfn::function::Function;
use segfn::report::text::TextReport;
use segfn::report::{Palette, hint};

use super::error::{CliError, Exit};
use super::output::Output;

/// What renders the outcomes and errors of a function, for a stream with these styles.
pub fn text_report(function: &Function, palette: Palette, output: &Output) -> TextReport {
    TextReport {
        path: function.path.clone(),
        source: function.source.clone(),
        palette,
        width: output.width(),
        secrets: output.secrets().clone(),
    }
}

/// The error with the place in the function's code, where it has one.
pub fn engine_error(error: EngineError, report: &TextReport) -> CliError {
    match error {
        EngineError::Load(failure) => {
            let mut cli_error = not_loaded(&report.path, &failure);
            cli_error.hint = hint(&failure, &report.source, None);
            cli_error.details = report.place_of(&failure);
            cli_error
        }
        EngineError::NoKind { problem, hint } => {
            CliError::new(Exit::Load, format!("{}: {problem}", report.path.display()))
                .with_hint(Some(hint))
        }
        other => other.into(),
    }
}

/// A function's top-level code did not finish.
pub fn not_loaded(path: &std::path::Path, failure: &segfn::outcome::Failure) -> CliError {
    CliError::new(
        Exit::Load,
        format!(
            "{} can't be loaded: {}: {}",
            path.display(),
            failure.name,
            failure.message
        ),
    )
}

/// What to do where the machine doesn't give what a run needs.
fn what_the_machine_lacks(need: Need) -> &'static str {
    match need {
        Need::TemporaryFolder | Need::Storage => {
            "name a folder that segfn can write to in TMPDIR; for a container, mount one: --tmpfs /tmp"
        }
        Need::Process | Need::Thread | Need::EventLoop => {
            "raise the limit on processes or open files (`ulimit -u`, `ulimit -n`; of a container, --pids-limit)"
        }
    }
}

impl From<EngineError> for CliError {
    fn from(error: EngineError) -> CliError {
        let (exit, hint) = match &error {
            EngineError::Load(_) => (Exit::Load, None),
            EngineError::NoKind { hint, .. } => (Exit::Load, Some(hint.clone())),
            EngineError::Aws(_) | EngineError::Object { .. } => (Exit::Usage, None),
            EngineError::Machine { need, .. } => (
                Exit::Internal,
                Some(what_the_machine_lacks(*need).to_owned()),
            ),
            EngineError::Lost(_) => (
                Exit::Internal,
                Some("this is a bug in segfn, not in your function".to_owned()),
            ),
        };
        CliError::from_error(exit, error).with_hint(hint)
    }
}
