//! Runs of a handler, live or from a cassette.

use std::path::PathBuf;
use std::sync::Arc;

use segfn::cassette::{Cassette, IndexedCassette, Redaction, Redactor, Rules};
use segfn::host::HostOptions;
use segfn::net::{NetMode, Recorder, Replayer};
use segfn::options::NetPolicy;
use segfn::outcome::Outcome;
use serde_json::Value;

use crate::support::plans::{outcomes, plan, played, track};

/// What `body`, the body of onTrack, does with `host`, as JSON, without the times that exchanges
/// took.
pub fn run_with(body: &str, host: HostOptions) -> Value {
    let source = format!("async function onTrack(event) {{\n{body}\n}}");
    let mut plan = plan(&source);
    plan.options.host = host;
    plan.steps.push(track("t"));
    let played = played(plan);
    let outcome: &Outcome = outcomes(&played)[0];
    let mut json = serde_json::to_value(outcome).expect("JSON");
    json["ms"] = Value::Null;
    for exchange in json["exchanges"].as_array_mut().into_iter().flatten() {
        exchange["ms"] = Value::Null;
    }
    json
}

pub fn host_options(net_mode: NetMode) -> HostOptions {
    HostOptions {
        net: NetPolicy::Open,
        keep_requests: true,
        net_mode,
        ..HostOptions::default()
    }
}

/// Runs `body` live, and gives its outcome and what was recorded, by way of a file.
pub fn record(body: &str) -> (Value, Cassette) {
    let recorder = Recorder::new();
    let host = host_options(NetMode::Record(recorder.clone()));
    let redactor = host.redactor();
    let outcome = run_with(body, host);
    let recorded = recorder.finish(&redactor);
    assert!(recorded.warnings.is_empty(), "{:?}", recorded.warnings);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("traffic.har");
    recorded.cassette.write(&path).expect("written");
    (outcome, Cassette::read(&path).expect("read"))
}

/// What the players here call their cassettes.
pub const CASSETTE: &str = "traffic.har";

pub fn player(cassette: Cassette, masks: &[&str]) -> Replayer {
    let masks: Vec<String> = masks.iter().map(|mask| (*mask).to_owned()).collect();
    let rules = Rules::new(&masks, &Redaction::default()).expect("rules");
    let redactor = Redactor::new(Arc::new(rules), Arc::default());
    let cassette = IndexedCassette::new(CASSETTE, cassette, &redactor);
    Replayer::new(vec![Arc::new(cassette)], redactor)
}

/// Runs `body` from the cassette, of which nothing is left over.
#[track_caller]
pub fn replay(body: &str, cassette: Cassette) -> Value {
    let player = player(cassette, &[]);
    let outcome = run_with(body, host_options(NetMode::Replay(player.clone())));
    let (misses, unused) = (player.misses(), player.unused(CASSETTE));
    assert!(
        misses.is_empty() && unused.is_empty(),
        "{misses:#?} {unused:#?}\n{outcome:#}"
    );
    outcome
}

pub fn file(name: &str, content: impl AsRef<[u8]>) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, content).expect("a file");
    (folder, path)
}
