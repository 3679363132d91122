//! `segfn serve`: the local Segment, to which SDKs and webhooks send events.

mod listen;
mod runner;
mod told;

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use segfn::net::Faults;
use segfn::options::HISTORY;
use segfn::project::Overrides;
use segfn::project::config::{WORKSPACE_FILE, Workspace};
use segfn::serve::{
    FoundError, FoundFunction, Programs, RetrySpeed, ServeError, ServerOptions, Task,
    WorkspacePlan, find_functions, find_workspace, serve as serve_until,
};
use tokio::sync::mpsc;

use self::listen::{ListenArgs, reached_at};
use self::told::{Terminal, Whereabouts};
use super::color::Color;
use super::error::{CliError, Exit};
use super::function_args::{EnvironmentArgs, LiveArgs, parse_jobs};
use super::output::Output;
use super::until_ended::until_ended;

/// Serve functions to real SDKs and webhooks: Segment's Tracking API on this machine
///
/// It serves this machine only, until Ctrl-C. Each destination function gets every event that an
/// SDK sends; source functions are called at /hooks/NAME, where NAME is that of their folder or file,
/// and what they send goes the same way. A function is loaded again when one of its files changes.
/// docs/serve.md says how to point SDKs at it.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Functions, and folders of functions; the default is what workspace.toml says, or else all in
    /// the working folder
    #[arg(value_name = "FUNCTIONS")]
    pub functions: Vec<PathBuf>,
    #[command(flatten)]
    pub listen: ListenArgs,
    /// How much faster retries come than on the platform, such as 60x: after a second instead of a
    /// minute
    #[arg(long, value_name = "FACTOR", default_value = "1x")]
    pub retry_speed: RetrySpeed,
    /// How large the history of events may become, such as 200MB; the oldest are forgotten
    #[arg(long, value_name = "SIZE", default_value = "200MB", value_parser = parse_size)]
    pub history: u64,
    /// How many events a function handles at the same time, each in its own copy of the function
    #[arg(long, value_name = "N", default_value_t = segfn::options::JOBS, allow_hyphen_values = true, value_parser = parse_jobs)]
    pub jobs: u16,
    #[command(flatten)]
    pub live: LiveArgs,
    #[command(flatten)]
    pub environment: EnvironmentArgs,
    /// Write one line of JSON for the address and for each outcome, for programs
    #[arg(long)]
    pub json: bool,
    /// Run this function for the server that has started this process
    #[arg(long, value_name = "FUNCTION", hide = true)]
    pub runner_of: Option<PathBuf>,
}

impl Args {
    /// What the flags say about every function.
    fn overrides(&self) -> Overrides {
        self.live.add_to(Overrides {
            environment: self.environment.env.clone(),
            // What functions do is kept.
            hide_by_name: true,
            ..Overrides::default()
        })
    }
}

const EXAMPLES: &str = "\
Examples:
  segfn serve                                  all functions in this folder and below
  segfn serve functions/slack --port 8000
  segfn serve --tls                            HTTPS, too, for SDKs that speak nothing else
  segfn serve --host 0.0.0.0                   for a phone: who has the token is let in
  segfn serve --retry-speed 60x                a retry after a minute comes after a second
  curl http://127.0.0.1:4010/v1/track -u KEY: -d '{\"userId\":\"u\",\"event\":\"Signed Up\"}'
  curl http://127.0.0.1:4010/hooks/stripe -H 'content-type: application/json' -d @webhook.json";

/// So much may wait to be told: each is of some ten events where they come fast.
const NOTICES: usize = 128;

/// Between two looks at what is to be told.
const PAUSE: Duration = Duration::from_millis(1);

/// How long what is under way at the end may take to end, too.
const FAREWELL: Duration = Duration::from_millis(500);

fn parse_size(text: &str) -> Result<u64, &'static str> {
    let units = [("KB", 10), ("MB", 20), ("GB", 30)];
    let found = units.iter().find_map(|(unit, shift)| {
        let number: u64 = text.strip_suffix(unit)?.trim().parse().ok()?;
        number.checked_mul(1 << shift)
    });
    found
        .filter(|size| *size >= 1 << 20)
        .ok_or("expected a size of at least 1MB, such as 200MB or 1GB")
}

/// Runs the command and tells how the process ends.
pub fn run(args: &Args, color: Color) -> Exit {
    if let Some(function) = &args.runner_of {
        return runner::run(function, args.overrides(), args.jobs);
    }
    let output = Output::new(args.json, color);
    let result = serve(args, &output);
    output.finish(result)
}

