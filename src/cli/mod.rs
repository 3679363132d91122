//! The command line: one file a command, and what they share.

mod accept;
mod aws;
mod cases;
mod coverage;
mod diff;
mod events;
mod globals;
mod licenses;
mod output;
mod progress;
mod record;
mod reports;
mod review;
mod run;
mod scratch;
mod select;
mod setup;
mod test;
mod types;
mod watch;

use std::io::IsTerminal;
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use clap::Subcommand;
use clap::ValueEnum;
use clap::error::ContextKind;
use clap::error::ContextValue;
use segfn::project::config::ConfigError;
use segfn::project::source::SourceError;
use segfn::report::Palette;

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

#[derive(Clone, Copy, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

impl Color {
    fn palette(self, stream: &(impl anstream::stream::RawStream + IsTerminal)) -> Palette {
        Palette::new(match self {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => anstream::AutoStream::choice(stream) != anstream::ColorChoice::Never,
        })
    }
}

/// How the process ends (docs/run.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Success = 0,
    /// A function failed.
    Failed = 1,
    Usage = 2,
    /// The function can't be loaded.
    Load = 3,
    /// An input can't be read.
    Input = 4,
    /// segfn itself failed.
    Internal = 5,
}

/// Why a command did not do its work.
#[derive(Debug)]
pub struct CliError {
    pub exit: Exit,
    pub message: String,
    pub hint: Option<String>,
    /// More to show below, such as the lines of the function that failed; rendered.
    pub details: Vec<u8>,
}

impl CliError {
    pub fn new(exit: Exit, message: impl Into<String>) -> CliError {
        CliError {
            exit,
            message: message.into(),
            hint: None,
            details: Vec::new(),
        }
    }

    pub fn with_hint(mut self, hint: Option<impl Into<String>>) -> CliError {
        self.hint = hint.map(Into::into);
        self
    }
}

impl From<SourceError> for CliError {
    fn from(error: SourceError) -> CliError {
        CliError::new(Exit::Load, error.to_string()).with_hint(error.hint())
    }
}

impl From<ConfigError> for CliError {
    fn from(error: ConfigError) -> CliError {
        CliError::new(Exit::Usage, error.to_string()).with_hint(error.hint())
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
