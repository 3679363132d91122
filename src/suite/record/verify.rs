//! Replays what was recorded.

use std::path::Path;

use crate::files::Staging;
use crate::outcome::Class;
use crate::project::plain;
use crate::suite::accept::{Acceptance, accept};
use crate::suite::find::{CaseLocation, SuiteLocation};
use crate::suite::prepare::CaseOptions;
use crate::suite::problem::Problem;
use crate::suite::record::error::RecordError;
use crate::suite::record::event::Written;
use crate::suite::record::recording::failed_in;
use crate::suite::run::RunOptions;
use crate::suite::staged::run_staged;

/// What a replay does in another way than the live run, or than what is expected.
#[derive(Debug)]
pub enum Deviation {
    Problem(Problem),
    /// How the two end.
    Class {
        live: Class,
        replay: String,
    },
}

/// The cases that were recorded. They are in their places once they were verified; otherwise nothing is
/// left of them.
#[derive(Debug)]
pub struct Recorded {
    pub(super) written: Vec<Written>,
    /// In which they were recorded.
    pub(super) environment: Option<String>,
    pub(super) staging: Staging,
}

impl Recorded {
    /// Replays the cases, as `segfn test` does: as the function's files and the environment say, whatever
    /// else was said when they were recorded. What new cases do is written down as what is expected of
    /// them. Then the cases appear in their folders, each as a whole. `sink` gets the case of each
    /// deviation.
    ///
    /// # Errors
    /// The cases can't be run, or an expectation can't be written.
    pub fn verify(
        mut self,
        location: &SuiteLocation,
        options: &RunOptions,
        mut sink: impl FnMut(&CaseLocation, Deviation),
    ) -> Result<(), RecordError> {
        if self.written.is_empty() {
            return Ok(());
        }
        // A request that isn't recorded is just what a replay is to show.
        let options = RunOptions {
            how: CaseOptions {
                strict: true,
                ..options.how
            },
            ..options.clone()
        };
        let cases = self.written.iter().map(|case| {
            let name = case.folder.file_name().unwrap_or_default();
            let place = case.staged.as_ref().unwrap_or(&case.folder).clone();
            (
                name.to_string_lossy().into_owned(),
                CaseLocation::Folder(place),
            )
        });
        let mut expected = Vec::new();
        let environment = self.environment.as_deref();
        run_staged::<RecordError>(location, environment, cases, &options, |result| {
            let CaseLocation::Folder(folder) = &result.location else {
                return;
            };
            let is_it = |case: &&Written| case.staged.as_ref().unwrap_or(&case.folder) == folder;
            let Some(case) = self.written.iter().find(is_it) else {
                return;
            };
            let place = plain(&case.folder);
            let shown = CaseLocation::Folder(place.clone());
            let mut complete = !result.report.problems.is_empty();
            for problem in result.report.problems {
                if !matches!(problem, Problem::NoExpectation) {
                    // What a replay does that isn't complete is not what is expected.
                    complete = false;
                    sink(&shown, Deviation::Problem(placed(problem, folder, &place)));
                }
            }
            if let Some(replay) = result.report.classes.last()
                && case.class.name() != replay
            {
                let (live, replay) = (case.class, replay.clone());
                sink(&shown, Deviation::Class { live, replay });
            }
            if let Some(got) = result.report.got.filter(|_| complete) {
                expected.push(Acceptance::new(result.location, got));
            }
        })?;
        accept(&expected)?;
        for Written { folder, staged, .. } in &self.written {
            if let Some(staged) = staged {
                let placed = self.staging.finish(staged, folder);
                placed.map_err(failed_in(folder))?;
            }
        }
        Ok(())
    }
}

/// The problem with the place where the case will be.
fn placed(problem: Problem, staged: &Path, place: &Path) -> Problem {
    let text = |text: String| {
        text.replace(
            &plain(staged).display().to_string(),
            &place.display().to_string(),
        )
        .replace(&staged.display().to_string(), &place.display().to_string())
    };
    match problem {
        Problem::Miss(miss) => Problem::Miss(text(miss)),
        Problem::Unused(unused) => Problem::Unused(text(unused)),
        Problem::UnusedReply(unused) => Problem::UnusedReply(text(unused)),
        Problem::Broken { message, hint } => Problem::Broken {
            message: text(message),
            hint: hint.map(text),
        },
        other => other,
    }
}
