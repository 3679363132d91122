//! Runs a function live and writes what came of it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::cassette::{Cassette, Redactor};
use crate::engine::{
    self, EngineError, Frozen, InputResult, Lost, Options, Plan, PlanResult, Step,
};
use crate::function::{Function, Input, Kind, Settings};
use crate::host::HostOptions;
use crate::net::{NetMode, Recorder};
use crate::options::AwsMode;
use crate::outcome::Class;
use crate::secrets::Secrets;
use crate::suite::bases::Bases;
use crate::suite::case::Case;
use crate::suite::case_input::CaseInput;
use crate::suite::find::{CASSETTE_FILE, CaseLocation, INPUTS};
use crate::suite::prepare::prepare;
use crate::suite::record::error::RecordError;
use crate::suite::record::folder::{CaseOverrides, NewCase, update};
use crate::suite::record::name::{name_for, slug};
use crate::suite::shared::Shared;
use crate::suite::suite::{CaseRef, Suite};

/// How to record.
#[derive(Clone, Debug)]
pub struct Recording {
    pub function: Arc<Function>,
    /// What the function may reach, and its limits.
    pub options: Options,
    /// The folder of the function's cases.
    pub cases: PathBuf,
    /// What the cases are to say of themselves; secrets are taken out.
    pub said: CaseOverrides,
    /// Settings that were given for this recording, on top of those that cases have.
    pub given: Settings,
    /// What the one new case is called; found out from its input without.
    pub name: Option<String>,
    /// As the suite's cases have them.
    pub seed: u64,
    pub attempts: u32,
}

/// What is recorded of cases that are there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Update {
    /// All of their traffic.
    All,
    /// What their cassettes have no answer to.
    Missing,
}

/// What came of an input.
#[derive(Clone, Debug)]
pub enum RecordEvent {
    /// A case was written, or written anew.
    Case(Written),
    /// The input can't be taken.
    BadInput { input: String, problem: String },
}

/// A case that was written.
#[derive(Clone, Debug)]
pub struct Written {
    pub folder: PathBuf,
    pub new: bool,
    pub handler: Option<String>,
    /// Of the last invocation.
    pub class: Class,
    /// How many exchanges were recorded.
    pub exchanges: usize,
    pub warnings: Vec<String>,
}

/// One plan, and where what comes of it goes.
struct Job {
    plan: Plan,
    take: PendingCase,
}

struct PendingCase {
    recorder: Recorder,
    redactor: Redactor,
    aws: AwsMode,
    /// What the clock says at the beginning: the time when the plan is begun, unless it is set
    /// before.
    time: Arc<OnceLock<SystemTime>>,
    target: Target,
}

enum Target {
    New {
        json: String,
    },
    Again {
        folder: PathBuf,
        /// What the case's own cassette keeps.
        kept: Cassette,
        /// Whether the case's time is a new one.
        retimed: bool,
    },
}

/// The inputs that are cases already, in a form that is equal for equal inputs.
#[derive(Default)]
pub struct KnownCases(BTreeMap<String, PathBuf>);

impl KnownCases {
    /// Of the cases whose folders hold one input each.
    pub fn new(suite: &Suite, cases: &[CaseRef]) -> Result<KnownCases, RecordError> {
        let bases = Bases::default();
        let mut known = BTreeMap::new();
        for case in cases {
            let CaseLocation::Folder(folder) = &case.location else {
                continue;
            };
            let case = Case::read(&case.location, &suite.siblings, &bases)?;
            if let CaseInput::One { json, .. } = case.input
                && let Ok(value) = serde_json::from_str::<Value>(&json)
            {
                known.insert(value.to_string(), folder.clone());
            }
        }
        Ok(KnownCases(known))
    }

    /// The folder of the case of `input`, if there is one.
    pub fn find(&self, input: &Input, redactor: &Redactor) -> Option<&Path> {
        let value = redacted(&input.json, redactor)?;
        self.0.get(&value.to_string()).map(PathBuf::as_path)
    }
}

/// An input as it is written down; `None` when it isn't JSON.
fn redacted(json: &str, redactor: &Redactor) -> Option<Value> {
    let mut value = serde_json::from_str(json).ok()?;
    redactor.known(&mut value);
    Some(value)
}

