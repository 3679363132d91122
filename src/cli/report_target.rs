//! `--report FORMAT[=FILE]`: where a report goes.

use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::ValueEnum;
use segfn::files;

use super::error::{CliError, Exit};

/// A format and where it goes: standard output without a file.
#[derive(Clone, Debug)]
pub struct Target<F> {
    pub format: F,
    pub file: Option<PathBuf>,
}

impl<F> Target<F> {
    /// A report on standard output.
    pub fn on_screen(format: F) -> Target<F> {
        Target { format, file: None }
    }
}

impl<F: ValueEnum> FromStr for Target<F> {
    type Err = String;

    fn from_str(text: &str) -> Result<Target<F>, String> {
        let (format, file) = match text.split_once('=') {
            Some((_, "")) => return Err("the name of a file is missing after the =".into()),
            Some((format, file)) => (format, Some(PathBuf::from(file))),
            None => (text, None),
        };
        let format = F::from_str(format, false).map_err(|_| {
            let formats = F::value_variants().iter().filter_map(F::to_possible_value);
            let names: Vec<String> = formats.map(|format| format.get_name().to_owned()).collect();
            format!("expected {}, with or without =FILE", names.join(", "))
        })?;
        Ok(Target { format, file })
    }
}

/// The reports that were asked for, behind `text` on standard output if none of them goes there: a file
/// for CI is written beside the text on the screen.
///
/// # Errors
/// A file can't be written.
pub fn open<F: Copy>(targets: &[Target<F>], text: F) -> Result<Vec<(F, Option<Sink>)>, CliError> {
    let on_screen = targets.iter().any(|target| target.file.is_none());
    let implied = (!on_screen).then(|| Target::on_screen(text));
    let mut open = Vec::new();
    for target in implied.iter().chain(targets) {
        let sink = target.file.as_deref().map(Sink::check).transpose()?;
        open.push((target.format, sink));
    }
    Ok(open)
}

/// A report that is written to a file, as a whole, when all is in it.
pub struct Sink {
    path: PathBuf,
    pub report: Vec<u8>,
    /// Whether it goes behind what is there.
    appends: bool,
}

/// The variable by which GitHub Actions tells where a job's summary is to be written.
const SUMMARY: &str = "GITHUB_STEP_SUMMARY";

impl Sink {
    fn check(path: &Path) -> Result<Sink, CliError> {
        let sink = Sink {
            path: path.to_owned(),
            report: Vec::new(),
            appends: false,
        };
        match files::check(path) {
            Ok(()) => Ok(sink),
            Err(error) => Err(sink.failed(Exit::Usage, error)),
        }
    }

    /// The summary of the job, where GitHub Actions has one: markdown, behind what other steps wrote.
    pub fn job_summary() -> Option<Sink> {
        let path = std::env::var_os(SUMMARY).filter(|path| !path.is_empty())?;
        Some(Sink {
            path: path.into(),
            report: Vec::new(),
            appends: true,
        })
    }

    /// Writes it.
    ///
    /// # Errors
    /// It can't be written.
    pub fn write(&self) -> Result<(), CliError> {
        let written = match self.appends {
            true => self.append(),
            false => files::replace(&self.path, &self.report),
        };
        written.map_err(|error| self.failed(Exit::Internal, error))
    }

    fn append(&self) -> io::Result<()> {
        let mut all = match std::fs::read(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            read => read?,
        };
        all.extend(&self.report);
        files::replace(&self.path, &all)
    }

    fn failed(&self, exit: Exit, error: io::Error) -> CliError {
        let message = format!("can't write {}", self.path.display());
        CliError::new(exit, message).with_cause(error)
    }
}
