//! `segfn diff`: what two versions of a function do differently over the same events.

mod args;
mod compare;
mod merge;
mod versions;

use clap::Subcommand;

use self::args::CompareArgs;
use self::compare::compare;
use self::merge::{MergeDiffArgs, merge};
use super::color::Color;
use super::error::Exit;
use super::output::Output;

/// Show what two versions of a function do differently over the same events
///
/// Nothing is sent to anyone: requests are answered with 200 and {}, or by a cassette. Both versions
/// run with the same random values, on a clock that shows each event's own time. The base runs twice:
/// where its two runs disagree, there is noise, which isn't counted.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Args {
    #[command(flatten)]
    compare: CompareArgs,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    Merge(MergeDiffArgs),
}

const EXAMPLES: &str = "\
Examples:
  segfn diff git:HEAD functions/slack events.ndjson.gz    before a commit
  segfn diff git:main git:HEAD:functions/slack events/    two revisions
  segfn diff old.js new.js events.ndjson --cassette traffic.har
  segfn diff git:HEAD functions/slack history: --where 'type = \"track\"'
  segfn diff git:main functions/slack s3://BUCKET/segment-logs/SOURCE/ \\
    --aws real --since 7d --sample 10000
  segfn diff git:origin/main functions/slack --report markdown=comment.md --report html=diff.html
  segfn diff git:main functions/slack --manifest manifest.json --part auto/64 --to s3://BUCKET/RUN/
  segfn diff merge s3://BUCKET/RUN/                       what came of all 64 parts

Exit codes: 0 no difference, 1 something differs, costs too much more, or nothing could be compared, 2 wrong usage, 3 a function can't be loaded,
4 an event can't be read, 5 segfn itself failed.";

/// Runs the command and tells how the process ends.
pub fn run(args: &Args, color: Color) -> Exit {
    let output = Output::new(false, color);
    let result = match &args.command {
        Some(Command::Merge(args)) => merge(args, &output),
        None => compare(&args.compare, &output),
    };
    output.finish(result)
}
