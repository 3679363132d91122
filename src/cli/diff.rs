//! `segfn diff`: what two versions of a function do differently over the same events.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::builder::PossibleValuesParser;
use segfn::aws_local;
use segfn::cassette::{Cassette, IndexedCassette};
use segfn::cost::Volume;
use segfn::diff::{
    Comparison, ComparisonEvent, DiffError, Differences, FunctionVersion, InvalidInput,
};
use segfn::engine::{EngineError, Frozen, Need, Options};
use segfn::net::{NetMode, Replayer, Stub};
use segfn::options::{AwsMode, HostPattern, NetPolicy};
use segfn::project::Project;
use segfn::project::config::{CaseAws, ReplayRule};
use segfn::project::inputs::{InputError, select};
use segfn::project::samples::late_samples;
use segfn::project::source::Source;
use segfn::report::cost::CostOptions;
use segfn::report::diff::ComparedVersions;
use segfn::temporary::TemporaryFolder;
use segfn::text::time;

use super::color::Color;
use super::diff_reports::{DiffFormat, DiffReports};
use super::engine_error::{engine_error, not_loaded, text_report};
use super::error::{CliError, Exit};
use super::events::{EventArgs, tell_left_out};
use super::function_args::FunctionArgs;
use super::open::tell_warnings;
use super::output::Output;
use super::progress::Bar;
use super::report_target::Target;

/// Show what two versions of a function do differently over the same events
///
/// Nothing is sent to anyone: requests are answered with 200 and {}, or by a cassette. Both versions
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
    /// Which AWS has the archives of events: `embedded`, `real` or a server's URL. Functions get the
    /// embedded one, and each run has its own copy
    #[arg(long, value_name = "AWS")]
    pub aws: Option<AwsMode>,
    /// The report's format: text, json, markdown (for a comment on a pull request), html or github;
    /// =FILE writes it to a file. May be given several times
    #[arg(long, value_name = "FORMAT[=FILE]")]
    pub report: Vec<Target<DiffFormat>>,
    /// The same as --report json
    #[arg(long)]
    pub json: bool,
    /// Show the event of each example, too, without secrets
    #[arg(long)]
    pub show_event: bool,
    /// Show all that the versions cost, and not only what differs
    #[arg(long)]
    pub stats: bool,
    /// How many events come, such as 5M/month or 200k/day: tells the hours that they take in a month
    #[arg(long, value_name = "EVENTS/TIME")]
    pub volume: Option<Volume>,
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

Exit codes: 0 no difference, 1 something differs, costs too much more, or nothing could be compared, 2 wrong usage, 3 a function can't be loaded,
4 an event can't be read, 5 segfn itself failed.";

/// Runs the command and tells how the process ends.
pub fn run(args: &Args, color: Color) -> Exit {
    let output = Output::new(false, color);
    let result = run_with(args, &output);
    output.finish(result)
}

