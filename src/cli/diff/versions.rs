//! The two versions: how they run, and what is said of them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use segfn::aws_local;
use segfn::cassette::{Cassette, IndexedCassette};
use segfn::cost::Volume;
use segfn::diff::ComparisonSubject;
use segfn::engine::{Frozen, Options};
use segfn::json::Json;
use segfn::net::{NetMode, Replayer, Stub};
use segfn::options::{AwsMode, NetPolicy};
use segfn::project::Project;
use segfn::project::config::{CaseAws, ReplayRule};
use segfn::report::cost::CostOptions;
use segfn::report::diff::ComparedVersions;
use segfn::text::time;

use super::args::CompareArgs;
use crate::cli::error::{CliError, Exit};
use crate::cli::made_of::{digest, segfn_versions, version_digest};

/// What answers requests: the network in a mode, of which each run gets a fresh one.
pub fn net_mode(args: &CompareArgs, project: &Project) -> Result<NetMode, CliError> {
    let given = cassettes(args, project);
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

/// The cassettes that are given, or else those of the configuration.
fn cassettes(args: &CompareArgs, project: &Project) -> Vec<PathBuf> {
    match args.cassette.is_empty() {
        true if args.stub.is_none() && args.allow_net.is_empty() => {
            project.config.test.cassette.clone().unwrap_or_default()
        }
        _ => args.cassette.clone(),
    }
}

/// A copy of what the embedded AWS holds, for each of three runs. All begin with the same, also where somebody
/// stores something meanwhile.
pub fn object_folders(project: &Project, temporary: &Path) -> [PathBuf; 3] {
    let folders = ["base", "again", "candidate"].map(|name| temporary.join(name));
    let [base, others @ ..] = &folders;
    aws_local::copy_objects(&project.host_options(NetMode::Live).folder, base);
    for other in others {
        aws_local::copy_objects(base, other);
    }
    folders
}

/// How one run goes, with the objects in `folder`.
pub fn options(
    args: &CompareArgs,
    project: &Project,
    net_mode: &NetMode,
    folder: PathBuf,
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
    // A time of a cold call says nothing of warm ones, and counting what runs takes time. What is added up is the same each time, unless times are
    // asked for.
    let is_asked = args.parts.to.is_none() || args.stats || project.config.diff.cost.is_some();
    options.measure = !args.cold && args.coverage.is_empty() && is_asked;
    options.fresh = args.cold;
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
    host.folder = folder;
    options
}

/// What is compared, and who answers.
pub fn subject(
    args: &CompareArgs,
    base: &Project,
    candidate: &Project,
    net_mode: &NetMode,
) -> ComparisonSubject {
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
    ComparisonSubject {
        base: base.function.path.display().to_string(),
        candidate: candidate.function.path.display().to_string(),
        requests,
        limit: candidate.options(net_mode.clone()).timeout,
        allowed_rise: candidate.config.diff.cost,
    }
}

/// The same as reports take it.
pub fn compared_versions(
    subject: &ComparisonSubject,
    volume: Option<Volume>,
    all_costs: bool,
) -> ComparedVersions {
    ComparedVersions {
        base: subject.base.clone(),
        candidate: subject.candidate.clone(),
        requests: subject.requests.clone(),
        cost: CostOptions {
            limit: subject.limit,
            volume,
        },
        all_costs: all_costs || volume.is_some(),
    }
}

/// What goes into a part beside its inputs: versions, and how they run. No secret is in it.
pub fn made_of(
    args: &CompareArgs,
    base: &Project,
    candidate: &Project,
    options: &Options,
    logs: bool,
) -> Result<Vec<(&'static str, String)>, CliError> {
    let mut traffic = Vec::new();
    for path in cassettes(args, candidate) {
        let bytes = std::fs::read(&path).map_err(|error| {
            CliError::new(Exit::Input, path.display().to_string()).with_cause(error)
        })?;
        traffic.push(digest(&bytes));
    }
    let hosts = args.allow_net.iter().map(ToString::to_string);
    traffic.extend(hosts);
    let mask = candidate.config.test.mask.iter().chain(&args.mask);
    let frozen = options
        .frozen
        .map(|frozen| (time::to_iso(frozen.time), frozen.seed));
    let how = Json::object([
        (
            "mask",
            mask.map(|path| Json::from(path.to_string())).collect(),
        ),
        ("logs", logs.into()),
        ("strict", args.strict.into()),
        ("events", args.show_event.into()),
        ("frozen", Json::of(&frozen)),
        ("memory", Json::of(&options.memory)),
        ("timeout", Json::of(&options.timeout)),
        ("which", args.which.told()),
    ]);
    let mut made_of = segfn_versions();
    made_of.extend([
        ("base", version_digest(base)),
        ("candidate", version_digest(candidate)),
        ("traffic", traffic.join(" ")),
        ("cold", args.cold.to_string()),
        ("stats", options.measure.to_string()),
        ("coverage", options.coverage.to_string()),
        ("options", digest(how.to_string().as_bytes())),
    ]);
    Ok(made_of)
}