impl Recording {
    /// Records a new case of each input, and tells of each as soon as it is written.
    pub fn record(
        &self,
        inputs: Vec<Input>,
        jobs: usize,
        sink: impl FnMut(RecordEvent),
    ) -> Result<(), RecordError> {
        let mut all = Vec::with_capacity(inputs.len());
        for input in inputs {
            let recorder = Recorder::new();
            let json = input.json.clone();
            let mut options = self.options.clone();
            options.frozen = Some(Frozen {
                time: SystemTime::UNIX_EPOCH,
                seed: self.seed,
            });
            options.host.net_mode = NetMode::Record(recorder.clone());
            all.push(Job {
                take: PendingCase {
                    recorder,
                    redactor: options.host.redactor(),
                    aws: options.host.aws.clone(),
                    time: Arc::default(),
                    target: Target::New { json },
                },
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
        self.play(all, jobs, sink)
    }

    /// Records traffic of cases that are there already.
    pub fn again(
        &self,
        suite: &Suite,
        cases: &[CaseRef],
        what: Update,
        secrets: &Arc<Secrets>,
        jobs: usize,
        sink: impl FnMut(RecordEvent),
    ) -> Result<(), RecordError> {
        let shared = Shared::default();
        let mut all = Vec::with_capacity(cases.len());
        for case in cases {
            let CaseLocation::Folder(folder) = &case.location else {
                continue;
            };
            let prepared = prepare(suite, &shared, case, secrets, false)?;
            let mut plan = prepared.plan;
            let time = Arc::new(OnceLock::new());
            let own = folder.join(CASSETTE_FILE);
            let (recorder, kept) = match what {
                Update::Missing => {
                    // What the cassette has an answer to is asked for again.
                    let set = plan.options.frozen.map_or_else(now, |frozen| frozen.time);
                    time.get_or_init(|| set);
                    let kept = match own.is_file() {
                        true => Cassette::read(&own)?,
                        false => Cassette::default(),
                    };
                    (Recorder::missing_from(prepared.expectation.replayer), kept)
                }
                Update::All => (Recorder::new(), Cassette::default()),
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
            Arc::make_mut(&mut function.settings).extend(self.given.clone());
            plan.function = Arc::new(function);
            all.push(Job {
                take: PendingCase {
                    recorder,
                    redactor: plan.options.host.redactor(),
                    aws: plan.options.host.aws.clone(),
                    time,
                    target: Target::Again {
                        folder: folder.clone(),
                        kept,
                        retimed: what == Update::All,
                    },
                },
                plan,
            });
        }
        self.play(all, jobs, sink)
    }

    fn play(
        &self,
        all: Vec<Job>,
        jobs: usize,
        mut sink: impl FnMut(RecordEvent),
    ) -> Result<(), RecordError> {
        let mut taken = names_in(&self.cases)?;
        let mut plans = Vec::with_capacity(all.len());
        let mut takes = VecDeque::with_capacity(all.len());
        for Job { plan, take } in all {
            plans.push((plan, take.time.clone()));
            takes.push_back(take);
        }
        // Servers, AWS above all, accept no signature that is much older than its arrival.
        let plans = plans.into_iter().map(|(mut plan, time)| {
            if let Some(frozen) = &mut plan.options.frozen {
                frozen.time = *time.get_or_init(now);
            }
            plan
        });
        let mut failed = None;
        engine::run_jobs(plans, jobs, |played| {
            let Some(take) = takes.pop_front() else {
                return ControlFlow::Continue(());
            };
            let written = played
                .map_err(RecordError::from)
                .and_then(|played| self.write(take, played, &mut taken));
            match written {
                Ok(took) => sink(took),
                Err(error) => failed = Some(error),
            }
            match failed {
                Some(_) => ControlFlow::Break(()),
                None => ControlFlow::Continue(()),
            }
        })?;
        failed.map_or(Ok(()), Err)
    }

    fn write(
        &self,
        take: PendingCase,
        played: PlanResult,
        taken: &mut BTreeSet<String>,
    ) -> Result<RecordEvent, RecordError> {
        let mut last = None;
        for ran in played.results {
            match ran {
                InputResult::BadInput { input, problem, .. } => {
                    return Ok(RecordEvent::BadInput { input, problem });
                }
                InputResult::Outcome(outcome) => last = Some(outcome),
            }
        }
        let Some(outcome) = last else {
            return Err(EngineError::Lost(Lost::Unanswered).into());
        };
        let time = *take.time.get_or_init(now);
        let recorded = take.recorder.finish(&take.redactor);
        let exchanges = recorded.cassette.exchanges.len();
        let mut cassette = recorded.cassette;
        cassette.aws = match &take.aws {
            AwsMode::Endpoint(url) => Some(take.redactor.url(url.as_str())),
            AwsMode::Embedded | AwsMode::Real => None,
        };
        let (folder, new) = match take.target {
            Target::New { json } => {
                let input = redacted(&json, &take.redactor).unwrap_or_default();
                let name = match &self.name {
                    Some(name) => slug(name),
                    None => name_for(outcome.handler.as_deref(), &input, taken),
                };
                let folder = self.cases.join(name);
                let mut said = self.said.clone();
                let mut settings = Value::Object(std::mem::take(&mut said.settings));
                take.redactor.known(&mut settings);
                if let Value::Object(settings) = settings {
                    said.settings = settings;
                }
                let case = NewCase {
                    input_file: match played.loaded.kind {
                        Kind::Source => INPUTS[2],
                        _ => INPUTS[0],
                    },
                    input: &input,
                    time,
                    aws: take.aws != AwsMode::Embedded,
                    said: &said,
                    cassette: &cassette,
                };
                case.write(&folder)?;
                (folder, true)
            }
            Target::Again {
                folder,
                mut kept,
                retimed,
            } => {
                if retimed || exchanges > 0 {
                    kept.redaction = cassette.redaction;
                    kept.aws = cassette.aws.or(kept.aws);
                    kept.exchanges.extend(cassette.exchanges);
                    update(&folder, &kept, retimed.then_some(time))?;
                }
                (folder, false)
            }
        };
        Ok(RecordEvent::Case(Written {
            folder,
            new,
            handler: outcome.handler,
            class: outcome.class,
            exchanges,
            warnings: recorded.warnings,
        }))
    }
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

/// The time, as a frozen clock can have it.
fn now() -> SystemTime {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let millis = u64::try_from(since.as_millis()).unwrap_or_default();
    SystemTime::UNIX_EPOCH + Duration::from_millis(millis)
}
