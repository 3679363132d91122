//! What `segfn record` tells, and its trial of what it wrote.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use segfn::suite::accept::accept;
use segfn::suite::record::{RecordEvent, Update, Written};
use segfn::suite::{CaseLocation, CaseResult, Problem, RunOptions, Selection};

use crate::cli::case_runs::processors;
use crate::cli::error::{CliError, Exit};
use crate::cli::output::Output;

/// Tells what is written, and tries it.
pub struct Report<'a> {
    output: &'a Output,
    written: Vec<Written>,
    unreadable: usize,
}

impl<'a> Report<'a> {
    /// So many inputs could not be read.
    pub fn new(output: &'a Output, unreadable: usize) -> Report<'a> {
        Report {
            output,
            written: Vec::new(),
            unreadable,
        }
    }

    /// Tells what came of an input.
    pub fn took(&mut self, took: RecordEvent) {
        match took {
            RecordEvent::BadInput { input, problem } => {
                self.unreadable += 1;
                self.output.error(&format!("{input}: {problem}"), None);
            }
            RecordEvent::Case(case) => {
                let handler = case.handler.as_deref().unwrap_or("no handler");
                let text = format!(
                    "{}: {handler} {}, {}\n",
                    case.folder.display(),
                    case.class.name(),
                    counted(case.exchanges, "exchange")
                );
                // A failure is kept by `output`.
                let _ = self.output.write(text.as_bytes());
                for warning in &case.warnings {
                    self.output.warning(warning, None);
                }
                self.written.push(case);
            }
        }
    }

    /// Replays what was written, and writes down what new cases do as what is expected of them.
    pub fn check(&self) -> Result<(), CliError> {
        let paths: Vec<PathBuf> = self
            .written
            .iter()
            .map(|case| case.folder.clone())
            .collect();
        if paths.is_empty() {
            return Ok(());
        }
        let selection = Selection {
            paths,
            ..Selection::default()
        };
        let (suites, mut cases) = selection.open(self.output.secrets())?;
        let place = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let written: BTreeSet<PathBuf> = selection.paths.iter().map(|path| place(path)).collect();
        cases.retain(|case| match &case.location {
            CaseLocation::Folder(folder) => written.contains(&place(folder)),
            CaseLocation::Line { .. } => false,
        });
        let options = RunOptions {
            jobs: processors(),
            retries: None,
            secrets: self.output.secrets().clone(),
            coverage: false,
        };
        let mut expected = Vec::new();
        segfn::suite::run(&Arc::new(suites), &Arc::new(cases), &options, |result| {
            for problem in &result.report.problems {
                self.tell(&result.location.shown(), problem);
            }
            self.compare(&result);
            // What a replay does that isn't complete is not what is expected.
            let only_new = |problem: &Problem| matches!(problem, Problem::NoExpectation);
            let complete =
                !result.report.problems.is_empty() && result.report.problems.iter().all(only_new);
            if let Some(got) = result.report.got.filter(|_| complete) {
                expected.push((result.location, got));
            }
            std::ops::ControlFlow::Continue(())
        })?;
        accept(expected.iter().map(|(location, got)| (location, got)))
            .map_err(|error| CliError::new(Exit::Internal, error.to_string()))
    }

    /// Tells when a replay ends in another way than the live run did.
    fn compare(&self, result: &CaseResult) {
        let CaseLocation::Folder(folder) = &result.location else {
            return;
        };
        let live = self.written.iter().find(|case| case.folder == *folder);
        if let (Some(live), Some(class)) = (live, result.report.classes.last())
            && live.class.name() != class
        {
            let case = folder.display();
            let text = format!(
                "{case}: the live run ended as {}, but the replay ends as {class}",
                live.class.name()
            );
            let hint = format!("to see why: segfn test {case}");
            self.output.warning(&text, Some(&hint));
        }
    }

    fn tell(&self, case: &str, problem: &Problem) {
        let (text, hint) = match problem {
            Problem::NoExpectation => return,
            Problem::Different(_) => (
                format!("{case}: it doesn't do what is expected"),
                format!("to see what differs: segfn test {case}"),
            ),
            Problem::Miss(text) => (
                format!("{case}: the replay makes another request: {text}"),
                "if a field differs each time, leave it out: mask = [\"body.FIELD\"] below [test] in segfn.toml".to_owned(),
            ),
            Problem::Unused(text) => (
                format!("{case}: in the replay, {text}"),
                format!("to see what differs: segfn test {case}"),
            ),
            Problem::Broken { message, hint } => (
                format!("{case}: {message}"),
                hint.clone().unwrap_or_else(|| format!("to see what differs: segfn test {case}")),
            ),
        };
        self.output.warning(&text, Some(&hint));
    }

    /// Sums up, and tells how the process ends.
    pub fn finish(&self, there: usize, again: Option<Update>) -> Result<Exit, CliError> {
        let new = self.written.iter().filter(|case| case.new).count();
        let anew = self.written.len() - new;
        let mut parts = Vec::new();
        if new > 0 || again.is_none() {
            parts.push(format!("{} recorded", counted(new, "case")));
        }
        match again {
            Some(Update::All) => parts.push(format!("{} recorded again", counted(anew, "case"))),
            Some(Update::Missing) => {
                let more = self.written.iter().map(|case| case.exchanges).sum();
                let text = format!(
                    "{} added to {}",
                    counted(more, "exchange"),
                    counted(anew, "case")
                );
                parts.push(text);
            }
            None if there > 0 => {
                let exist = match there {
                    1 => "1 case exists already (--update records it again)".to_owned(),
                    _ => format!("{there} cases exist already (--update records them again)"),
                };
                parts.push(exist);
            }
            None => {}
        }
        // A failure is kept by `output`.
        let _ = self
            .output
            .write(format!("{}\n", parts.join(", ")).as_bytes());
        Ok(match self.unreadable {
            0 => Exit::Success,
            _ => Exit::Input,
        })
    }
}

fn counted(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}