fn run_with(args: &Args, output: &Output) -> Result<Exit, CliError> {
    let mut targets = args.report.clone();
    targets.extend(args.json.then(|| Target::on_screen(DiffFormat::Json)));
    let mut reports = DiffReports::new(&targets, output)?;
    let candidate = Source::read_as(&args.candidate, Some(&args.base))?;
    let base = Source::read_as(&args.base, Some(&args.candidate))?;
    let overrides = args.how.overrides();
    let mut candidate = Project::from_source(candidate, &overrides, output.secrets())?;
    tell_warnings(&candidate, output);
    let mut base = Project::from_source(base, &overrides, output.secrets())?;
    tell_warnings(&base, output);
    candidate.rules = match candidate.rules.with_masks(&args.mask) {
        Ok(rules) => Arc::new(rules),
        Err(error) => return Err(CliError::from_error(Exit::Usage, error)),
    };
    // Two versions can only be compared by the same rules.
    base.rules = candidate.rules.clone();
    let config = &candidate.config;
    let masked = !config.test.mask.is_empty() || !args.mask.is_empty();
    let logs = args.logs || config.test.logs.unwrap_or_default();
    let temporary = TemporaryFolder::new().map_err(|source| EngineError::Machine {
        need: Need::TemporaryFolder,
        source,
    })?;
    let net_mode = net_mode(args, &candidate)?;
    let options =
        |project: &Project, name: &str| options(args, project, &net_mode, temporary.path(), name);
    let secrets = output.secrets().clone();
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
        masks: masked.then_some(&*candidate.rules),
        logs,
        allowed_rise: config.diff.cost,
        events: args.show_event.then(|| candidate.redactor()),
        secrets: &secrets,
    };
    let comparison = comparison
        .get_ready()
        .map_err(|error| failed(error, &base, &candidate, output))?;
    let versions = versions(args, &base, &candidate, &net_mode);
    reports.head(&versions);
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
    let selection = args.which.selection();
    let inputs = select(samples.chain(inputs), selection.clone());
    let mut unreadable = 0_u64;
    let mut bar = Bar::new(progress, output);
    let mut compared = 0_u64;
    let found = comparison.run(inputs, |event| {
        for problem in problems.take() {
            unreadable += 1;
            output.error(&problem.to_string(), InputError::hint(&problem).as_deref());
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
    tell_left_out(&selection, output);
    for problem in problems.take() {
        unreadable += 1;
        output.error(&problem.to_string(), InputError::hint(&problem).as_deref());
    }
    let mut found = found.map_err(|error| failed(error, &base, &candidate, output))?;
    found.unreadable += unreadable;
    reports.write(&versions, &found)?;
    Ok(exit(&found))
}

/// What answers requests: the network in a mode, of which each run gets a fresh one.
fn net_mode(args: &Args, project: &Project) -> Result<NetMode, CliError> {
    let given = match args.cassette.is_empty() {
        true if args.stub.is_none() && args.allow_net.is_empty() => {
            project.config.test.cassette.clone().unwrap_or_default()
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
    let redactor = project.redactor();
    let mut cassettes = Vec::new();
    for path in &given {
        let cassette = Cassette::read(path).map_err(|error| {
            let hint = error.hint();
            CliError::from_error(Exit::Input, error).with_hint(hint)
        })?;
        let name = path.display().to_string();
        cassettes.push(Arc::new(IndexedCassette::new(&name, cassette, &redactor)));
    }
    // The same request is made for many events.
    let replayer = Replayer::new(cassettes, redactor).repeating();
    let rule = project.config.test.replay.unwrap_or_default();
    let strict = args.strict || rule == ReplayRule::Strict;
    Ok(NetMode::Replay(match strict {
        true => replayer,
        false => replayer.assuming(),
    }))
}

/// How one run goes; `name` tells its folder from the others'.
fn options(
    args: &Args,
    project: &Project,
    net_mode: &NetMode,
    temporary: &Path,
    name: &str,
) -> Options {
    let mut options = project.options(match net_mode {
        NetMode::Replay(player) => NetMode::Replay(player.fork()),
        other => other.clone(),
    });
    let test = &project.config.test;
    options.frozen = Some(Frozen {
        time: test.time.unwrap_or(time::default()),
        seed: test.seed.unwrap_or(segfn::options::SEED),
    });
    options.measure = true;
    let host = &mut options.host;
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
fn versions(
    args: &Args,
    base: &Project,
    candidate: &Project,
    net_mode: &NetMode,
) -> ComparedVersions {
    let requests = match net_mode {
        NetMode::Replay(_) => "answered by the cassette; none goes out".to_owned(),
        _ if args.allow_net.is_empty() => {
            "answered with 200 and {}; --cassette FILE answers as recorded".to_owned()
        }
        _ => {
            let hosts: Vec<String> = args.allow_net.iter().map(ToString::to_string).collect();
            format!(
                "answered with 200 and {{}}, except GET and HEAD requests to {}",
                hosts.join(", ")
            )
        }
    };
    ComparedVersions {
        base: base.function.path.display().to_string(),
        candidate: candidate.function.path.display().to_string(),
        requests,
        cost: CostOptions {
            limit: candidate.options(net_mode.clone()).timeout,
            volume: args.volume,
        },
        all_costs: args.stats || args.volume.is_some(),
    }
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
    let (error, project) = match error {
        DiffError::Base(engine) => (engine, base),
        DiffError::Candidate(engine) => (engine, candidate),
        DiffError::OutOfStep | DiffError::Stored(_) => {
            return CliError::from_error(Exit::Internal, error);
        }
    };
    let path = &project.function.path;
    if let EngineError::Load(failure) = &error {
        let hint = format!("to see where: segfn run {}", path.display());
        return not_loaded(path, failure).with_hint(Some(hint));
    }
    let report = text_report(&project.function, output.error_palette(), output);
    engine_error(error, &report)
}

fn exit(found: &Differences) -> Exit {
    if found.unreadable > 0 {
        Exit::Input
    } else if !found.is_empty() || found.nothing_compared() || !found.cost.rises.is_empty() {
        Exit::Failed
    } else {
        Exit::Success
    }
}