fn serve(args: &Args, output: &Output) -> Result<Exit, CliError> {
    let (functions, workspace) = found(args, output)?;
    let internal = |error: io::Error| CliError::from_error(Exit::Internal, error);
    let programs = Arc::new(SegfnAgain::new().map_err(internal)?);
    let names: Vec<String> = functions.iter().map(|found| found.name.clone()).collect();
    let tls = args.listen.tls()?;
    let token = args.listen.token().map_err(internal)?;
    // Before there is any thread: what it leaves on the disk is removed at the end, however that comes.
    let faults = Faults::new().ok();
    let options = ServerOptions {
        functions,
        workspace,
        history: HISTORY.into(),
        history_limit: args.history,
        retry_speed: args.retry_speed,
        token: token.clone(),
        hosts: args.listen.allow_host.clone(),
        tls: tls.clone(),
        faults,
    };
    let tokio = tokio::runtime::Runtime::new().map_err(internal)?;
    let listener = tokio.block_on(args.listen.listen())?;
    let address = reached_at(listener.local_addr().map_err(internal)?);
    let end = {
        let _entered = tokio.enter();
        until_ended().map_err(internal)?
    };
    let (notices, mut inbox) = mpsc::channel(NOTICES);
    let mut terminal = Terminal::new(output, args.json, &names);
    terminal.tell_whereabouts(&Whereabouts {
        address,
        token,
        tls,
    });
    let mut served = tokio.spawn(serve_until(listener, options, programs, notices, end));
    // What is told last is still there when the server has ended.
    let mut news = Vec::with_capacity(NOTICES);
    let served = loop {
        let ended = tokio.block_on(async {
            tokio::select! {
                biased;
                1.. = inbox.recv_many(&mut news, NOTICES) => None,
                served = &mut served => Some(served),
            }
        });
        news.drain(..).for_each(|notice| terminal.tell(notice));
        if let Some(served) = ended {
            break served;
        }
        // To wake this thread for each takes longer than to tell it.
        std::thread::sleep(PAUSE);
    };
    // Work on the disk that doesn't end is not waited for.
    tokio.shutdown_timeout(FAREWELL);
    match served {
        Ok(Ok(())) => Ok(Exit::Success),
        Ok(Err(error)) => Err(failed(error)),
        Err(error) => Err(CliError::from_error(Exit::Internal, error)),
    }
}

/// The functions that are named, or those of the working folder's workspace.toml, or all that there are.
fn found(
    args: &Args,
    output: &Output,
) -> Result<(Vec<FoundFunction>, Option<WorkspacePlan>), CliError> {
    let file = Path::new(WORKSPACE_FILE);
    if args.functions.is_empty() && file.exists() {
        let workspace = Workspace::read(file)?;
        let (functions, plan) = find_workspace(&workspace, &args.overrides(), output.secrets())?;
        return Ok((functions, Some(plan)));
    }
    let paths = match args.functions.as_slice() {
        [] => vec![PathBuf::from(".")],
        paths => paths.to_vec(),
    };
    let functions = find_functions(&paths, &args.overrides(), output.secrets())?;
    if functions.is_empty() {
        let text = format!("there is no function in {}", shown(&paths));
        return Err(CliError::new(Exit::Usage, text)
            .with_hint(Some("a function is a function.js in a folder of its own")));
    }
    Ok((functions, None))
}

impl From<FoundError> for CliError {
    fn from(error: FoundError) -> CliError {
        match error {
            FoundError::Source(error) => error.into(),
            FoundError::NotOne { .. } => CliError::from_error(Exit::Usage, error)
                .with_hint(Some("name the function itself: its folder or its file")),
        }
    }
}

fn failed(error: ServeError) -> CliError {
    let exit = match &error {
        ServeError::History(_) => Exit::Usage,
        ServeError::Watch(_) | ServeError::Listen(_) => Exit::Internal,
    };
    CliError::from_error(exit, error)
}

fn shown(paths: &[PathBuf]) -> String {
    let shown: Vec<String> = paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    shown.join(", ")
}

/// segfn, started again with the flags that this process has.
struct SegfnAgain {
    program: PathBuf,
    /// Up to the command's name, and after it.
    arguments: (Vec<OsString>, Vec<OsString>),
}

impl SegfnAgain {
    fn new() -> io::Result<SegfnAgain> {
        let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
        let name = arguments.iter().position(|argument| argument == "serve");
        let (before, after) = arguments.split_at(name.map_or(arguments.len(), |name| name + 1));
        Ok(SegfnAgain {
            program: std::env::current_exe()?,
            arguments: (before.to_vec(), after.to_vec()),
        })
    }
}

impl SegfnAgain {
    /// What this process was told about AWS, the network and the environment.
    fn live_flags(&self) -> Vec<OsString> {
        let (_, after) = &self.arguments;
        let mut flags = Vec::new();
        let mut rest = after.iter();
        while let Some(argument) = rest.next() {
            let text = argument.to_string_lossy();
            if ["--aws", "--allow-net", "--env"].contains(&&*text) {
                flags.push(argument.clone());
                flags.extend(rest.next().cloned());
            } else if text == "--deny-net"
                || text.starts_with("--aws=")
                || text.starts_with("--allow-net=")
                || text.starts_with("--env=")
            {
                flags.push(argument.clone());
            }
        }
        flags
    }
}

impl Programs for SegfnAgain {
    fn runner(&self, function: &Path) -> Command {
        let mut command = Command::new(&self.program);
        let (before, after) = &self.arguments;
        command
            .args(before)
            .arg("--runner-of")
            .arg(function)
            .args(after);
        // Ctrl-C is for the server, which lets them end what they have begun.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command
    }

    fn task(&self, task: &Task) -> Command {
        let mut command = Command::new(&self.program);
        command.args(["--color", "never"]);
        match task {
            Task::Test { function, cases } => command
                .arg("test")
                .arg(function)
                .args(cases.iter().flat_map(|case| ["-k", case]))
                .args(["--report", "json"]),
            Task::Accept { function, case } => {
                command.arg("accept").arg(function).args(["-k", case])
            }
            Task::Record {
                function,
                events,
                name,
            } => {
                command.arg("record").arg(function).arg(events);
                command.args(self.live_flags());
                command.args(name.iter().flat_map(|name| ["--name", name]))
            }
            Task::Compare {
                base,
                function,
                events,
            } => command
                .arg("diff")
                .arg(base)
                .arg(function)
                .args(events)
                .arg("--json"),
        };
        command
    }
}
