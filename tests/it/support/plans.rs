//! Plays plans through the library, in this process.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use segfn::engine::{EngineError, Frozen, InputResult, Options, Plan, PlanResult, Step, run_jobs};
use segfn::function::{Function, Input, Kind};
use segfn::host::HostOptions;
use segfn::options::NetPolicy;
use segfn::outcome::Outcome;
use serde_json::json;

/// 2026-01-02T03:04:05.678Z
pub const TIME: u64 = 1_767_323_045_678;

/// A destination function that runs in the frozen moment, without network.
pub fn plan(source: &str) -> Plan {
    Plan {
        function: Arc::new(Function {
            path: PathBuf::from("function.js"),
            source: source.into(),
            kind: Some(Kind::Destination),
            settings: Arc::default(),
        }),
        options: Options {
            timeout: Duration::from_secs(5),
            memory: 128 << 20,
            jobs: 1,
            cold: false,
            fresh: false,
            handler: None,
            host: HostOptions {
                net: NetPolicy::Deny,
                ..HostOptions::default()
            },
            frozen: Some(Frozen {
                time: SystemTime::UNIX_EPOCH + Duration::from_millis(TIME),
                seed: 42,
            }),
            coverage: false,
            measure: false,
        },
        steps: Vec::new(),
        attempts: 1,
        warm: false,
        objects: Vec::new(),
    }
}

/// Gives the function a track event of this name.
pub fn track(name: &str) -> Step {
    Step::Run(Input::new(
        name,
        json!({ "type": "track", "event": name }).to_string(),
    ))
}

pub fn wait(seconds: u64) -> Step {
    Step::Wait(Duration::from_secs(seconds))
}

/// What came of each plan, in their order.
pub fn played_by(jobs: usize, plans: Vec<Plan>) -> Vec<Result<PlanResult, EngineError>> {
    let count = plans.len();
    let mut results = Vec::new();
    run_jobs(plans.into_iter(), jobs, |result| {
        results.push(result);
        ControlFlow::Continue(())
    })
    .expect("threads");
    assert_eq!(results.len(), count);
    results
}

pub fn played(plan: Plan) -> PlanResult {
    played_by(1, vec![plan])
        .remove(0)
        .expect("the function loads")
}

pub fn outcomes(played: &PlanResult) -> Vec<&Outcome> {
    played.results.iter().map(outcome).collect()
}

fn outcome(ran: &InputResult) -> &Outcome {
    match ran {
        InputResult::Outcome(outcome) => outcome,
        InputResult::BadInput { problem, .. } => panic!("{problem}"),
    }
}

/// What a handler with this body returned for one event, as JSON.
pub fn value_of(body: &str) -> serde_json::Value {
    let mut plan = plan(&format!("async function onTrack(event) {{ {body} }}"));
    plan.steps.push(track("one"));
    let played = played(plan);
    let outcome = outcome(&played.results[0]);
    let value = outcome.value.as_ref();
    let value = value.unwrap_or_else(|| panic!("no value: {outcome:#?}"));
    serde_json::from_str(value.get()).expect("JSON")
}
