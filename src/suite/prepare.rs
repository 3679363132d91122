//! From a case to what the engine runs and what that is compared with.

use std::path::PathBuf;
use std::sync::Arc;

use super::case::{Case, CaseCassette};
use super::case_error::{CaseError, CaseProblem};
use super::case_input::CaseInput;
use super::expectation::{Expectation, OwnCassette};
use super::shared::{Shared, Traffic};
use super::steps::{steps, time_of_first};
use super::suite::{CaseRef, Suite};
use crate::aws_local::{is_s3, is_sts};
use crate::cassette::IndexedCassette;
use crate::engine::{Frozen, Options, Plan};
use crate::function::{BATCH_HANDLER, Function};
use crate::host::HostOptions;
use crate::net::{NetMode, Replayer, Replies, Reply};
use crate::options::{AwsMode, NetPolicy};
use crate::project::config::{Batching, CaseAws, ReplayRule};
use crate::secrets::Secrets;
use crate::text::time;

/// A case that is ready to be run.
pub struct PreparedCase {
    pub plan: Plan,
    pub expectation: Expectation,
}

/// How cases are run, whatever they say.
#[derive(Clone, Copy, Debug, Default)]
pub struct CaseOptions {
    /// Whether it is counted what of the function runs.
    pub coverage: bool,
    /// Whether requests are answered only as equal ones.
    pub strict: bool,
    /// Whether results say what the invocations did.
    pub trace: bool,
}

/// Reads the case and makes the plan for it.
///
/// # Errors
/// The case, or a cassette that it uses, can't be read.
pub fn prepare(
    suite: &Suite,
    shared: &Shared,
    case: &CaseRef,
    secrets: &Arc<Secrets>,
    how: CaseOptions,
) -> Result<PreparedCase, CaseError> {
    let Case {
        input,
        config,
        cassette,
        objects,
        expected,
    } = Case::read(&case.location, &suite.siblings, &shared.bases)?;
    let project = &suite.project;
    let own_masks = config.test.mask.clone();
    let test = config.test.or(project.config.test.clone());
    let mut settings = project.function.settings.clone();
    if !config.settings.is_empty() {
        Arc::make_mut(&mut settings).extend(config.settings);
    }
    let function = Function {
        kind: config.kind.or(project.function.kind),
        settings,
        ..project.function.clone()
    };
    let start = test
        .time
        .or_else(|| time_of_first(&input))
        .unwrap_or_else(time::default);
    let batching = config.batch.unwrap_or(Batching::Off);
    let handler = match batching {
        Batching::Of { .. } if matches!(input, CaseInput::Events { .. }) => {
            Some(BATCH_HANDLER.to_owned())
        }
        _ => config.handler.or(project.handler.clone()),
    };
    let traffic = shared
        .traffic(&project.rules, &own_masks, secrets)
        .map_err(|error| CaseError::bad(case.location.shown(), error))?;
    let from_config = test.cassette.as_deref().unwrap_or_default();
    let cassettes = cassettes(cassette.as_ref(), from_config, &traffic)?;
    // A function asks AWS where it was recorded, which was perhaps another server.
    let server = cassettes.iter().find_map(|cassette| cassette.aws());
    let recorded_aws = server
        .and_then(|url| url.parse().ok())
        .unwrap_or(AwsMode::Real);
    let mut replayer = Replayer::new(cassettes, traffic.redactor.clone());
    if !how.strict && test.replay.unwrap_or_default() == ReplayRule::Nearest {
        replayer = replayer.assuming();
    }
    if test.aws != Some(CaseAws::Cassette) {
        check_replies(&config.replies)?;
    }
    let has_replies = !config.replies.is_empty();
    let replies = Replies::new(
        [config.replies, test.replies].concat(),
        traffic.redactor.clone(),
    );
    let options = project.options(NetMode::Replay(replayer.clone()));
    let plan = Plan {
        function: Arc::new(function),
        options: Options {
            timeout: config.timeout.unwrap_or(options.timeout),
            memory: config.memory.unwrap_or(options.memory),
            handler,
            host: HostOptions {
                // The mode opens no socket, whatever the policy.
                net: NetPolicy::Open,
                aws: match test.aws {
                    Some(CaseAws::Cassette) => recorded_aws,
                    Some(CaseAws::Embedded) | None => AwsMode::Embedded,
                },
                replies: replies.clone(),
                keep_requests: true,
                rules: traffic.rules.clone(),
                ..options.host
            },
            frozen: Some(Frozen {
                time: start,
                seed: test.seed.unwrap_or(crate::options::SEED),
            }),
            coverage: how.coverage,
            ..options
        },
        steps: steps(&input, start, batching),
        attempts: test.attempts.unwrap_or(crate::options::ATTEMPTS),
        warm: test.warm.unwrap_or(false),
        objects,
    };
    let expectation = Expectation {
        document: expected,
        rules: traffic.rules.clone(),
        logs: test.logs.unwrap_or(false),
        replayer,
        replies,
        own_cassette: cassette.map(|cassette| OwnCassette {
            name: cassette.path.display().to_string(),
            is_inherited: cassette.is_inherited,
            must_be_used: !has_replies,
        }),
        retries: test.retries,
    };
    Ok(PreparedCase { plan, expectation })
}

/// That no reply of a case stands behind the embedded AWS.
fn check_replies(replies: &[Reply]) -> Result<(), CaseError> {
    let is_embedded = |reply: &&Reply| {
        let host = reply.to.host().filter(|_| reply.is_required);
        host.is_some_and(|host| is_s3(host) || is_sts(host))
    };
    match replies.iter().find(is_embedded) {
        None => Ok(()),
        Some(reply) => Err(CaseError::bad(
            format!("{}:{}", reply.file.display(), reply.line),
            CaseProblem::EmbeddedReply(reply.to.to_string()),
        )),
    }
}

/// The cassette in the case's folder comes before those of the configuration.
fn cassettes(
    own: Option<&CaseCassette>,
    from_config: &[PathBuf],
    traffic: &Traffic,
) -> Result<Vec<Arc<IndexedCassette>>, CaseError> {
    let mut cassettes = Vec::new();
    if let Some(CaseCassette { path, is_inherited }) = own {
        cassettes.push(match is_inherited {
            true => traffic.shared_cassette(path)?,
            false => traffic.own_cassette(path)?,
        });
    }
    for path in from_config {
        cassettes.push(traffic.shared_cassette(path)?);
    }
    Ok(cassettes)
}
