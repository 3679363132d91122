//! `segfn inputs`: lists events for the parts of a run.

use std::path::PathBuf;

use segfn::options::AwsMode;
use segfn::project::inputs::Manifest;

use super::color::Color;
use super::error::{CliError, Exit};
use super::event_args::{Since, parse_since};
use super::gathered::host_options;
use super::output::Output;
use super::part_args::not_listed;

/// List files and objects of events, for the parts of a run on several machines
///
/// The list has the name and the size of each, and what tells whether an object in S3 is still the
/// same. Given to each part by --manifest, it makes all of them take their parts of one whole, and
/// nothing need be listed again.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Files of events, folders of such files, or archives in S3: s3://BUCKET/segment-logs/…
    #[arg(value_name = "EVENTS", required = true)]
    events: Vec<PathBuf>,
    /// Leave out objects of an archive that can't hold events since a time, such as 2026-01-31 or 7d
    #[arg(long, value_name = "TIME", value_parser = parse_since)]
    since: Option<Since>,
    /// Which AWS has the archives: `embedded`, `real` or a server's URL
    #[arg(long, value_name = "AWS")]
    aws: Option<AwsMode>,
}

const EXAMPLES: &str = "\
Examples:
  segfn inputs s3://BUCKET/segment-logs/SOURCE/ --aws real --since 2026-01-01 > manifest.json
  segfn diff git:main functions/slack --manifest manifest.json --part 1/64 --to s3://BUCKET/RUN/ --aws real

Exit codes: 0 all is listed, 2 wrong usage, 4 something isn't there, 5 segfn itself failed.";

/// Runs the command and tells how the process ends.
pub fn run(args: &Args, color: Color) -> Exit {
    let output = Output::new(false, color);
    let result = list(args, &output);
    output.finish(result)
}

fn list(args: &Args, output: &Output) -> Result<Exit, CliError> {
    let since = args.since.map(|since| since.time);
    let manifest = Manifest::list(&args.events, &host_options(args.aws.as_ref()), since);
    let manifest = manifest.map_err(not_listed)?;
    // A failure is kept by `output`.
    let _ = manifest.write_json(|json| output.write(json));
    Ok(Exit::Success)
}
