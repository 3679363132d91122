//! New cases that are lines of a file.

use std::io;
use std::path::{Path, PathBuf};

use super::accept::{AcceptError, Acceptance, accept};
use super::case_result::CaseResult;
use super::find::{CaseLocation, SuiteLocation};
use super::run::RunOptions;
use super::staged::run_staged;
use super::suite::SuiteError;
use crate::engine::EngineError;
use crate::files::Staging;

/// Cases that are to become lines at the end of a file.
#[derive(Debug)]
pub struct NewLines {
    path: PathBuf,
    /// The environment in which they run.
    environment: Option<String>,
    /// Names and lines.
    lines: Vec<(String, String)>,
}

/// Why lines could not be written.
#[derive(Debug, thiserror::Error)]
#[error("can't write {}: {source}", path.display())]
pub struct LinesError {
    pub path: PathBuf,
    pub source: io::Error,
}

impl NewLines {
    /// For the file at `path`, which need not be there. The cases run in `environment`.
    pub fn new(path: PathBuf, environment: Option<String>) -> NewLines {
        NewLines {
            path,
            environment,
            lines: Vec::new(),
        }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Adds the line of the case `name`, without an expectation.
    pub fn push(&mut self, name: String, line: String) {
        self.lines.push((name, line));
    }

    /// Leaves only the lines of cases of which `keep` says so.
    pub fn retain(&mut self, mut keep: impl FnMut(&str) -> bool) {
        self.lines.retain(|(name, _)| keep(name));
    }

    /// Runs the cases as `segfn test` does in the suite at `location`, and writes nothing.
    pub fn run<E>(
        &self,
        location: &SuiteLocation,
        options: &RunOptions,
        sink: impl FnMut(CaseResult),
    ) -> Result<(), E>
    where
        E: From<SuiteError> + From<EngineError> + From<LinesError>,
    {
        if self.lines.is_empty() {
            return Ok(());
        }
        let environment = self.environment.as_deref();
        self.stage()?.run(location, environment, options, sink)
    }

    /// Has the lines appear, with what the cases do as what is expected of them. They run as the files of the
    /// function at `location` say, whatever was said when they were added.
    pub fn finish<E>(&self, location: &SuiteLocation, options: &RunOptions) -> Result<(), E>
    where
        E: From<SuiteError> + From<EngineError> + From<LinesError> + From<AcceptError>,
    {
        if self.lines.is_empty() {
            return Ok(());
        }
        let mut staged = self.stage()?;
        let mut expected = Vec::new();
        let environment = self.environment.as_deref();
        staged.run::<E>(location, environment, options, |result| {
            let is_new = result.report.is_new();
            if let Some(got) = result.report.got.filter(|_| is_new) {
                expected.push(Acceptance::new(result.location, got));
            }
        })?;
        accept(&expected)?;
        let finished = staged.staging.finish(&staged.file, &self.path);
        finished.map_err(failed_in(&self.path))?;
        Ok(())
    }

    /// The file with the lines at its end, in a place where nobody sees it.
    fn stage(&self) -> Result<StagedLines, LinesError> {
        let failed = failed_in(&self.path);
        let stage = || {
            let mut text = match std::fs::read_to_string(&self.path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
                text => text?,
            };
            if !text.is_empty() && !text.ends_with('\n') {
                text.push('\n');
            }
            let before = text.lines().count();
            let lines = self.lines.iter();
            lines.for_each(|(_, line)| text.extend([line, "\n"]));
            let mut staging = Staging::new(self.path.parent().unwrap_or(Path::new(".")))?;
            let file = staging.begin_file(text.as_bytes())?;
            let lines = (before + 1..).zip(&self.lines);
            let cases = lines.map(|(number, (name, line))| {
                let location = CaseLocation::Line {
                    file: file.clone(),
                    line: u32::try_from(number).unwrap_or(u32::MAX),
                    text: line.as_str().into(),
                };
                (name.clone(), location)
            });
            io::Result::Ok(StagedLines {
                cases: cases.collect(),
                file,
                staging,
            })
        };
        stage().map_err(failed)
    }
}

/// Lines in a file that is not in its place yet.
struct StagedLines {
    cases: Vec<(String, CaseLocation)>,
    file: PathBuf,
    staging: Staging,
}

impl StagedLines {
    fn run<E: From<SuiteError> + From<EngineError>>(
        &self,
        location: &SuiteLocation,
        environment: Option<&str>,
        options: &RunOptions,
        sink: impl FnMut(CaseResult),
    ) -> Result<(), E> {
        run_staged(
            location,
            environment,
            self.cases.iter().cloned(),
            options,
            sink,
        )
    }
}

/// For `map_err`.
fn failed_in(path: &Path) -> impl FnOnce(io::Error) -> LinesError {
    let path = path.to_owned();
    |source| LinesError { path, source }
}
