//! Functions that want more than they may have, as a stranger would write them (attacks.js). Each ends as
//! the outcome of its own event, and the event after it is answered.

mod commands;
mod fuzz;
mod walls;

use serde_json::{Value, json};

use crate::support::Folder;

const ATTACKS: &str = include_str!("attacks.js");
/// Of so many attacks, `make test` runs one.
const SAMPLE: usize = 4;

/// The names of the attacks of one kind, as attacks.js has them.
fn names(kind: &str) -> Vec<&'static str> {
    let (_, list) = ATTACKS
        .split_once(&format!("const {kind} = {{\n"))
        .expect("the list");
    let (list, _) = list.split_once("\n};").expect("its end");
    let name = |line: &'static str| Some(line.strip_prefix("  ")?.split_once(':')?.0);
    let is_name = |name: &&str| name.chars().all(char::is_alphanumeric);
    list.lines().filter_map(name).filter(is_name).collect()
}

/// Runs attacks, each before an event that must be answered, and gives what came of each.
fn attack(names: &[String]) -> Vec<Value> {
    let folder = Folder::new(&[("attacks.js", ATTACKS)]);
    let event = |name: &str| json!({"type": "track", "event": name}).to_string();
    let events: Vec<String> = names
        .iter()
        .flat_map(|name| [event(name), event("after")])
        .collect();
    folder.write("events.ndjson", events.join("\n"));
    let flags = ["--timeout", "1s", "--jobs", "2"];
    let (_, outcomes) = folder.outcomes(&[&["attacks.js", "events.ndjson"], &flags[..]].concat());
    assert_eq!(outcomes.len(), events.len());
    let (attacked, after): (Vec<_>, Vec<_>) = outcomes
        .chunks(2)
        .map(|two| (two[0].clone(), &two[1]))
        .unzip();
    for (name, after) in names.iter().zip(after) {
        assert_eq!(after["value"], "alive", "after {name}");
    }
    attacked
}

/// Attacks of a kind, of which those from `start` on in steps, and the names that their errors may have.
fn attack_all(kind: &str, start: usize, step: usize, errors: &[&str]) {
    let names = names(kind).into_iter().skip(start).step_by(step);
    let names: Vec<String> = names.map(|name| format!("{kind}.{name}")).collect();
    assert!(!names.is_empty());
    for (name, outcome) in names.iter().zip(attack(&names)) {
        let error = outcome["error"]["name"].as_str().unwrap_or("none");
        assert!(errors.contains(&error), "{name}: {outcome:#}");
    }
}

/// A machine that is busy, or has much memory, may come to the one limit before the other.
const BOUNDS: [&str; 2] = ["Timeout", "MemoryLimit"];
/// A buffer that can't grow throws.
const MEMORY: [&str; 3] = ["Timeout", "MemoryLimit", "RangeError"];
const CRASHES: [&str; 5] = [
    "Timeout",
    "MemoryLimit",
    "Crash",
    "RangeError",
    "SyntaxError",
];
/// A fast machine may be done in time.
const LATE: [&str; 3] = ["Timeout", "MemoryLimit", "none"];

#[test]
fn what_never_looks_at_the_clock_ran_for_ever() {
    attack_all("hang", 0, SAMPLE, &BOUNDS);
}

#[test]
fn long_calls_ended_long_after_the_limit() {
    attack_all("late", 1, SAMPLE, &LATE);
}

#[test]
fn memory_beside_the_heap_had_no_limit() {
    attack_all("memory", 2, SAMPLE, &MEMORY);
}

#[test]
fn what_v8_can_not_do_ended_the_run() {
    attack_all("crash", 0, SAMPLE, &CRASHES);
}

#[test]
#[ignore = "it takes a minute: `make attack`"]
fn every_attack_is_held() {
    attack_all("hang", 0, 1, &BOUNDS);
    attack_all("late", 0, 1, &LATE);
    attack_all("memory", 0, 1, &MEMORY);
    attack_all("crash", 0, 1, &CRASHES);
}
