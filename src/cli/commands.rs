//! The commands, and which file does each.

use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue};
use clap::{Parser, Subcommand};

use super::color::Color;
use super::error::Exit;
use super::{
    accept, aws, cases, coverage, diff, globals, licenses, record, review, run, test, types, watch,
};

/// Runs Twilio Segment functions, unchanged, on your own machine.
#[derive(Parser)]
#[command(version, arg_required_else_help = true, after_help = AFTER_HELP)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// When to use colours; `auto` means on a terminal, unless NO_COLOR is set
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: Color,
}

const AFTER_HELP: &str = "\
Exit codes:
  0  all went well
  1  a function failed, a case doesn't do what is expected, or versions differ
  2  a flag, setting or config file is wrong
  3  the function can't be loaded
  4  an input can't be read
  5  segfn itself failed";

#[derive(Subcommand)]
enum Command {
    Run(Box<run::Args>),
    Record(Box<record::Args>),
    Test(Box<test::Args>),
    Diff(Box<diff::Args>),
    Review(review::Args),
    Accept(accept::Args),
    Cases(Box<cases::Args>),
    Aws(aws::Args),
    Globals(globals::Args),
    Types(types::Args),
    Licenses(licenses::Args),
    Coverage(coverage::Args),
}

/// `segfn function.js` is what someone types who has not met `segfn run` yet.
fn with_tip(mut error: clap::Error) -> clap::Error {
    if let Some(ContextValue::String(name)) = error.get(ContextKind::InvalidSubcommand)
        && Path::new(name).exists()
    {
        let tip = format!("to run it: segfn run {name}").into();
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip]));
    }
    error
}

/// Parses the command line and does what it says.
pub fn main() -> ExitCode {
    let cli = Cli::try_parse().unwrap_or_else(|error| with_tip(error).exit());
    // As Node does: hundreds of requests at once need more files than many systems give at first.
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    // Rust's own message is of no use to someone who did not write segfn.
    std::panic::set_hook(Box::new(|info| {
        anstream::eprintln!("error: segfn failed: {info}");
        anstream::eprintln!("hint: this is a bug in segfn, not in your function");
    }));
    let dispatch = || match &cli.command {
        Command::Run(args) => run::run(args, cli.color),
        Command::Record(args) => record::run(args, cli.color),
        Command::Test(args) if args.watch => watch::run(args, cli.color),
        Command::Test(args) => test::run(args, cli.color),
        Command::Diff(args) => diff::run(args, cli.color),
        Command::Review(args) => review::run(args, cli.color),
        Command::Accept(args) => accept::run(args, cli.color),
        Command::Cases(args) => cases::run(args, cli.color),
        Command::Aws(args) => aws::run(args, cli.color),
        Command::Globals(args) => globals::run(args, cli.color),
        Command::Types(args) => types::run(args, cli.color),
        Command::Licenses(args) => licenses::run(args, cli.color),
        Command::Coverage(args) => coverage::run(args, cli.color),
    };
    let exit = std::panic::catch_unwind(AssertUnwindSafe(dispatch)).unwrap_or(Exit::Internal);
    ExitCode::from(exit as u8)
}
