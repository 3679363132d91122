//! Runs a function live and writes what came of it.

use std::collections::BTreeSet;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use crate::cassette::Cassette;
use crate::engine::{Frozen, JobPool, Options, Plan, Step};
use crate::files::Staging;
use crate::function::{Function, Input, Kind};
use crate::host::HostOptions;
use crate::json::Json;
use crate::net::{NetMode, Recorder, Replies, Reply};
use crate::options::{ATTEMPTS, AwsMode, SEED};
use crate::project::Project;
use crate::pseudonyms::PseudonymKey;
use crate::suite::find::{CASSETTE_FILE, CaseLocation, INPUTS};
use crate::suite::prepare::{CaseOptions, prepare};
use crate::suite::record::case_file::CaseOverrides;
use crate::suite::record::error::RecordError;
use crate::suite::record::event::{RecordEvent, Written};
use crate::suite::record::folder::{NewCase, update};
use crate::suite::record::known_cases::redacted;
use crate::suite::record::name::{name_for, slug};
use crate::suite::record::pseudonymized::pseudonymized;
use crate::suite::record::record_job::{PendingCase, RecordJob, RecordedRun, Target, now};
use crate::suite::shared::Shared;
use crate::suite::suite::{CaseRef, Suite};

/// How to record.
pub(super) struct Recording {
    function: Arc<Function>,
    /// What the function may reach, and its limits.
    options: Options,
    /// The folder of the function's cases.
    cases: PathBuf,
    /// What new cases are to say of themselves; secrets are taken out. Its settings come on top of those
    /// that cases have.
    said: CaseOverrides,
    /// What the one new case is called; found out from its input without.
    name: Option<String>,
    /// As the suite's cases have them.
    seed: u64,
    attempts: u32,
    /// What answers in all cases, so that it isn't recorded.
    replies: Vec<Reply>,
    jobs: usize,
    /// By which pseudonyms are chosen, where they are wanted.
    key: Option<PseudonymKey>,
    staging: Staging,
}

/// What is recorded of cases that are there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Update {
    /// All of their traffic.
    All,
    /// What their cassettes have no answer to.
    Missing,
}

impl Recording {
    pub fn new(
        project: &Project,
        said: CaseOverrides,
        name: Option<String>,
        jobs: usize,
        key: Option<PseudonymKey>,
    ) -> Result<Recording, RecordError> {
        let cases = project.cases.folder().to_owned();
        let staging = Staging::new(&cases).map_err(failed_in(&cases))?;
        let test = &project.config.test;
        Ok(Recording {
            function: Arc::new(project.function.clone()),
            options: project.options(NetMode::Live),
            cases,
            staging,
            said,
            name,
            seed: test.seed.unwrap_or(SEED),
            attempts: test.attempts.unwrap_or(ATTEMPTS),
            replies: test.replies.clone(),
            jobs,
            key,
        })
    }

    /// What it wrote, until it is in its place.
    pub fn into_staging(self) -> Staging {
        self.staging
    }

    /// Records a new case of each input, and tells of each as soon as it is written.
    pub fn record(
        &mut self,
        inputs: Vec<Input>,
        sink: impl FnMut(RecordEvent),
    ) -> Result<(), RecordError> {
        let mut all = Vec::with_capacity(inputs.len());
        for input in inputs {
            let recorder = Recorder::new();
            let json = input.json.clone();
            self.options.host.redactor().learn(&json);
            let name = input.name.clone();
            let mut options = self.options.clone();
            options.frozen = Some(Frozen {
                time: SystemTime::UNIX_EPOCH,
                seed: self.seed,
            });
            options.host.net_mode = NetMode::Record(recorder.clone());
            options.host.replies = Replies::new(self.replies.clone(), options.host.redactor());
            all.push(PendingCase {
                recorder,
                time: None,
                target: Target::New { name, json },
                live: None,
                plan: Plan {
                    function: self.function.clone(),
                    options,
                    steps: vec![Step::Run(input)],
                    attempts: self.attempts,
                    warm: false,
                    objects: Vec::new(),
                },
            });
        }
        self.play(all, sink)
    }

