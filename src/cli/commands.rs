//! The commands, and which file does each.

use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::process::ExitCode;
use std::sync::LazyLock;

use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use segfn::engine::{
    check_address_space, enter_platform_region, start_workers_by, v8_version, work,
};
#[cfg(target_os = "linux")]
use segfn::engine::{dismiss_ahead, fork_ahead, wait_for_workers};
use segfn::globals::PACKAGES_OF;

use super::color::Color;
use super::error::Exit;
use super::output::Output;
#[cfg(target_os = "linux")]
use super::run::OutcomeRendering;
use super::{
    accept, aws, cases, coverage, diff, doctor, events, globals, init, inputs, lambda, licenses,
    record, review, run, serve, test, types, watch,
};

/// Runs Twilio Segment functions, unchanged, on your own machine.
#[derive(Parser)]
#[command(version, after_help = AFTER_HELP)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// When to use colours; `auto` means on a terminal, unless NO_COLOR is set
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        display_order = AFTER_OTHERS
    )]
    color: Color,
}

/// The place of a flag that every command has: behind the command's own, before `--help`.
const AFTER_OTHERS: usize = 998;

/// What `segfn` alone shows.
const OVERVIEW: &str = "\
segfn runs Twilio Segment functions, unchanged, on your own machine.

  segfn init   write a function to begin with, its cases, and a workflow for CI
  segfn run    call a function with events and show what it does
  segfn test   run its cases, offline, and show what differs
  segfn diff   show what a new version does differently over the same events

In a function's folder, `segfn run` and `segfn test` need no more. `segfn --help` has all commands, and
`segfn COMMAND --help` has examples.
";

/// What `--version` tells. `make dist` names the commit.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let commit = match option_env!("SEGFN_COMMIT") {
        Some(commit) => format!("\ncommit {commit}"),
        None => String::new(),
    };
    format!(
        "{}{commit}\nV8 {}\nthe platform's packages of {PACKAGES_OF}",
        env!("CARGO_PKG_VERSION"),
        v8_version(),
    )
});

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
    Init(init::Args),
    Run(Box<run::Args>),
    Record(Box<record::Args>),
    Test(Box<test::Args>),
    Diff(Box<diff::Args>),
    Review(review::Args),
    Accept(accept::Args),
    Cases(Box<cases::Args>),
    Serve(Box<serve::Args>),
    Events(events::Args),
    Inputs(inputs::Args),
    Lambda(lambda::Args),
    Aws(aws::Args),
    Globals(globals::Args),
    Types(types::Args),
    Licenses(licenses::Args),
    Coverage(coverage::Args),
    Doctor(doctor::Args),
}

impl Command {
    fn runs_functions(&self) -> bool {
        match self {
            Command::Run(_)
            | Command::Record(_)
            | Command::Test(_)
            | Command::Diff(_)
            | Command::Review(_)
            | Command::Accept(_)
            | Command::Cases(_)
            | Command::Serve(_) => true,
            Command::Init(_)
            | Command::Events(_)
            | Command::Inputs(_)
            | Command::Lambda(_)
            | Command::Aws(_)
            | Command::Globals(_)
            | Command::Types(_)
            | Command::Licenses(_)
            | Command::Coverage(_)
            | Command::Doctor(_) => false,
        }
    }
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

/// What segfn starts itself with for functions to run in. It is no command of anyone's.
const WORKER: &str = "worker-process";

/// All commands and flags, as clap has them.
pub fn command() -> clap::Command {
    Cli::command().long_version(VERSION.as_str())
}

/// Parses the command line by what `command` makes and does what it says.
pub fn main(command: impl FnOnce() -> clap::Command) -> ExitCode {
    enter_platform_region();
    let name = std::env::args_os().nth(1);
    if name.as_ref().is_some_and(|name| name == WORKER) {
        work();
    }
    start_workers_by(&[WORKER]);
    // As Node does: hundreds of requests at once need more files than many systems give at first.
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    #[cfg(target_os = "linux")]
    if name.is_some_and(|name| name == "run") {
        fork_ahead::<OutcomeRendering>();
    }
    let cli = command()
        .try_get_matches()
        .and_then(|matches| Cli::from_arg_matches(&matches))
        .unwrap_or_else(|error| {
            end_workers();
            with_tip(error).exit()
        });
    // Rust's own message is of no use to someone who did not write segfn.
    std::panic::set_hook(Box::new(|info| {
        anstream::eprintln!("error: segfn failed: {info}");
        anstream::eprintln!("hint: this is a bug in segfn, not in your function");
    }));
    let Some(command) = &cli.command else {
        let output = Output::new(false, cli.color);
        // A failure is kept by `output`.
        let _ = output.write(OVERVIEW.as_bytes());
        return ExitCode::from(output.finish(Ok(Exit::Success)) as u8);
    };
    if command.runs_functions()
        && let Err(error) = check_address_space()
    {
        let output = Output::new(false, cli.color);
        output.error(&error.to_string(), Some(error.hint()));
        return ExitCode::from(Exit::Internal as u8);
    }
    let dispatch = || match command {
        Command::Init(args) => init::run(args, cli.color),
        Command::Run(args) => run::run(args, cli.color),
        Command::Record(args) => record::run(args, cli.color),
        Command::Test(args) if args.watch => watch::run(args, cli.color),
        Command::Test(args) => test::run(args, cli.color),
        Command::Diff(args) => diff::run(args, cli.color),
        Command::Review(args) => review::run(args, cli.color),
        Command::Accept(args) => accept::run(args, cli.color),
        Command::Cases(args) => cases::run(args, cli.color),
        Command::Serve(args) => serve::run(args, cli.color),
        Command::Events(args) => events::run(args, cli.color),
        Command::Inputs(args) => inputs::run(args, cli.color),
        Command::Lambda(args) => lambda::run(args, cli.color),
        Command::Aws(args) => aws::run(args, cli.color),
        Command::Globals(args) => globals::run(args, cli.color),
        Command::Types(args) => types::run(args, cli.color),
        Command::Licenses(args) => licenses::run(args, cli.color),
        Command::Coverage(args) => coverage::run(args, cli.color),
        Command::Doctor(args) => doctor::run(args, cli.color),
    };
    let exit = std::panic::catch_unwind(AssertUnwindSafe(dispatch)).unwrap_or(Exit::Internal);
    end_workers();
    ExitCode::from(exit as u8)
}

/// Waits for the ends of processes that nothing is left to do for.
fn end_workers() {
    #[cfg(target_os = "linux")]
    {
        dismiss_ahead();
        wait_for_workers();
    }
}
