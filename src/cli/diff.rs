//! `segfn diff`: what two versions of a function do differently over the same events.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::builder::PossibleValuesParser;
use segfn::aws_local;
use segfn::cassette::{Cassette, IndexedCassette, Redactor, Rules};
use segfn::diff::{
    Comparison, ComparisonEvent, DiffError, Differences, FunctionVersion, InvalidInput,
};
use segfn::engine::{EngineError, Frozen, Options};
use segfn::net::{NetMode, Replayer, Stub};
use segfn::options::{AwsMode, HostPattern, NetPolicy};
use segfn::project::Project;
use segfn::project::config::CaseAws;
use segfn::project::inputs::{InputError, select};
use segfn::project::samples::late_samples;
use segfn::project::source::Source;
use segfn::report::diff::{DiffText, json};
use segfn::temporary::TemporaryFolder;
use segfn::text::time;

use super::color::Color;
use super::engine_error::{engine_error, not_loaded, text_report};
use super::error::{CliError, Exit};
use super::events::EventArgs;
use super::output::Output;
use super::progress::Bar;
use super::setup::{FunctionArgs, tell_warnings};

/// Show what two versions of a function do differently over the same events
///
/// Nothing is sent to anyone: requests are answered with an empty 200, or by a cassette. Both versions
/// run with the same random values, on a clock that shows each event's own time. The base runs twice:
/// where its two runs disagree, there is noise, which isn't counted.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The version to compare with: a function as for `segfn run`, or git:REVISION for the
    /// candidate's file as it was at that revision
    #[arg(value_name = "BASE")]
    pub base: PathBuf,
    /// The version to look at
    #[arg(value_name = "CANDIDATE")]
    pub candidate: PathBuf,
    /// Files of events, folders of such files, `-`, or archives in S3: s3://BUCKET/segment-logs/…
    ///
    /// If none are given, segfn takes the events in the candidate's folder, or else a built-in sample
    /// for each handler.
    #[arg(value_name = "EVENTS")]
    pub events: Vec<PathBuf>,
    #[command(flatten)]
    pub how: FunctionArgs,
    #[command(flatten)]
    pub which: EventArgs,
    /// Answer requests from this cassette (HAR); may be given several times
    #[arg(long, value_name = "FILE")]
    pub cassette: Vec<PathBuf>,
    /// Answer every request with an empty JSON object and this status; the default without a
    /// cassette
    #[arg(long, value_name = "STATUS", conflicts_with = "cassette", value_parser = PossibleValuesParser::new(["2xx"]))]
    pub stub: Option<String>,
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
    /// Which AWS has the archives of events: `embedded`, `real` or a server's URL. Functions get the
    /// embedded one, and each run has its own copy
    #[arg(long, value_name = "AWS")]
    pub aws: Option<AwsMode>,
    /// Write the differences as one line of JSON, for programs
    #[arg(long)]
    pub json: bool,
}

const EXAMPLES: &str = "\
Examples:
  segfn diff git:HEAD functions/slack events.ndjson.gz    before a commit
  segfn diff git:main git:HEAD:functions/slack events/    two revisions
  segfn diff old.js new.js events.ndjson --cassette traffic.har
  segfn diff git:main functions/slack s3://BUCKET/segment-logs/SOURCE/ \\
    --aws real --since 7d --sample 10000

Exit codes: 0 no difference, 1 something differs, 2 wrong usage, 3 a function can't be loaded,
4 an event can't be read, 5 segfn itself failed.";

/// Runs the command and tells how the process ends.
pub fn run(args: &Args, color: Color) -> Exit {
    let output = Output::new(args.json, color);
    let result = run_with(args, &output);
    output.finish(result)
}

