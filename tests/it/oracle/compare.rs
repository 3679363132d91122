//! Runs a script on both sides and compares what it prints.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use regex::Regex;
use serde_json::json;

use super::servers::{Server, file};
use super::{faults, servers};
use crate::support::Run;
use crate::support::same::assert_same;

/// The names of all scripts in a folder, sorted.
pub fn scripts(folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(file(folder)).expect("the scripts");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut names: Vec<String> = paths
        .filter(|path| path.is_file())
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy();
            name.strip_suffix(".js").expect("JavaScript").to_owned()
        })
        .collect();
    names.sort();
    names
}

/// The files that make up a script: what all begin with, and those in a folder of their own.
fn parts(script: &str) -> Vec<PathBuf> {
    let folder = script.split_once('/').map(|(folder, _)| folder);
    let preludes = [Some("scripts/prelude.js".to_owned())].into_iter();
    preludes
        .chain([folder.map(|folder| format!("scripts/{folder}/prelude.js"))])
        .flatten()
        .chain([format!("scripts/{script}.js")])
        .map(|name| file(&name))
        .collect()
}

/// Runs `script` with the real package and with segfn's, each against an empty moto. It is the same
/// server, so that even signatures over its address are the same. Returns what both print.
#[track_caller]
pub fn same(script: &str) -> String {
    // As many as there are cores in CI; each test takes the next one.
    static SERVERS: [OnceLock<Mutex<Server>>; 2] = [const { OnceLock::new() }; 2];
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let next = NEXT.fetch_add(1, Ordering::Relaxed) % SERVERS.len();
    let server = SERVERS[next].get_or_init(|| Mutex::new(Server::moto()));
    let server = server.lock().unwrap_or_else(PoisonError::into_inner);
    // Takes connections and never says a word.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = silent.local_addr().expect("its address");
    let mut settings = settings(&server);
    settings["silent"] = format!("http://{address}").into();
    // Its log is one script's.
    let source = std::fs::read_to_string(file(&format!("scripts/{script}.js")));
    let wire = source.expect("a script").contains("settings.wire");
    let wire = wire.then(servers::wire);
    settings["wire"] = wire.as_ref().map(Server::url).into();
    server.reset();
    settings["faults"] = faults::start().into();
    let real = by_node(script, &settings);
    server.reset();
    settings["faults"] = faults::start().into();
    let ours = by_segfn(script, &settings);
    drop(server);
    assert_same(script, ["aws-sdk", &real], ["segfn", &ours]);
    real
}

pub fn settings(server: &Server) -> serde_json::Value {
    let authority = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/tls/ca.pem");
    let authority = std::fs::read_to_string(authority).expect("a certificate");
    json!({ "endpoint": server.url(), "ca": authority })
}

/// What `script` prints under node, normalised.
#[track_caller]
pub fn by_node(script: &str, settings: &serde_json::Value) -> String {
    let home = std::env::temp_dir();
    let output = Command::new("node")
        .arg(file("node.cjs"))
        .args(parts(script))
        .arg(settings.to_string())
        // As on the platform's machines, no file of the developer's is found.
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", home.join("no-home"))
        .output()
        .expect("node runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "node: {stderr}");
    normalised(&String::from_utf8_lossy(&output.stdout), settings)
}

/// What `script` prints as a function, normalised. Without an endpoint among the settings, the
/// embedded AWS answers.
#[track_caller]
pub fn by_segfn(script: &str, settings: &serde_json::Value) -> String {
    let read = |path: &PathBuf| std::fs::read_to_string(path).expect("a script");
    let body: String = parts(script).iter().map(read).collect();
    let aws = settings["endpoint"].as_str().unwrap_or("embedded");
    let outcome = Run::new(&format!(
        "async function onTrack(event, settings) {{\n{body}\n}}"
    ))
    .write("settings.json", settings.to_string())
    .args(&[
        "--aws",
        aws,
        "--timeout",
        "60s",
        "--settings",
        "settings.json",
    ])
    .track("t")
    .outcome();
    assert_eq!(outcome["class"], "success", "{outcome:#}");
    let mut text = String::new();
    for log in outcome["logs"].as_array().into_iter().flatten() {
        text.push_str(log["text"].as_str().expect("a text"));
        text.push('\n');
    }
    normalised(&text, settings)
}

/// `text` without what differs from run to run, and without the frames of stack traces.
fn normalised(text: &str, settings: &serde_json::Value) -> String {
    static RULES: OnceLock<Vec<(Regex, &str)>> = OnceLock::new();
    let rules = RULES.get_or_init(|| {
        [
            (r"(?m)^ +at .*?( \{)?$\n?", "$1"),
            (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "TIME"),
            (r"\d{8}T\d{6}Z", "TIME"),
            (r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT", "TIME"),
            (r"/\d{8}/", "/DAY/"),
            (r"aws-sdk-nodejs/2\.488\.0 linux/v[0-9.]+", "aws-sdk-nodejs/2.488.0 linux/NODE"),
            (r"retryDelay(\\?'|\\?\x22)?: ?[0-9.]+", "retryDelay: DELAY"),
            (r"\b(ASIA|AKIA|AROA|AIDA)[A-Z0-9]{16,17}\b", "${1}ID"),
            (r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "UUID"),
            (r"Signature=[0-9a-f]{64}", "Signature=SIGNATURE"),
            // moto's request ids, and the ids of its uploads and versions.
            (r"\b[A-Za-z0-9]{50,60}\b", "ID"),
            (r"(?i)((Secret_?Access_?Key|Session_?Token|security-token)\\?['\x22]?: ?\\?['\x22])[^'\x22\\]+", "${1}SECRET"),
        ]
        .map(|(pattern, name)| (Regex::new(pattern).expect("a pattern"), name))
        .into()
    });
    let mut text = text.to_owned();
    for name in ["endpoint", "silent", "faults", "wire"] {
        let url = settings[name].as_str().unwrap_or_default();
        if let Some((_, port)) = url.rsplit_once(':') {
            // In a URL, and as a member that is printed.
            for before in [":", ": "] {
                text = text.replace(&format!("{before}{port}"), &format!("{before}PORT"));
            }
        }
    }
    for (pattern, name) in rules {
        text = pattern.replace_all(&text, *name).into_owned();
    }
    text
}
