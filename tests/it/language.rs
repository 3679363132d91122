//! The language is that of Node 20: what V8 has beyond it is not there, and what it has lost is.

use serde_json::json;

use crate::support::Run;
use crate::support::probe::Probe;

const WALK: &str = include_str!("language/walk.cjs");
const NODE_20: &str = include_str!("language/node20.txt");

const PROBE: Probe = Probe {
    modules: &[("rows", include_str!("language/rows.cjs"))],
};

/// What is different, by the beginning of its path, and why it can't be otherwise.
const DIFFERENT: &[(&str, &str)] = &[
    (
        "Function.prototype.arguments",
        "V8 has moved what sloppy functions had of their own there",
    ),
    (
        "Function.prototype.caller",
        "as Function.prototype.arguments",
    ),
    (
        "WebAssembly.",
        "its constructors are sloppy functions: see Function.prototype.arguments",
    ),
    (
        "globalThis",
        "Node's own global object has a name, and the platform's is not known",
    ),
];

#[test]
fn everything_of_the_language_is_as_in_node_20() {
    let (names, lines) = NODE_20.split_once('\n').expect("a list of names");
    let names: Vec<&str> = names.split(' ').collect();
    let source = format!(
        "const exports = {{}};\n{WALK}\nfunction onTrack() {{ return exports.walk({}) }}",
        json!(names)
    );
    let value = Run::new(&source).track("t").value();
    let ours: Vec<&str> = value
        .as_array()
        .expect("lines")
        .iter()
        .map(|line| line.as_str().expect("a line"))
        .collect();
    let theirs: Vec<&str> = lines.lines().collect();
    let expected = |line: &&&str| {
        let is = |(path, _): &(&str, &str)| line.starts_with(path);
        !DIFFERENT.iter().any(is)
    };
    let newer: Vec<_> = ours
        .iter()
        .filter(|line| !theirs.contains(line))
        .filter(expected)
        .collect();
    let older: Vec<_> = theirs
        .iter()
        .filter(|line| !ours.contains(line))
        .filter(expected)
        .collect();
    assert!(
        newer.is_empty() && older.is_empty(),
        "only here: {newer:#?}\nonly in Node 20: {older:#?}"
    );
}

#[test]
fn what_the_language_does_is_what_it_does_in_node_20() {
    let rows = PROBE.compare("rows.rows()");
    assert!(rows > 50, "there are rows: {rows}");
}

#[test]
fn syntax_that_node_20_refuses_was_loaded() {
    for (line, message) in [
        ("{ using x = null; }", "Unexpected identifier 'x'"),
        (
            "const later = () => import.defer('x');",
            "Unexpected identifier 'defer'",
        ),
        (
            "const source = () => import.source('x');",
            "Unexpected identifier 'source'",
        ),
        (
            "const insensitive = /(?i:a)/;",
            "Invalid regular expression: /(?i:a)/: Invalid group",
        ),
        (
            "const either = /(?<a>x)|(?<a>y)/;",
            "Invalid regular expression: /(?<a>x)|(?<a>y)/: Duplicate capture group name",
        ),
    ] {
        let (code, _, told) = Run::new(&format!("function onTrack() {{}}\n{line}\n"))
            .track("t")
            .output();
        assert_eq!(code, 3, "{line}: {told}");
        assert!(told.contains(message), "{told}");
        assert!(told.contains("function.js:2:"), "{told}");
    }
}
