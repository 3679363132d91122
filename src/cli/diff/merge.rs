//! `segfn diff merge`: what came of all parts.

use std::path::PathBuf;

use segfn::cost::Volume;
use segfn::diff::ComparedPart;
use segfn::options::AwsMode;
use segfn::results::PartResult;

use super::compare::exit;
use super::versions::compared_versions;
use crate::cli::coverage::{CoverageFormat, ReportArgs, report_and_check};
use crate::cli::diff_reports::{DiffFormat, DiffReports};
use crate::cli::error::{CliError, Exit};
use crate::cli::gathered::gather_parts;
use crate::cli::output::Output;
use crate::cli::report_target::Target;

/// Add up what came of the parts of a comparison, and show what differs
///
/// Each part was written by `segfn diff … --part I/N --to FOLDER`. All N must be there, and be of one
/// run: of the same versions, flags and inputs.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct MergeDiffArgs {
    /// Folders with the results of parts, or s3://BUCKET/PREFIX/
    #[arg(value_name = "RESULTS", required = true)]
    results: Vec<PathBuf>,
    /// Which AWS has the results: `embedded`, `real` or a server's URL
    #[arg(long, value_name = "AWS")]
    aws: Option<AwsMode>,
    /// The report's format: text, json, markdown (for a comment on a pull request), html or github;
    /// =FILE writes it to a file. May be given several times
    #[arg(long, value_name = "FORMAT[=FILE]")]
    report: Vec<Target<DiffFormat>>,
    /// The same as --report json
    #[arg(long)]
    json: bool,
    /// Show all that the versions cost, and not only what differs
    #[arg(long)]
    stats: bool,
    /// How many events come, such as 5M/month or 200k/day: tells the hours that they take in a month
    #[arg(long, value_name = "EVENTS/TIME")]
    volume: Option<Volume>,
    /// Report which parts of the candidate ran, where the parts counted that: text, lcov, html or json, or
    /// several, separated by commas; text, unless there is another report
    #[arg(long, value_name = "REPORTS", value_delimiter = ',')]
    coverage: Vec<CoverageFormat>,
    #[command(flatten)]
    covered: ReportArgs,
}

const EXAMPLES: &str = "\
Examples:
  segfn diff merge results/
  segfn diff merge s3://BUCKET/RUN/ --aws real --report html=diff.html

Exit codes: 0 no difference, 1 something differs, costs too much more, or nothing could be compared, 2 wrong usage,
4 an event could not be read, or a part is missing, there twice, of another run or torn, 5 segfn itself failed.";

/// Adds up the parts, and tells what differs.
///
/// # Errors
/// The parts don't make a whole, or a report can't be written.
pub fn merge(args: &MergeDiffArgs, output: &Output) -> Result<Exit, CliError> {
    let mut targets = args.report.clone();
    targets.extend(args.json.then(|| Target::on_screen(DiffFormat::Json)));
    let mut reports = DiffReports::new(&targets, output)?;
    let PartResult { summary, .. } = gather_parts(
        &args.results,
        args.aws.as_ref(),
        "diff",
        ComparedPart::merge,
    )?;
    let versions = compared_versions(&summary.subject, args.volume, args.stats);
    reports.head(&versions);
    let allowed_rise = summary.subject.allowed_rise;
    let mut summary = summary.into_summary();
    let coverage = summary.coverage.take();
    let found = summary.differences(allowed_rise);
    reports.write(&versions, &found)?;
    let exit = exit(&found);
    match coverage {
        Some(coverage) => {
            let formats = match args.coverage.is_empty() && targets.is_empty() {
                true => &[CoverageFormat::Text][..],
                false => &args.coverage,
            };
            report_and_check(&coverage, formats, &args.covered, exit, output)
        }
        None => Ok(exit),
    }
}
