//! Functions that both Node and segfn run, with the same servers at hand: what they give must be the same.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::support::Run;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/as_node");
const PACKAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/js");

fn node(arguments: &[&str]) -> Command {
    let mut command = Command::new("node");
    command
        .arg(format!("{FOLDER}/harness.cjs"))
        .args(arguments)
        .current_dir(PACKAGES)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    command
}

/// The servers of server.cjs, until this is dropped.
struct Servers {
    node: Child,
    ports: Value,
}

impl Servers {
    fn start() -> Servers {
        let mut node = node(&[]).spawn().expect("node starts");
        let mut line = String::new();
        let output = node.stdout.as_mut().expect("a pipe");
        BufReader::new(output)
            .read_line(&mut line)
            .expect("the ports");
        let ports = serde_json::from_str(&line).expect("JSON");
        Servers { node, ports }
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.node.kill();
        let _ = self.node.wait();
    }
}

/// Compares what the function in `file` gives, part by part.
fn compare(file: &str) {
    let path = Path::new(FOLDER).join(file);
    let output = node(&[path.to_str().expect("a path")])
        .output()
        .expect("node runs");
    assert!(output.status.success(), "node failed: {output:?}");
    let expected: Value = serde_json::from_slice(&output.stdout).expect("JSON");

    let servers = Servers::start();
    let source = std::fs::read_to_string(&path).expect("the function");
    let found = Run::new(&source)
        .args(&["--kind", "destination", "--timeout", "60s"])
        .event(json!({"type": "track", "event": "e", "userId": "u", "properties": servers.ports}))
        .value();

    let mut differences = Vec::new();
    differ("", &expected, &found, &mut differences);
    assert!(
        differences.is_empty(),
        "{} differences:\n{}",
        differences.len(),
        differences.join("\n")
    );
}

/// Adds a line for each place where the two values differ.
fn differ(place: &str, expected: &Value, found: &Value, differences: &mut Vec<String>) {
    match (expected, found) {
        (Value::Object(ones), Value::Object(others)) => {
            let mut names: Vec<&String> = ones.keys().chain(others.keys()).collect();
            names.sort();
            names.dedup();
            for name in names {
                let of = |values: &serde_json::Map<String, Value>| {
                    values.get(name).cloned().unwrap_or_default()
                };
                differ(
                    &format!("{place}.{name}"),
                    &of(ones),
                    &of(others),
                    differences,
                );
            }
        }
        _ if expected != found => {
            differences.push(format!("{place}\n  node  {expected}\n  segfn {found}"));
        }
        _ => {}
    }
}

#[test]
fn requests_answers_and_connections_of_http_are_nodes() {
    compare("http.js");
}

#[test]
fn what_https_tells_and_refuses_is_nodes() {
    compare("https.js");
}

#[test]
fn modules_were_other_than_nodes() {
    compare("modules.js");
}
