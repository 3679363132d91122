//! `segfn run`: calls a function with inputs and shows what it does.

mod call;
mod merge;
mod outcomes;
mod rendering;
mod summary;

use clap::Subcommand;

use self::call::{CallArgs, call};
use self::merge::{MergeRunArgs, merge};
#[cfg(target_os = "linux")]
pub use self::rendering::OutcomeRendering;
use super::color::Color;
use super::error::Exit;
use super::output::Output;

/// Call a function with events and show what it does
#[derive(clap::Args)]
#[command(after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(flatten)]
    call: CallArgs,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    Merge(MergeRunArgs),
}

const EXAMPLES: &str = "\
Examples:
  segfn run                                      the function in this folder
  segfn run function.js                          a sample event for each handler
  segfn run function.js event.json               one event from a file
  segfn run function.js sample:order-completed   one of `segfn events`
  segfn run my-function/ events.ndjson.gz        a folder with function.js and settings.json
  segfn run function.js event.json -s apiKey=abc -s 'lists=[\"a\",\"b\"]'
  cat events.ndjson | segfn run function.js - --json --jobs 4 > outcomes.ndjson
  segfn run functions.tf:slack event.json        a function in a Terraform file
  segfn run function.js event.json --deny-net    nothing leaves the machine
  segfn run function.js events.ndjson --stats --volume 5M/month
  segfn run function.js --manifest manifest.json --part auto/64 --to results/ --stats
  segfn run merge results/                       the counts and costs of all 64 parts

Exit codes: 0 all went well, 1 a function failed (retry or discard), 2 wrong usage,
3 the function can't be loaded, 4 an input can't be read, 5 segfn itself failed.";

/// Runs the command and tells how the process ends.
pub fn run(args: &Args, color: Color) -> Exit {
    let is_json = match &args.command {
        Some(Command::Merge(args)) => args.json,
        None => args.call.json,
    };
    let output = Output::new(is_json, color);
    let result = match &args.command {
        Some(Command::Merge(args)) => merge(args, &output),
        None => call(&args.call, &output),
    };
    output.finish(result)
}
