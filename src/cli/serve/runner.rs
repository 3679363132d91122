//! The process that runs one function for the server.

use std::path::Path;

use segfn::engine::EngineError;
use segfn::json::Json;
use segfn::outcome::Outcome;
use segfn::project::{Overrides, Project, ProjectError};
use segfn::report::text::TextReport;
use segfn::report::{Palette, hint};
use segfn::secrets::Secrets;
use segfn::serve::{NotLoaded, ShownOutcome, run_for_server, said_by_server, tell_not_loaded};

use crate::cli::error::Exit;

/// The columns of the panel.
const WIDTH: usize = 100;

/// Runs the function until the server has no more inputs. The server is told what goes wrong.
pub fn run(function: &Path, overrides: Overrides, jobs: u16) -> Exit {
    let Ok(said) = said_by_server() else {
        return Exit::Internal;
    };
    let settings = match said.settings {
        Json::Object(settings) => settings,
        _ => Default::default(),
    };
    let whole = said.text;
    let overrides = Overrides {
        handler: said.handler,
        settings,
        ..overrides
    };
    let secrets = Secrets::default().into();
    let project = match Project::open(function, &overrides, &secrets) {
        Ok(project) => project,
        Err(error) => {
            tell_not_loaded(not_opened(&error));
            return Exit::Load;
        }
    };
    let text = TextReport {
        path: project.function.path.clone(),
        source: project.function.source.clone(),
        palette: Palette::default(),
        width: WIDTH,
        secrets,
    };
    let shown = text.clone();
    let show = move |outcome: &Outcome| ShownOutcome {
        text: match whole {
            true => shown.block(outcome).bytes,
            false => shown.head(outcome),
        }
        .into(),
        frame: outcome
            .error
            .as_ref()
            .and_then(|failure| shown.frame_of(failure)),
    };
    match run_for_server(project, jobs.into(), said.faults.as_deref(), show) {
        Ok(()) => Exit::Success,
        Err(error) => {
            tell_not_loaded(not_loaded(&error, &text));
            Exit::Load
        }
    }
}

fn not_opened(error: &ProjectError) -> NotLoaded {
    NotLoaded {
        message: error.to_string(),
        hint: error.hint(),
        ..NotLoaded::default()
    }
}

fn not_loaded(error: &EngineError, text: &TextReport) -> NotLoaded {
    let told = match error {
        EngineError::Load(failure) => NotLoaded {
            message: format!("{}: {}", failure.name, failure.message),
            hint: hint(failure, &text.source, None),
            file: Some(text.path.clone()),
            at: failure.at,
            excerpt: String::from_utf8(text.place_of(failure)).ok(),
        },
        EngineError::NoKind { problem, hint } => NotLoaded {
            message: problem.clone(),
            hint: Some(hint.clone()),
            file: Some(text.path.clone()),
            ..NotLoaded::default()
        },
        EngineError::Aws(_)
        | EngineError::Object { .. }
        | EngineError::Machine { .. }
        | EngineError::Lost(_) => NotLoaded {
            message: error.to_string(),
            ..NotLoaded::default()
        },
    };
    let secrets = &text.secrets;
    let redacted = |text: String| secrets.redact_text(&text).into_owned();
    NotLoaded {
        message: redacted(told.message),
        hint: told.hint.map(redacted),
        excerpt: told.excerpt.map(redacted),
        ..told
    }
}