fn run_with(args: &Args, output: &Output) -> Result<Exit, CliError> {
    let candidate = Source::read_as(&args.candidate, Some(&args.base))?;
    let base = Source::read_as(&args.base, Some(&args.candidate))?;
    let overrides = args.how.overrides();
    let candidate = Project::from_source(candidate, &overrides, output.secrets())?;
    tell_warnings(&candidate, output);
    let base = Project::from_source(base, &overrides, output.secrets())?;
    tell_warnings(&base, output);
    let config = &candidate.config;
    let rules = match candidate.rules.with_masks(&args.mask) {
        Ok(rules) => Arc::new(rules),
        Err(error) => return Err(CliError::new(Exit::Usage, error.to_string())),
    };
    let masked = !config.test.mask.is_empty() || !args.mask.is_empty();
    let logs = args.logs || config.test.logs.unwrap_or_default();
    let temporary = TemporaryFolder::new().map_err(|error| {
        CliError::new(
            Exit::Internal,
            format!("can't make a temporary folder: {error}"),
        )
    })?;
    let net_mode = net_mode(args, &candidate, &rules)?;
    let options = |setup: &Project, name: &str| {
        options(args, setup, &rules, &net_mode, temporary.path(), name)
    };
    let comparison = Comparison {
        again: options(&base, "again"),
        base: FunctionVersion {
            options: options(&base, "base"),
            function: base.function.clone(),
        },
        candidate: FunctionVersion {
            options: options(&candidate, "candidate"),
            function: candidate.function.clone(),
        },
        masks: masked.then_some(&*rules),
        logs,
        secrets: &output.secrets().clone(),
    };
    if !args.json {
        head(args, &base, &candidate, &net_mode, output);
    }
    let paths = match &candidate.events {
        Some(events) if args.events.is_empty() => vec![events.clone()],
        _ => args.events.clone(),
    };
    let mut archives = candidate.host_options(NetMode::Live);
    if let Some(aws) = &args.aws {
        archives.aws = aws.clone();
    }
    let inputs = args.which.open(&paths, &archives);
    let (problems, progress) = (inputs.problems(), inputs.progress());
    let (mut late, samples) = late_samples(paths.is_empty());
    let inputs = select(samples.chain(inputs), args.which.selection());
    let mut unreadable = 0_u64;
    let mut bar = Bar::new(progress, output);
    let mut compared = 0_u64;
    let found = comparison.run(inputs, |event| {
        for problem in problems.take() {
            unreadable += 1;
            output.error(&problem.to_string(), InputError::hint(&problem));
        }
        match event {
            ComparisonEvent::Loaded { base, candidate } => {
                let mut handlers = candidate.handlers.clone();
                handlers.extend(base.handlers.iter().cloned());
                handlers.dedup();
                late.choose(&handlers);
            }
            ComparisonEvent::Unreadable(bad) => output.error(&message(bad), None),
            ComparisonEvent::Compared => {
                compared += 1;
                bar.update_events(compared, output);
            }
        }
        ControlFlow::Continue(())
    });
    bar.finish();
    for problem in problems.take() {
        unreadable += 1;
        output.error(&problem.to_string(), InputError::hint(&problem));
    }
    let mut found = found.map_err(|error| failed(error, &base, &candidate, output))?;
    found.unreadable += unreadable;
    report(args, &found, output);
    Ok(exit(&found))
}

/// What answers requests: the network in a mode, of which each run gets a fresh one.
fn net_mode(args: &Args, setup: &Project, rules: &Arc<Rules>) -> Result<NetMode, CliError> {
    let given = match args.cassette.is_empty() {
        true if args.stub.is_none() && args.allow_net.is_empty() => {
            setup.config.test.cassette.clone().unwrap_or_default()
        }
        _ => args.cassette.clone(),
    };
    if given.is_empty() {
        return Ok(NetMode::Stub(Stub {
            let_through: match args.allow_net.is_empty() {
                true => NetPolicy::Deny,
                false => NetPolicy::Only(args.allow_net.clone()),
            },
        }));
    }
    let redactor = Redactor::new(rules.clone(), setup.secrets().clone());
    let mut cassettes = Vec::new();
    for path in &given {
        let cassette = Cassette::read(path).map_err(|error| {
            CliError::new(Exit::Input, error.to_string()).with_hint(error.hint())
        })?;
        let name = path.display().to_string();
        cassettes.push(Arc::new(IndexedCassette::new(&name, cassette, &redactor)));
    }
    // The same request is made for many events.
    Ok(NetMode::Replay(
        Replayer::new(cassettes, redactor).repeating(),
    ))
}

