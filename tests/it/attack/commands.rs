//! Every command runs functions in processes that can be ended from outside.

use serde_json::Value;

use crate::support::Folder;

/// Nothing inside of V8 ends it.
const HANGS: &str =
    "async function onTrack() { return [].includes.call({ length: 2 ** 53 - 1 }, 1); }";
const EVENT: &str = r#"{"type":"track","event":"E","messageId":"m"}"#;

fn folder() -> Folder {
    Folder::new(&[
        ("fn/function.js", HANGS),
        ("fn/segfn.toml", "timeout = '200ms'\n"),
        ("e.json", EVENT),
    ])
}

#[test]
fn run_hung_when_it_read_an_archive() {
    let folder = folder();
    folder.write("store.js", "async function onTrack(event) { await new AWS.S3().putObject({ Bucket: 'bbb', Key: 'a.json', Body: JSON.stringify(event) }).promise(); }");
    assert_eq!(folder.segfn(&["run", "store.js", "e.json"]).0, 0);
    let (code, outcomes) = folder.outcomes(&["fn", "s3://bbb/", "e.json"]);
    assert_eq!(code, 1);
    let names: Vec<&Value> = outcomes
        .iter()
        .map(|outcome| &outcome["error"]["name"])
        .collect();
    assert_eq!(names, ["Timeout", "Timeout"]);
}

#[test]
fn diff_hung() {
    let (code, stdout, stderr) = folder().segfn(&["diff", "fn", "fn", "e.json"]);
    assert_eq!((code, stderr.as_str()), (1, ""), "{stdout}");
    assert!(
        stdout.contains("failed in both versions (1 Timeout)"),
        "{stdout}"
    );
}

#[test]
fn record_and_cases_add_and_test_hung() {
    let folder = folder();
    let (code, stdout, stderr) = folder.segfn(&["cases", "add", "fn", "e.json"]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    let (code, stdout, stderr) = folder.segfn(&["record", "fn", "e.json", "--name", "x"]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    let (code, stdout, stderr) = folder.segfn(&["test", "fn"]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    let expected = std::fs::read_to_string(folder.path().join("fn/cases/x/expected.json"));
    let expected: Value = serde_json::from_str(&expected.expect("a file")).expect("JSON");
    assert_eq!(expected["error"]["name"], "Timeout", "{expected:#}");
}

#[test]
fn with_a_small_stack_there_was_no_wall() {
    let folder = folder();
    for command in ["run fn e.json --json", "record fn e.json --name x"] {
        let script = format!("ulimit -s 1024 && segfn {command}");
        let output = folder.shell(&script).output().expect("it runs");
        let stdout = String::from_utf8_lossy(&output.stdout);
        assert!(stdout.contains("retry"), "{command}: {output:?}");
    }
}

/// A process gets the next chunk before it is done with one, and neither waits for the other: what
/// goes to it and what comes back are each larger than what is on its way at once.
#[test]
fn every_large_event_around_one_that_hangs_is_answered() {
    let folder = folder();
    let source = "async function onTrack(event) { if (event.event === 'hang') [].includes.call({ length: 2 ** 53 - 1 }, 1); return event; }";
    folder.write("large.js", source);
    let events: Vec<String> = (0..60)
        .map(|number| {
            let event = if number == 41 { "hang" } else { "E" };
            let filler = "x".repeat(100_000 + number);
            format!(r#"{{"type":"track","event":"{event}","filler":"{filler}"}}"#)
        })
        .collect();
    folder.write("large.ndjson", events.join("\n"));
    for jobs in ["1", "2"] {
        let flags = ["--timeout", "300ms", "--jobs", jobs];
        let (_, outcomes) = folder.outcomes(&[&["large.js", "large.ndjson"], &flags[..]].concat());
        assert_eq!(outcomes.len(), events.len());
        for (number, outcome) in outcomes.iter().enumerate() {
            if number == 41 {
                assert_eq!(outcome["error"]["name"], "Timeout");
            } else {
                let filler = outcome["value"]["filler"].as_str().map(str::len);
                assert_eq!(filler, Some(100_000 + number));
            }
        }
    }
}
