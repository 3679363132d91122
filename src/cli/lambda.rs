//! `segfn lambda`: segfn as the runtime of a function of AWS Lambda.

mod child;
mod ended;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use segfn::lambda::{LambdaFailure, LambdaInvocation, LambdaTask, RuntimeApi};
use segfn::temporary::TemporaryFolder;
use serde_json::Value;

use self::child::{ChildOrder, run_child};
use self::ended::{LambdaOrder, USAGE, answer_of};
use super::color::Color;
use super::error::{CliError, Exit};
use super::output::Output;
use super::until_ended::until_ended;

/// Run parts in AWS Lambda, or compare two versions over live events there
///
/// segfn is the runtime: the file `bootstrap` of the function starts this command. Each invocation then
/// says which part of which command to run: {"arguments": ["diff", ...], "index": 0, "total": 64}. With --shadow,
/// an invocation is an event, as Segment's destination Amazon Lambda sends it. Both versions run, nothing
/// is sent to anyone, and what came of it is written.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The version to look at, over live events
    #[arg(value_name = "CANDIDATE", requires = "shadow")]
    candidate: Option<PathBuf>,
    /// The version to compare it with
    #[arg(long, value_name = "BASE", requires_all = ["candidate", "to"])]
    shadow: Option<PathBuf>,
    /// Write what came of each event into this folder, or s3://BUCKET/PREFIX/, for `segfn diff merge`
    #[arg(long, value_name = "FOLDER", requires = "shadow")]
    to: Option<PathBuf>,
    /// More flags for `segfn diff`
    #[arg(value_name = "FLAGS", last = true, requires = "shadow")]
    flags: Vec<OsString>,
}

const EXAMPLES: &str = "\
Examples:
  segfn lambda                                       parts, for a state machine of Step Functions
  segfn lambda candidate --shadow base --to s3://BUCKET/LIVE/ -- --aws real --show-event
  segfn diff merge s3://BUCKET/LIVE/ --aws real      what differed until now

docs/lambda.md has what goes with it.";

/// What tells a runtime where its invocations come from.
const ADDRESS: &str = "AWS_LAMBDA_RUNTIME_API";

/// An event that every kind of function loads for, though not every one takes it.
const PROBE: &str = r#"{"type":"track"}"#;

/// So long may it take to load both versions.
const START: Duration = Duration::from_secs(120);

/// Runs the command and tells how the process ends.
pub fn run(args: &Args, color: Color) -> Exit {
    let output = Output::new(false, color);
    let result = serve(args);
    output.finish(result)
}

fn serve(args: &Args) -> Result<Exit, CliError> {
    let Ok(address) = std::env::var(ADDRESS) else {
        let message = format!("this is no runtime of AWS Lambda: {ADDRESS} isn't set");
        let hint = "docs/lambda.md says how it becomes one";
        return Err(CliError::new(Exit::Usage, message).with_hint(Some(hint)));
    };
    let internal = |error: std::io::Error| CliError::from_error(Exit::Internal, error);
    let shadow = match (&args.candidate, &args.shadow, &args.to) {
        (Some(candidate), Some(base), Some(to)) => Some(Shadow {
            base,
            candidate,
            to,
            flags: &args.flags,
        }),
        _ => None,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(internal)?;
    runtime.block_on(async {
        let end = until_ended().map_err(internal)?;
        tokio::select! {
            served = answer_all(&address, shadow) => served,
            () = end => Ok(Exit::Success),
        }
    })
}

/// Takes invocations, one after the other. It ends when something is wrong that isn't an invocation's fault.
async fn answer_all(address: &str, shadow: Option<Shadow<'_>>) -> Result<Exit, CliError> {
    let internal = |error| CliError::from_error(Exit::Internal, error);
    let api = RuntimeApi::at(address).map_err(internal)?;
    if let Some(shadow) = &shadow
        && let Err(failure) = shadow.check().await
    {
        api.fail_to_start(&failure).await.map_err(internal)?;
        return Err(CliError::new(Exit::Load, failure.error_message));
    }
    loop {
        let invocation = api.next().await.map_err(internal)?;
        let answered = match &shadow {
            Some(shadow) => shadow.compare(&invocation).await,
            None => run_task(&invocation).await,
        };
        match answered {
            Ok(answer) => api.answer(&invocation.id, answer.to_string()).await,
            Err(failure) => api.fail(&invocation.id, &failure).await,
        }
        .map_err(internal)?;
    }
}

/// Runs what an invocation asks for.
async fn run_task(invocation: &LambdaInvocation) -> Result<Value, LambdaFailure> {
    let wrong = |text: &str| LambdaFailure::new(USAGE, text);
    let task = LambdaTask::from_json(&invocation.payload);
    let task = task.map_err(|error| wrong(&error.to_string()))?;
    let mut arguments: Vec<OsString> = task.arguments.iter().map(OsString::from).collect();
    if let Some((part, of)) = task.part() {
        if !task
            .arguments
            .iter()
            .any(|argument| argument.starts_with("--to"))
        {
            return Err(wrong(
                "a part is lost unless it is written: add --to s3://BUCKET/RUN/",
            ));
        }
        arguments.extend(["--part".into(), format!("{part}/{of}").into()]);
    }
    let order = ChildOrder {
        arguments,
        input: None,
        until: invocation.deadline,
    };
    answer_of(run_child(order).await, LambdaOrder::Part(task.part()))
}

/// Two versions that are compared over live events.
struct Shadow<'a> {
    base: &'a Path,
    candidate: &'a Path,
    to: &'a Path,
    flags: &'a [OsString],
}

impl Shadow<'_> {
    /// Whether the versions and flags can be used.
    async fn check(&self) -> Result<(), LambdaFailure> {
        let folder = TemporaryFolder::new();
        let folder = folder.map_err(|error| LambdaFailure::new(USAGE, &error.to_string()))?;
        let until = SystemTime::now() + START;
        let arguments = self.arguments(folder.path(), "start");
        let order = ChildOrder {
            arguments,
            input: Some(PROBE.into()),
            until,
        };
        answer_of(run_child(order).await, LambdaOrder::Event).map(drop)
    }

    /// Compares over the event of an invocation. One that is tried again is written over the first.
    async fn compare(&self, invocation: &LambdaInvocation) -> Result<Value, LambdaFailure> {
        let order = ChildOrder {
            arguments: self.arguments(self.to, &invocation.id),
            input: Some(invocation.payload.clone()),
            until: invocation.deadline,
        };
        answer_of(run_child(order).await, LambdaOrder::Event)
    }

    /// Each event has a process of its own, so that it begins cold in any case.
    fn arguments(&self, to: &Path, name: &str) -> Vec<OsString> {
        let (base, candidate) = (self.base.as_os_str(), self.candidate.as_os_str());
        let mut arguments: Vec<OsString> = ["diff".into(), base.into(), candidate.into()].into();
        arguments.extend(["-", "--cold", "--live", name, "--to"].map(OsString::from));
        arguments.push(to.into());
        arguments.extend(self.flags.iter().cloned());
        arguments
    }
}
