//! `segfn run merge`: the counts, costs and coverage of all parts.

use std::path::PathBuf;

use segfn::cost::Volume;
use segfn::json::Json;
use segfn::options::AwsMode;
use segfn::report::cost::CostOptions;
use segfn::results::PartResult;

use super::call::{exit, write_stats};
use super::summary::RunSummary;
use crate::cli::coverage::{CoverageFormat, ReportArgs, report_and_check};
use crate::cli::error::{CliError, Exit};
use crate::cli::gathered::gather_parts;
use crate::cli::output::Output;

/// Add up the counts, costs and coverage of the parts of a run
///
/// Each part was written by `segfn run … --part I/N --to FOLDER`. All N must be there, and be of one
/// run: of the same function, flags and inputs.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct MergeRunArgs {
    /// Folders with the results of parts, or s3://BUCKET/PREFIX/
    #[arg(value_name = "RESULTS", required = true)]
    results: Vec<PathBuf>,
    /// Which AWS has the results: `embedded`, `real` or a server's URL
    #[arg(long, value_name = "AWS")]
    aws: Option<AwsMode>,
    /// Write a line of JSON with the counts, and one with the costs where there are any
    #[arg(long)]
    pub json: bool,
    /// How many events come, such as 5M/month or 200k/day: tells the hours that they take in a month
    #[arg(long, value_name = "EVENTS/TIME")]
    volume: Option<Volume>,
    /// Report which parts of the function ran, where the parts counted that: text, lcov, html or json, or
    /// several, separated by commas; text, unless --json is given
    #[arg(long, value_name = "REPORTS", value_delimiter = ',')]
    coverage: Vec<CoverageFormat>,
    #[command(flatten)]
    covered: ReportArgs,
}

const EXAMPLES: &str = "\
Examples:
  segfn run merge results/
  segfn run merge s3://BUCKET/RUN/ --aws real --volume 5M/month

Exit codes: 0 all went well, 1 the function failed for an event, 2 wrong usage, 4 an event could not be read, or a part
is missing, there twice, of another run or torn, 5 segfn itself failed.";

/// Adds up the parts, and tells what came of all inputs.
///
/// # Errors
/// The parts don't make a whole.
pub fn merge(args: &MergeRunArgs, output: &Output) -> Result<Exit, CliError> {
    let PartResult { summary, .. } =
        gather_parts(&args.results, args.aws.as_ref(), "run", RunSummary::merge)?;
    let RunSummary {
        tally,
        costs,
        coverage,
        retries,
        limit,
    } = summary;
    let counts = match args.json {
        true => Json::object([("v", 1.into()), ("inputs", tally.by_class())]).to_string(),
        false => tally.counts(&output.palette()),
    };
    // A failure is kept by `output`.
    let _ = output.write(format!("{counts}\n").as_bytes());
    if let Some(costs) = costs {
        let options = CostOptions {
            limit,
            volume: args.volume,
        };
        write_stats(&costs.figures(retries), &options, args.json, output);
    }
    let exit = exit(&tally);
    match coverage {
        Some(coverage) => {
            let formats = match args.coverage.is_empty() && !args.json {
                true => &[CoverageFormat::Text][..],
                false => &args.coverage,
            };
            report_and_check(&coverage, formats, &args.covered, exit, output)
        }
        None => Ok(exit),
    }
}