/// How one run goes; `name` tells its folder from the others'.
fn options(
    args: &Args,
    setup: &Project,
    rules: &Arc<Rules>,
    net_mode: &NetMode,
    temporary: &Path,
    name: &str,
) -> Options {
    let mut options = setup.options(match net_mode {
        NetMode::Replay(player) => NetMode::Replay(player.fork()),
        other => other.clone(),
    });
    let test = &setup.config.test;
    options.frozen = Some(Frozen {
        time: test.time.unwrap_or(time::default()),
        seed: test.seed.unwrap_or(segfn::options::SEED),
    });
    let host = &mut options.host;
    host.rules = rules.clone();
    host.keep_requests = true;
    // The network's mode decides.
    host.net = match args.allow_net.is_empty() {
        true => NetPolicy::Open,
        false => NetPolicy::Only(args.allow_net.clone()),
    };
    host.aws = match test.aws {
        Some(CaseAws::Cassette) => AwsMode::Real,
        Some(CaseAws::Embedded) | None => AwsMode::Embedded,
    };
    let folder = temporary.join(name);
    aws_local::copy_objects(&host.folder, &folder);
    host.folder = folder;
    options
}

/// What is compared, and who answers.
fn head(args: &Args, base: &Project, candidate: &Project, net_mode: &NetMode, output: &Output) {
    let requests = match net_mode {
        NetMode::Replay(_) => "answered by the cassette; none goes out".to_owned(),
        _ if args.allow_net.is_empty() => {
            "answered with an empty 200; --cassette FILE answers as recorded".to_owned()
        }
        _ => {
            let hosts: Vec<String> = args.allow_net.iter().map(ToString::to_string).collect();
            format!(
                "answered with an empty 200, except GET and HEAD requests to {}",
                hosts.join(", ")
            )
        }
    };
    let text = format!(
        "base       {}\ncandidate  {}\nrequests   {requests}\n\n",
        base.function.path.display(),
        candidate.function.path.display(),
    );
    // A failure is kept by `output`.
    let _ = output.write(text.as_bytes());
}

fn message(bad: &InvalidInput) -> String {
    let column = bad.column.map(|column| format!(":{column}"));
    format!(
        "{}{}: {}",
        bad.input,
        column.unwrap_or_default(),
        bad.problem
    )
}

fn failed(error: DiffError, base: &Project, candidate: &Project, output: &Output) -> CliError {
    let (error, setup) = match error {
        DiffError::Base(engine) => (engine, base),
        DiffError::Candidate(engine) => (engine, candidate),
        DiffError::OutOfStep | DiffError::Stored(_) => {
            return CliError::new(Exit::Internal, error.to_string());
        }
    };
    let path = &setup.function.path;
    if let EngineError::Load(failure) = &error {
        let hint = format!("to see where: segfn run {}", path.display());
        return not_loaded(path, failure).with_hint(Some(hint));
    }
    let report = text_report(&setup.function, output.error_palette(), output);
    engine_error(error, &report)
}

fn report(args: &Args, found: &Differences, output: &Output) {
    let bytes = match args.json {
        true => json(found),
        false => DiffText {
            palette: output.palette(),
            width: output.width(),
        }
        .render(found),
    };
    // A failure is kept by `output`.
    let _ = output.write(&bytes);
}

fn exit(found: &Differences) -> Exit {
    if found.unreadable > 0 {
        Exit::Input
    } else if !found.is_empty() {
        Exit::Failed
    } else {
        Exit::Success
    }
}
