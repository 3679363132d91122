//! `segfn run` from outside: what it prints, and how it ends.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use serde_json::Value;

use crate::support::Folder;

const TRACK: &str = r#"{"type":"track","event":"E","properties":{"total":42}}"#;

fn values(outcomes: &[Value]) -> Vec<&Value> {
    outcomes.iter().map(|outcome| &outcome["value"]).collect()
}

#[test]
fn help_and_version_are_there() {
    let folder = Folder::new(&[]);
    let (code, stdout, _) = folder.segfn(&["run", "--help"]);
    assert_eq!(code, 0);
    for flag in [
        "--kind",
        "--handler",
        "--settings",
        "-s <",
        "--json",
        "--jobs",
        "--cold",
        "--timeout",
        "--memory",
        "--aws",
        "--role",
        "--allow-net",
        "--deny-net",
        "--color",
    ] {
        assert!(stdout.contains(flag), "{flag}");
    }
    assert_eq!(folder.segfn(&["--version"]).0, 0);
    assert_eq!(folder.segfn(&[]).0, 2);
}

#[test]
fn a_batch_with_failed_events_looked_like_a_success() {
    let folder = Folder::new(&[
        (
            "f.js",
            "function onBatch() { return [{ status: 200 }, { status: 500 }] }",
        ),
        ("e.json", "[{\"type\":\"track\"},{\"type\":\"track\"}]"),
    ]);
    let (code, stdout, _) = folder.segfn(&["run", "f.js", "e.json"]);
    assert_eq!(code, 1);
    assert!(stdout.contains(" ms  1 event failed\n"), "{stdout}");
    assert!(
        stdout.contains("1 input: 1 success (1 with failed events) in "),
        "{stdout}"
    );
}

