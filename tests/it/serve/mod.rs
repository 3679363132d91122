//! `segfn serve`, by real requests.

mod clients;
mod dialects;
mod faults;
mod flaky;
mod functions;
mod history;
mod https;
mod panel;
mod past_events;
mod reached;
mod sdks;
mod webhooks;
mod wrong_use;

use serde_json::{Value, json};

use crate::support::Folder;
use crate::support::served::{Answer, Served};

/// A destination function that logs what it gets.
const DESTINATION: &str = "async function onTrack(event) { console.log(JSON.stringify(event)) }
async function onIdentify(event) { console.log(JSON.stringify(event)) }
async function onPage(event) { console.log(JSON.stringify(event)) }
async function onScreen(event) { console.log(JSON.stringify(event)) }
async function onGroup(event) { console.log(JSON.stringify(event)) }
async function onAlias(event) { console.log(JSON.stringify(event)) }";

fn folder() -> Folder {
    Folder::new(&[("functions/log/function.js", DESTINATION)])
}

/// A server of the functions in the folder, once these are loaded.
fn served(folder: &Folder, arguments: &[&str]) -> Served {
    let served = Served::segment(folder, arguments);
    served.line_with("loaded");
    served
}

fn post(served: &Served, path: &str, headers: &[&str], body: &str) -> Answer {
    let line = format!("POST {path} HTTP/1.1");
    let host = format!("host: {}", served.address());
    served.ask(&[&[line.as_str(), &host], headers].concat(), body)
}

/// What the function that logs was called with next.
fn logged(served: &Served) -> Value {
    let line = served.line_with("outcome");
    let text = line["outcome"]["logs"][0]["text"].as_str();
    serde_json::from_str(text.unwrap_or_else(|| panic!("no log: {line}"))).expect("JSON")
}

/// A GET of the panel's API.
fn asked(served: &Served, path: &str) -> Value {
    let line = format!("GET {path} HTTP/1.1");
    let host = format!("host: {}", served.address());
    let answer = served.ask(&[&line, &host, "segfn-panel: 1"], "");
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).expect("JSON")
}

/// A POST to the panel's API: the status, and what came back.
fn told(served: &Served, path: &str, body: &Value) -> (u16, Value) {
    let answer = post(served, path, &["segfn-panel: 1"], &body.to_string());
    let value = serde_json::from_str(&answer.body).expect("JSON");
    (answer.status, value)
}

/// The events of the history, the newest first, once the newest has a step that has ended.
fn events(served: &Served) -> Vec<Value> {
    let answer = asked(served, "/api/events");
    answer["events"].as_array().expect("events").clone()
}

fn track(user: &str) -> String {
    json!({ "userId": user, "event": "Signed Up" }).to_string()
}
