//! What a worker process that was started gets of its supervisor's memory, and what it gives back that a
//! forked one need not.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::cost::Usage;
use crate::coverage::ScriptCoverage;
use crate::engine::error::EngineError;
use crate::engine::options::{Frozen, Options};
use crate::engine::result::{InputResult, Loaded};
use crate::engine::run::determinism::Determinism;
use crate::engine::run::input_executor::{Map, Ran, WorkerSetup};
use crate::engine::run::job::Job;
use crate::engine::run::plan::{Plan, PlanResult, Step};
use crate::frames::{decode, encode};
use crate::function::{Function, Input, Kind, any_time};
use crate::host::{HostEnv, HostHandover, HostOptions};
use crate::json::Json;
use crate::net::NetProgress;
use crate::outcome::StoredObject;

#[derive(Serialize, Deserialize)]
struct FunctionHandover {
    path: OsString,
    source: String,
    kind: Option<Kind>,
    settings: Json,
}

impl FunctionHandover {
    fn new(function: &Function) -> FunctionHandover {
        FunctionHandover {
            path: function.path.clone().into(),
            source: function.source.to_string(),
            kind: function.kind,
            settings: Json::Object((*function.settings).clone()),
        }
    }

    fn receive(self) -> Function {
        Function {
            path: PathBuf::from(self.path),
            source: self.source.into(),
            kind: self.kind,
            settings: Arc::new(match self.settings {
                Json::Object(settings) => settings,
                _ => Default::default(),
            }),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct OptionsHandover {
    timeout: Duration,
    memory: usize,
    jobs: usize,
    cold: bool,
    fresh: bool,
    handler: Option<String>,
    host: HostHandover,
    #[serde(with = "any_time")]
    frozen_at: Option<SystemTime>,
    seed: u64,
    coverage: bool,
    measure: bool,
}

impl OptionsHandover {
    fn new(options: &Options) -> OptionsHandover {
        // Whoever adds an option has to hand it over.
        let Options {
            timeout,
            memory,
            jobs,
            cold,
            fresh,
            handler,
            host,
            frozen,
            coverage,
            measure,
        } = options;
        OptionsHandover {
            timeout: *timeout,
            memory: *memory,
            jobs: *jobs,
            cold: *cold,
            fresh: *fresh,
            handler: handler.clone(),
            host: host.handover(),
            frozen_at: frozen.map(|frozen| frozen.time),
            seed: frozen.map_or(0, |frozen| frozen.seed),
            coverage: *coverage,
            measure: *measure,
        }
    }

    fn receive(self) -> Options {
        let seed = self.seed;
        Options {
            timeout: self.timeout,
            memory: self.memory,
            jobs: self.jobs,
            cold: self.cold,
            fresh: self.fresh,
            handler: self.handler,
            host: self.host.receive(),
            frozen: self.frozen_at.map(|time| Frozen { time, seed }),
            coverage: self.coverage,
            measure: self.measure,
        }
    }
}

/// What a worker for inputs is made of, but for what renders its outcomes.
#[derive(Serialize, Deserialize)]
pub struct WorkerHandover {
    function: FunctionHandover,
    options: OptionsHandover,
}

impl WorkerHandover {
    pub fn new(function: &Function, options: &Options) -> WorkerHandover {
        WorkerHandover {
            function: FunctionHandover::new(function),
            options: OptionsHandover::new(options),
        }
    }

    /// What the worker is made of, under its clock. To be called by the thread that makes what it reaches.
    ///
    /// # Errors
    /// The process can't have what the function is to reach.
    pub fn receive<T>(
        self,
        map: impl FnOnce(&Function, &Options) -> Arc<Map<T>>,
    ) -> io::Result<WorkerSetup<T>> {
        let function = Arc::new(self.function.receive());
        let options = Arc::new(self.options.receive());
        Determinism::new(options.frozen).enter();
        let host = HostEnv::new(&options.host).map_err(io::Error::other)?;
        Ok(WorkerSetup {
            map: map(&function, &options),
            host: Arc::new(host),
            function,
            options,
        })
    }
}

#[derive(Serialize, Deserialize)]
pub struct PlanHandover {
    function: FunctionHandover,
    options: OptionsHandover,
    steps: Vec<Step>,
    attempts: u32,
    warm: bool,
    objects: Vec<(String, String, Vec<u8>)>,
}

impl PlanHandover {
    pub fn new(plan: &Plan) -> PlanHandover {
        PlanHandover {
            function: FunctionHandover::new(&plan.function),
            options: OptionsHandover::new(&plan.options),
            steps: plan.steps.clone(),
            attempts: plan.attempts,
            warm: plan.warm,
            objects: plan.objects.clone(),
        }
    }

    fn receive(self) -> Plan {
        Plan {
            function: Arc::new(self.function.receive()),
            options: self.options.receive(),
            steps: self.steps,
            attempts: self.attempts,
            warm: self.warm,
            objects: self.objects,
        }
    }
}

/// The job of a plan that was handed over.
impl Job for PlanHandover {
    type Kept = HostOptions;
    type Result = PlanReturn;

    fn begin(self) -> Result<(Plan, HostOptions), PlanReturn> {
        let plan = self.receive();
        let host = plan.options.host.clone();
        Ok((plan, host))
    }

    fn end(host: HostOptions, result: Result<PlanResult, EngineError>) -> PlanReturn {
        PlanReturn {
            result: result.map(PlayedPlan::new),
            net: NetProgress::of(&host.net_mode, &host.replies, &host.redactor()),
        }
    }
}

/// What came of a [`PlanHandover`].
#[derive(Serialize, Deserialize)]
pub struct PlanReturn {
    result: Result<PlayedPlan, EngineError>,
    net: NetProgress,
}

/// A [`PlanResult`].
#[derive(Serialize, Deserialize)]
struct PlayedPlan {
    loaded: Loaded,
    results: Vec<ResultReturn>,
    objects: Vec<StoredObject>,
    deleted: Vec<(String, String)>,
    coverage: Option<ScriptCoverage>,
}

impl PlayedPlan {
    fn new(result: PlanResult) -> PlayedPlan {
        PlayedPlan {
            loaded: result.loaded,
            results: result.results.iter().map(ResultReturn::new).collect(),
            objects: result.objects,
            deleted: result.deleted,
            coverage: result.coverage,
        }
    }
}

impl PlanReturn {
    /// The result of the plan whose options these are, which learn what was recorded and replayed.
    pub fn receive(self, host: &HostOptions) -> Result<PlanResult, EngineError> {
        self.net.take_over(&host.net_mode, &host.replies);
        let played = self.result?;
        let results = played.results.into_iter().map(ResultReturn::receive);
        Ok(PlanResult {
            results: results.collect::<Result<_, _>>()?,
            loaded: played.loaded,
            objects: played.objects,
            deleted: played.deleted,
            coverage: played.coverage,
        })
    }
}

/// An [`InputResult`].
#[derive(Serialize, Deserialize)]
struct ResultReturn {
    /// Its form, from which some fields are absent, is JSON's.
    json: String,
    /// When each exchange began, which isn't in it.
    starts: Vec<f64>,
}

impl ResultReturn {
    fn new(result: &InputResult) -> ResultReturn {
        let exchanges = match result {
            InputResult::Outcome(outcome) => &outcome.exchanges[..],
            InputResult::BadInput { .. } => &[],
        };
        ResultReturn {
            starts: exchanges.iter().map(|exchange| exchange.start).collect(),
            json: String::from_utf8(encode(result)).unwrap_or_default(),
        }
    }

    fn receive(self) -> Result<InputResult, EngineError> {
        let mut result = decode(self.json.as_bytes())
            .map_err(|error| EngineError::lost_process(error.to_string()))?;
        if let InputResult::Outcome(outcome) = &mut result {
            for (exchange, start) in outcome.exchanges.iter_mut().zip(self.starts) {
                exchange.start = start;
            }
        }
        Ok(result)
    }
}

/// What came of an input, to be rendered by the supervisor.
#[derive(Serialize, Deserialize)]
pub struct RanReturn {
    result: ResultReturn,
    usage: Usage,
    coverage: Option<ScriptCoverage>,
}

impl RanReturn {
    pub fn new(ran: Ran) -> RanReturn {
        RanReturn {
            result: ResultReturn::new(&ran.result),
            usage: ran.usage,
            coverage: ran.coverage,
        }
    }

    pub fn receive(self, input: &Input) -> Result<Ran<'_>, EngineError> {
        Ok(Ran {
            input,
            result: self.result.receive()?,
            usage: self.usage,
            coverage: self.coverage,
        })
    }
}
