//! `segfn test --report`: who renders the results of cases.

use clap::ValueEnum;
use segfn::report::Texts;
use segfn::report::cases::{
    CaseReporter, GithubReporter, HtmlReporter, JsonReporter, JunitReporter, ListedCases,
    MarkdownReporter, TapReporter, TextReporter,
};
use segfn::suite::{CaseResult, Totals, UnrunCase};

use super::error::CliError;
use super::output::Output;
use super::report_target::{self, Sink, Target};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    Text,
    Json,
    Junit,
    Tap,
    Github,
    Markdown,
    Html,
}

/// The reports of one run.
pub struct Reports<'a> {
    output: &'a Output,
    all: Vec<(Box<dyn CaseReporter>, Option<Sink>)>,
}

impl<'a> Reports<'a> {
    /// Checks that the files can be written. Without a target there is the text report on standard
    /// output, which lists what `listed` says.
    pub fn new(
        targets: &[Target<ReportFormat>],
        listed: ListedCases,
        output: &'a Output,
    ) -> Result<Reports<'a>, CliError> {
        let texts = || Texts::new(output.secrets().clone());
        let mut all: Vec<(Box<dyn CaseReporter>, _)> = Vec::new();
        for (format, sink) in report_target::open(targets, ReportFormat::Text)? {
            let report: Box<dyn CaseReporter> = match format {
                ReportFormat::Text => Box::new(TextReporter {
                    palette: match &sink {
                        None => output.palette(),
                        Some(_) => Default::default(),
                    },
                    width: output.width(),
                    secrets: output.secrets().clone(),
                    listed,
                }),
                ReportFormat::Json => Box::new(JsonReporter),
                ReportFormat::Junit => Box::new(JunitReporter::new(output.secrets().clone())),
                ReportFormat::Tap => Box::new(TapReporter::default()),
                ReportFormat::Github => {
                    if let Some(summary) = Sink::job_summary() {
                        let markdown = MarkdownReporter::new(texts());
                        all.push((Box::new(markdown), Some(summary)));
                    }
                    Box::new(GithubReporter::default())
                }
                ReportFormat::Markdown => Box::new(MarkdownReporter::new(texts())),
                ReportFormat::Html => Box::new(HtmlReporter::new(texts())),
            };
            all.push((report, sink));
        }
        Ok(Reports { output, all })
    }

    /// Whether a report shows the requests and logs of a case.
    pub fn want_trace(targets: &[Target<ReportFormat>]) -> bool {
        targets
            .iter()
            .any(|target| target.format == ReportFormat::Html)
    }

    pub fn case(&mut self, result: &CaseResult) -> Result<(), CliError> {
        self.each(|report| report.case(result))
    }

    pub fn not_run(&mut self, case: &UnrunCase) -> Result<(), CliError> {
        self.each(|report| report.not_run(case))
    }

    pub fn finish(&mut self, totals: &Totals) -> Result<(), CliError> {
        self.each(|report| report.finish(totals))?;
        let mut sinks = self.all.iter().filter_map(|(_, sink)| sink.as_ref());
        sinks.try_for_each(Sink::write)
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
                Some(sink) => sink.report.extend_from_slice(&clean),
            }
        }
        Ok(())
    }
}
