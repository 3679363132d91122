//! `--report FORMAT[=FILE]`: who renders the results of cases, and where that goes.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::str::FromStr;

use clap::ValueEnum;
use segfn::report::cases::{
    CaseReporter, GithubReporter, JsonReporter, JunitReporter, TapReporter, TextReporter,
};
use segfn::suite::{CaseResult, Totals, UnrunCase};

use super::error::{CliError, Exit};
use super::output::Output;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    Text,
    Json,
    Junit,
    Tap,
    Github,
}

/// A format and where it goes: standard output without a file.
#[derive(Clone, Debug)]
pub struct Target {
    pub format: ReportFormat,
    pub file: Option<PathBuf>,
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Target, String> {
        let (format, file) = match text.split_once('=') {
            Some((_, "")) => return Err("the name of a file is missing after the =".into()),
            Some((format, file)) => (format, Some(PathBuf::from(file))),
            None => (text, None),
        };
        let format = ReportFormat::from_str(format, false)
            .map_err(|_| "expected text, json, junit, tap or github, with or without =FILE")?;
        Ok(Target { format, file })
    }
}

/// The reports of one run.
pub struct Reports<'a> {
    output: &'a Output,
    all: Vec<(Box<dyn CaseReporter>, Option<Sink>)>,
}

struct Sink {
    path: PathBuf,
    file: BufWriter<File>,
}

impl<'a> Reports<'a> {
    /// Opens the files. Without a target there is the text report on standard output; `every` lets
    /// it list what passes, too.
    pub fn new(
        targets: &[Target],
        every: bool,
        output: &'a Output,
    ) -> Result<Reports<'a>, CliError> {
        let text = [Target {
            format: ReportFormat::Text,
            file: None,
        }];
        // A file for CI is written beside the text on the screen.
        let on_screen = targets.iter().any(|target| target.file.is_none());
        let implied = text.iter().filter(|_| !on_screen);
        let mut all = Vec::new();
        for target in implied.chain(targets) {
            let sink = match &target.file {
                None => None,
                Some(path) => Some(Sink::create(path)?),
            };
            let report: Box<dyn CaseReporter> = match target.format {
                ReportFormat::Text => Box::new(TextReporter {
                    palette: match &sink {
                        None => output.palette(),
                        Some(_) => Default::default(),
                    },
                    width: output.width(),
                    all: every,
                }),
                ReportFormat::Json => Box::new(JsonReporter),
                ReportFormat::Junit => Box::new(JunitReporter::new(output.secrets().clone())),
                ReportFormat::Tap => Box::new(TapReporter::default()),
                ReportFormat::Github => Box::new(GithubReporter::default()),
            };
            all.push((report, sink));
        }
        Ok(Reports { output, all })
    }

    pub fn case(&mut self, result: &CaseResult) -> Result<(), CliError> {
        self.each(|report| report.case(result))
    }

    pub fn not_run(&mut self, case: &UnrunCase) -> Result<(), CliError> {
        self.each(|report| report.not_run(case))
    }

    pub fn finish(&mut self, totals: &Totals) -> Result<(), CliError> {
        self.each(|report| report.finish(totals))?;
        for (_, sink) in &mut self.all {
            if let Some(sink) = sink {
                let flushed = sink.file.flush();
                flushed.map_err(|error| sink.failed(&error))?;
            }
        }
        Ok(())
    }

    fn each(&mut self, render: impl Fn(&mut dyn CaseReporter) -> String) -> Result<(), CliError> {
        for (report, sink) in &mut self.all {
            let text = render(report.as_mut());
            if text.is_empty() {
                continue;
            }
            let clean = report.redact(text.as_bytes(), self.output.secrets());
            match sink {
                // A failure is kept by `output`.
                None => {
                    let _ = self.output.write_redacted(&clean);
                }
                Some(sink) => {
                    let written = sink.file.write_all(&clean);
                    written.map_err(|error| sink.failed(&error))?;
                }
            }
        }
        Ok(())
    }
}

impl Sink {
    fn create(path: &PathBuf) -> Result<Sink, CliError> {
        let create = || {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            File::create(path)
        };
        match create() {
            Ok(file) => Ok(Sink {
                path: path.clone(),
                file: BufWriter::new(file),
            }),
            Err(error) => Err(CliError::new(
                Exit::Usage,
                format!("can't write {}: {error}", path.display()),
            )),
        }
    }

    fn failed(&self, error: &std::io::Error) -> CliError {
        let message = format!("can't write {}: {error}", self.path.display());
        CliError::new(Exit::Internal, message)
    }
}