    /// Records traffic of cases that are there already.
    pub fn again(
        &mut self,
        suite: &Suite,
        cases: &[CaseRef],
        what: Update,
        sink: impl FnMut(RecordEvent),
    ) -> Result<(), RecordError> {
        let shared = Shared::default();
        let mut all = Vec::with_capacity(cases.len());
        for case in cases {
            let CaseLocation::Folder(folder) = &case.location else {
                continue;
            };
            let how = CaseOptions::default();
            let prepared = prepare(suite, &shared, case, suite.project.secrets(), how)?;
            let mut plan = prepared.plan;
            let own = folder.join(CASSETTE_FILE);
            let (recorder, kept, time) = match what {
                Update::Missing => {
                    // What the cassette has an answer to is asked for again.
                    let time = plan.options.frozen.map_or_else(now, |frozen| frozen.time);
                    let kept = match own.is_file() {
                        true => Cassette::read(&own)?,
                        false => Cassette::default(),
                    };
                    let known = prepared.expectation.replayer;
                    (Recorder::missing_from(known), kept, Some(time))
                }
                Update::All => (Recorder::new(), Cassette::default(), None),
            };
            let embedded = plan.options.host.aws == AwsMode::Embedded
                && self.options.host.aws == AwsMode::Embedded;
            let host = &mut plan.options.host;
            *host = HostOptions {
                net: self.options.host.net.clone(),
                aws: match (embedded, &self.options.host.aws) {
                    // The case says that its cassette answers for AWS; which one can't be told from it.
                    (false, AwsMode::Embedded) => host.aws.clone(),
                    (_, asked) => asked.clone(),
                },
                net_mode: NetMode::Record(recorder.clone()),
                ..host.clone()
            };
            let mut function = Function::clone(&plan.function);
            Arc::make_mut(&mut function.settings).extend(self.said.settings.clone());
            plan.function = Arc::new(function);
            all.push(PendingCase {
                recorder,
                time,
                target: Target::Again {
                    folder: folder.clone(),
                    kept,
                    retimed: what == Update::All,
                },
                live: None,
                plan,
            });
        }
        self.play(all, sink)
    }

    fn play(
        &mut self,
        mut all: Vec<PendingCase>,
        mut sink: impl FnMut(RecordEvent),
    ) -> Result<(), RecordError> {
        if let Some(key) = self.key.clone() {
            let mut again = Vec::with_capacity(all.len());
            self.run(all, |_, case, recorded| {
                match pseudonymized(case, recorded, &key) {
                    Ok(case) => again.push(case),
                    Err(bad) => sink(bad),
                }
                Ok(())
            })?;
            all = again;
        }
        let mut taken = names_in(&self.cases)?;
        self.run(all, |recording, case, recorded| {
            sink(recording.write(case, recorded, &mut taken)?);
            Ok(())
        })
    }

