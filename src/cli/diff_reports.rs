//! `segfn diff --report`: who renders what differs.

use clap::ValueEnum;
use segfn::diff::Differences;
use segfn::report::Texts;
use segfn::report::diff::{ComparedVersions, DiffText, github, html, json, markdown};

use super::error::CliError;
use super::output::Output;
use super::report_target::{self, Sink, Target};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    Text,
    Json,
    Markdown,
    Html,
    Github,
}

/// The reports of one comparison.
pub struct DiffReports<'a> {
    output: &'a Output,
    all: Vec<(DiffFormat, Option<Sink>)>,
}

impl<'a> DiffReports<'a> {
    /// Checks that the files can be written. Without a target there is the text on standard output.
    ///
    /// # Errors
    /// A file can't be written.
    pub fn new(
        targets: &[Target<DiffFormat>],
        output: &'a Output,
    ) -> Result<DiffReports<'a>, CliError> {
        let mut all = report_target::open(targets, DiffFormat::Text)?;
        if targets
            .iter()
            .any(|target| target.format == DiffFormat::Github)
        {
            all.extend(Sink::job_summary().map(|summary| (DiffFormat::Markdown, Some(summary))));
        }
        Ok(DiffReports { output, all })
    }

    /// Tells what is going to be compared, where somebody looks on.
    pub fn head(&self, versions: &ComparedVersions) {
        let mut all = self.all.iter();
        if all.any(|(format, sink)| *format == DiffFormat::Text && sink.is_none()) {
            // A failure is kept by `output`.
            let _ = self.output.write(DiffText::head(versions).as_bytes());
        }
    }

    /// Renders and writes all of them.
    ///
    /// # Errors
    /// A file can't be written.
    pub fn write(
        &mut self,
        versions: &ComparedVersions,
        found: &Differences,
    ) -> Result<(), CliError> {
        let output = self.output;
        let secrets = output.secrets();
        let texts = Texts::new(secrets.clone());
        for (format, sink) in &mut self.all {
            let report = match format {
                DiffFormat::Text => {
                    let text = DiffText {
                        palette: match sink {
                            None => output.palette(),
                            Some(_) => Default::default(),
                        },
                        width: output.width(),
                    };
                    let head = sink.as_ref().map(|_| DiffText::head(versions));
                    let mut bytes = head.unwrap_or_default().into_bytes();
                    bytes.extend(text.render(versions, found));
                    secrets.redact(&bytes).into_owned()
                }
                DiffFormat::Json => secrets.redact_json(&json(found)).into_owned(),
                DiffFormat::Markdown => markdown(versions, found, &texts).into_bytes(),
                DiffFormat::Html => html(versions, found, &texts).into_bytes(),
                DiffFormat::Github => github(versions, found, &texts).into_bytes(),
            };
            match sink {
                // A failure is kept by `output`.
                None => {
                    let _ = output.write_redacted(&report);
                }
                Some(sink) => {
                    sink.report = report;
                    sink.write()?;
                }
            }
        }
        Ok(())
    }
}
