//! The flags that say what is compared, and how.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use segfn::cost::Volume;
use segfn::options::{AwsMode, HostPattern};

use crate::cli::coverage::{CoverageFormat, ReportArgs};
use crate::cli::diff_reports::DiffFormat;
use crate::cli::event_args::EventArgs;
use crate::cli::function_args::FunctionArgs;
use crate::cli::part_args::PartArgs;
use crate::cli::report_target::Target;

/// What is compared.
#[derive(clap::Args)]
pub struct CompareArgs {
    /// The version to compare with: a function as for `segfn run`, or git:REVISION for the
    /// candidate's file as it was at that revision
    #[arg(value_name = "BASE", required = true)]
    pub base: Option<PathBuf>,
    /// The version to look at
    #[arg(value_name = "CANDIDATE", required = true)]
    pub candidate: Option<PathBuf>,
    /// Files of events, folders of such files, `-`, samples (sample:NAME), the events that `segfn serve`
    /// got (history:), or archives in S3: s3://BUCKET/segment-logs/…
    ///
    /// If none are given, segfn takes the events in the candidate's folder, or else a sample
    /// for each handler.
    #[arg(value_name = "EVENTS")]
    pub events: Vec<PathBuf>,
    #[command(flatten)]
    pub how: FunctionArgs,
    #[command(flatten)]
    pub which: EventArgs,
    #[command(flatten)]
    pub parts: PartArgs,
    /// Answer requests from this cassette (HAR); may be given several times
    #[arg(long, value_name = "FILE")]
    pub cassette: Vec<PathBuf>,
    /// Answer every request with an empty JSON object and this status; the default without a
    /// cassette
    #[arg(long, value_name = "STATUS", conflicts_with = "cassette", value_parser = PossibleValuesParser::new(["2xx"]))]
    pub stub: Option<String>,
    /// Answer requests from the cassette only as they were recorded; else one that isn't recorded gets
    /// the answer of the nearest that is
    #[arg(long)]
    pub strict: bool,
    /// Send GET and HEAD requests to this host; may be given several times
    #[arg(long, value_name = "HOST", conflicts_with = "cassette")]
    pub allow_net: Vec<HostPattern>,
    /// Don't compare this field, such as value.id or exchanges[*].request.body.json.sentAt; may be
    /// given several times
    #[arg(long, value_name = "PATH")]
    pub mask: Vec<String>,
    /// Compare logs too
    #[arg(long)]
    pub logs: bool,
    /// Begin each event with fresh instances and empty caches, as cold starts do: then no event's outcome
    /// depends on those before, and nothing of how the events are parted. Slower; times aren't measured
    #[arg(long)]
    pub cold: bool,
    /// Which AWS has the archives of events: `embedded`, `real` or a server's URL. Functions get the
    /// embedded one, and each run has its own copy
    #[arg(long, value_name = "AWS")]
    pub aws: Option<AwsMode>,
    /// The report's format: text, json, markdown (for a comment on a pull request), html or github;
    /// =FILE writes it to a file. May be given several times
    #[arg(long, value_name = "FORMAT[=FILE]", conflicts_with = "to")]
    pub report: Vec<Target<DiffFormat>>,
    /// The same as --report json
    #[arg(long, conflicts_with = "to")]
    pub json: bool,
    /// Show the event of each example, too, without secrets
    #[arg(long)]
    pub show_event: bool,
    /// Show all that the versions cost, and not only what differs
    #[arg(long)]
    pub stats: bool,
    /// How many events come, such as 5M/month or 200k/day: tells the hours that they take in a month
    #[arg(long, value_name = "EVENTS/TIME", conflicts_with = "to")]
    pub volume: Option<Volume>,
    /// Report which parts of the candidate ran: text, lcov, html or json, or several, separated by commas.
    /// Times aren't measured then
    #[arg(long, value_name = "REPORTS", value_delimiter = ',')]
    pub coverage: Vec<CoverageFormat>,
    #[command(flatten)]
    pub covered: ReportArgs,
}