#[test]
fn outcomes_come_in_the_order_of_the_inputs() {
    let function = "async function onTrack(event) { await new Promise(r => setTimeout(r, event.n % 3)); return event.n }";
    let lines: String = (0..500)
        .map(|n| format!("{{\"type\":\"track\",\"n\":{n}}}\n"))
        .collect();
    let folder = Folder::new(&[
        ("f.js", function),
        ("e.ndjson", &lines),
        ("last.json", r#"{"type":"track","n":500}"#),
    ]);
    let (code, outcomes) = folder.outcomes(&["f.js", "e.ndjson", "last.json", "--jobs", "3"]);
    assert_eq!(code, 0);
    assert_eq!(
        values(&outcomes),
        (0..=500)
            .map(Value::from)
            .collect::<Vec<_>>()
            .iter()
            .collect::<Vec<_>>()
    );
    assert_eq!(outcomes[9]["input"], "e.ndjson:10");
    assert_eq!(outcomes[500]["input"], "last.json");
}

#[test]
fn a_failure_ends_with_1_and_the_others_still_run() {
    let function =
        "async function onTrack(event) { if (event.bad) throw new RetryError('later'); return 1 }";
    let folder = Folder::new(&[
        ("f.js", function),
        (
            "e.ndjson",
            "{\"type\":\"track\"}\n{\"type\":\"track\",\"bad\":true}\n{\"type\":\"track\"}",
        ),
    ]);
    let (code, outcomes) = folder.outcomes(&["f.js", "e.ndjson"]);
    assert_eq!(code, 1);
    let classes: Vec<_> = outcomes
        .iter()
        .map(|outcome| outcome["class"].as_str())
        .collect();
    assert_eq!(classes, [Some("success"), Some("retry"), Some("success")]);
    let (code, stdout, stderr) = folder.segfn(&["run", "f.js", "e.ndjson"]);
    assert_eq!((code, stderr.as_str()), (1, ""));
    assert!(
        stdout.contains("RetryError: later") && stdout.contains(" --> f.js:1:"),
        "{stdout}"
    );
    assert!(
        stdout.contains("3 inputs: 2 success, 1 retry in "),
        "{stdout}"
    );
}

#[test]
fn settings_come_from_four_places() {
    let folder = Folder::new(&[
        (
            "f/function.js",
            "function onTrack(event, settings) { return settings }",
        ),
        (
            "f/segfn.toml",
            "[settings]\na = \"toml\"\nb = \"toml\"\nc = \"toml\"\nd = \"toml\"\n",
        ),
        ("f/settings.json", r#"{"b":"json","c":"json","d":"json"}"#),
        ("more.json", r#"{"c":"more","d":"more"}"#),
        ("e.json", TRACK),
    ]);
    let (_, outcomes) = folder.outcomes(&[
        "f",
        "e.json",
        "--settings",
        "more.json",
        "-s",
        "d=flag",
        "-s",
        "list=[\"x\"]",
        "-s",
        "n=1",
    ]);
    let expected = serde_json::json!({"a": "toml", "b": "json", "c": "more", "d": "flag", "list": ["x"], "n": "1"});
    assert_eq!(values(&outcomes), [&expected]);
}

#[test]
fn secrets_are_in_no_output() {
    let function = "
        async function onTrack(event, settings) {
            console.log(settings, encodeURIComponent(settings.key), btoa('me:' + settings.key));
            throw new Error('refused: ' + settings.key);
        }";
    let folder = Folder::new(&[
        ("function.js", function),
        ("segfn.toml", "secret = [\"key\"]"),
        ("e.json", TRACK),
    ]);
    for flags in [
        &["--json"][..],
        &["--color", "always"],
        &["--color", "never"],
    ] {
        let (code, stdout, stderr) =
            folder.segfn(&[&["run", ".", "e.json", "-s", "key=hush/hush secret"], flags].concat());
        assert_eq!(code, 1);
        assert!(stdout.contains("[secret key]"), "{stdout}");
        for form in ["hush", "aHVzaC9odXNo", "h1c2gvaHVza"] {
            assert!(
                !stdout.contains(form) && !stderr.contains(form),
                "{form}: {stdout}{stderr}"
            );
        }
    }
}

#[test]
fn without_events_those_of_the_folder_or_samples_are_taken() {
    let folder = Folder::new(&[(
        "f/function.js",
        "function onTrack(event) { return event.event }\nfunction onIdentify(event) { return event.userId }",
    )]);
    let (code, outcomes) = folder.outcomes(&["f"]);
    assert_eq!(code, 0);
    let names: Vec<_> = outcomes
        .iter()
        .map(|outcome| outcome["input"].as_str())
        .collect();
    assert_eq!(names, [Some("sample identify"), Some("sample track")]);
    folder.write("f/event.json", TRACK);
    assert_eq!(folder.outcomes(&["f"]).1[0]["input"], "f/event.json");
    folder.write("f/events/b.json", TRACK);
    folder.write("f/events/a.ndjson", format!("{TRACK}\n{TRACK}\n"));
    let (_, outcomes) = folder.outcomes(&["f"]);
    let names: Vec<_> = outcomes
        .iter()
        .map(|outcome| outcome["input"].as_str())
        .collect();
    assert_eq!(
        names,
        [
            Some("f/events/a.ndjson:1"),
            Some("f/events/a.ndjson:2"),
            Some("f/events/b.json")
        ]
    );
}

#[test]
fn the_kind_is_told_when_it_was_found_out() {
    let folder = Folder::new(&[("f.js", "function onTrack(event) {}"), ("e.json", TRACK)]);
    let (_, stdout, _) = folder.segfn(&["run", "f.js", "e.json"]);
    assert!(
        stdout.starts_with(
            "f.js: ran as destination (it defines onTrack; --kind to change)\n✓ success"
        ),
        "{stdout}"
    );
    let (_, stdout, _) = folder.segfn(&["run", "f.js", "e.json", "--kind", "destination"]);
    assert!(stdout.starts_with("✓ success"), "{stdout}");
}

#[test]
fn many_plain_successes_are_one_line_each() {
    let folder = Folder::new(&[(
        "f.js",
        "function onTrack(event) { if (event.n === 90) console.log('here'); return event.n }",
    )]);
    let lines: String = (0..100)
        .map(|n| format!("{{\"type\":\"track\",\"n\":{n}}}\n"))
        .collect();
    folder.write("e.ndjson", lines);
    let (_, stdout, _) = folder.segfn(&["run", "f.js", "e.ndjson"]);
    assert!(
        stdout.contains("  value    19\n") && !stdout.contains("  value    20\n"),
        "{stdout}"
    );
    assert!(
        stdout.contains("  log      here\n  value    90\n"),
        "{stdout}"
    );
    assert_eq!(
        stdout.lines().filter(|line| line.starts_with('✓')).count(),
        100
    );
}

#[test]
fn an_input_is_answered_before_the_next_one_comes() {
    let folder = Folder::new(&[("f.js", "function onTrack(event) { return event.n }")]);
    let mut child = folder
        .command(&["run", "f.js", "-", "--json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("segfn runs");
    let mut input = child.stdin.take().expect("a pipe");
    let mut output = BufReader::new(child.stdout.take().expect("a pipe"));
    for n in 1..=3 {
        writeln!(input, "{{\"type\":\"track\",\"n\":{n}}}").expect("segfn reads");
        let mut line = String::new();
        output.read_line(&mut line).expect("segfn writes");
        let outcome: Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!(
            (&outcome["input"], &outcome["value"]),
            (&format!("-:{n}").into(), &n.into())
        );
    }
    drop(input);
    assert!(child.wait().expect("segfn ends").success());
}

#[test]
fn a_reader_that_has_enough_is_no_failure() {
    let lines: String = (0..20_000)
        .map(|n| format!("{{\"type\":\"track\",\"n\":{n}}}\n"))
        .collect();
    let folder = Folder::new(&[
        ("f.js", "function onTrack(event) { return event.n }"),
        ("e.ndjson", &lines),
    ]);
    for flags in [&["--json"][..], &[]] {
        let mut child = folder
            .command(&[&["run", "f.js", "e.ndjson"], flags].concat())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("segfn runs");
        let mut output = BufReader::new(child.stdout.take().expect("a pipe"));
        output.read_line(&mut String::new()).expect("segfn writes");
        drop(output);
        let ended = child.wait_with_output().expect("segfn ends");
        assert_eq!((ended.status.code(), ended.stderr), (Some(0), vec![]));
    }
}

#[test]
fn colours_follow_the_flag_and_the_environment() {
    let folder = Folder::new(&[("f.js", "function onTrack(event) {}"), ("e.json", TRACK)]);
    let run = |flags: &[&str]| {
        folder
            .segfn(&[&["run", "f.js", "e.json"], flags].concat())
            .1
    };
    assert!(!run(&[]).contains('\u{1b}'));
    assert!(run(&["--color", "always"]).contains('\u{1b}'));
    assert!(!run(&["--color", "never"]).contains('\u{1b}'));
    assert!(!run(&["--color", "always", "--json"]).contains('\u{1b}'));
}