    /// Runs the cases, and hands over each with what came of it.
    fn run(
        &mut self,
        all: Vec<PendingCase>,
        mut sink: impl FnMut(&mut Recording, &PendingCase, RecordedRun) -> Result<(), RecordError>,
    ) -> Result<(), RecordError> {
        let all = Arc::new(all);
        let is_real = all.iter().any(|case| {
            let host = &case.plan.options.host;
            host.aws == AwsMode::Real && !host.net_mode.is_closed()
        });
        let (secrets, pending) = (&self.options.host.secrets, all.clone());
        let mut pool = JobPool::new(self.jobs, is_real, secrets, move |case: usize| RecordJob {
            all: pending.clone(),
            case,
        })?;
        let (mut next, mut failed) = (all.iter(), None);
        pool.run(0..all.len(), |recorded| {
            let Some(case) = next.next() else {
                return ControlFlow::Break(());
            };
            let taken = recorded
                .map_err(RecordError::from)
                .and_then(|recorded| sink(self, case, recorded));
            match taken {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    failed = Some(error);
                    ControlFlow::Break(())
                }
            }
        })?;
        failed.map_or(Ok(()), Err)
    }

    fn write(
        &mut self,
        case: &PendingCase,
        recorded: RecordedRun,
        taken: &mut BTreeSet<String>,
    ) -> Result<RecordEvent, RecordError> {
        let (outcome, kind, traffic, time) = match recorded {
            RecordedRun::BadInput { input, problem } => {
                return Ok(RecordEvent::BadInput { input, problem });
            }
            RecordedRun::Case {
                outcome,
                kind,
                traffic,
                time,
            } => (outcome, kind, traffic, time.unwrap_or_else(now)),
        };
        let host = &case.plan.options.host;
        let redactor = host.redactor();
        let exchanges = traffic.cassette.exchanges.len();
        let mut cassette = traffic.cassette;
        cassette.redaction.pseudonymize = self.key.is_some().then_some(true);
        cassette.aws = match &host.aws {
            AwsMode::Endpoint(server) => Some(redactor.url(server.url.as_str())),
            AwsMode::Embedded | AwsMode::Real => None,
        };
        let (folder, new, staged) = match &case.target {
            Target::New {
                name: name_of_input,
                json,
            } => {
                let input = match redacted(json, &redactor) {
                    Ok(input) => input,
                    Err(error) => {
                        return Ok(RecordEvent::BadInput {
                            input: name_of_input.clone(),
                            problem: error.to_string(),
                        });
                    }
                };
                let name = match &self.name {
                    Some(name) => slug(name),
                    None => name_for(outcome.handler.as_deref(), &input, taken),
                };
                let folder = self.cases.join(name);
                let mut said = self.said.clone();
                let mut settings = Json::Object(std::mem::take(&mut said.settings));
                redactor.value(&mut settings);
                if let Json::Object(settings) = settings {
                    said.settings = settings;
                }
                let new = NewCase {
                    input_file: match kind {
                        Kind::Source => INPUTS[2],
                        _ => INPUTS[0],
                    },
                    input: &input,
                    time,
                    aws: host.aws != AwsMode::Embedded,
                    said: &said,
                    cassette: &cassette,
                };
                let staged = self.staging.begin().map_err(failed_in(&folder))?;
                new.write(&staged)?;
                (folder, true, Some(staged))
            }
            Target::Again {
                folder,
                kept,
                retimed,
            } => {
                let mut staged = None;
                if *retimed || exchanges > 0 {
                    let mut kept = kept.clone();
                    kept.redaction = cassette.redaction;
                    kept.aws = cassette.aws.or(kept.aws);
                    kept.exchanges.extend(cassette.exchanges);
                    let copy = self.staging.begin_copy(folder);
                    let copy = copy.map_err(failed_in(folder))?;
                    update(&copy, &kept, retimed.then_some(time))?;
                    staged = Some(copy);
                }
                (folder.clone(), false, staged)
            }
        };
        let mut warnings = traffic.warnings;
        let class = match &case.live {
            Some(live) => {
                warnings.splice(0..0, live.warnings.clone());
                if live.exchanges != exchanges {
                    warnings.push(format!(
                        "{}: with pseudonyms the function makes {exchanges} requests, and live it made {}",
                        folder.display(),
                        live.exchanges
                    ));
                }
                live.class
            }
            None => outcome.class,
        };
        Ok(RecordEvent::Case(Written {
            folder,
            staged,
            new,
            handler: outcome.handler,
            class,
            exchanges,
            warnings,
        }))
    }
}

/// For `map_err`.
pub(super) fn failed_in(path: &Path) -> impl FnOnce(io::Error) -> RecordError {
    let path = path.to_owned();
    |source| RecordError::Write { path, source }
}

/// The names in the folder of cases.
fn names_in(cases: &Path) -> Result<BTreeSet<String>, RecordError> {
    let failed = |source| RecordError::Read {
        path: cases.to_owned(),
        source,
    };
    let entries = match std::fs::read_dir(cases) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        entries => entries.map_err(failed)?,
    };
    let mut names = BTreeSet::new();
    for entry in entries {
        let name = entry.map_err(failed)?.file_name();
        names.insert(name.to_string_lossy().into_owned());
    }
    Ok(names)
}
