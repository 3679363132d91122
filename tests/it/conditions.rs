//! `--where`: which events a command takes.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::Folder;
use crate::support::transcript::steady;

const TELL: &str = "async function onTrack(event) { return event.properties; }\n\
                    async function onPage(event) { return event.properties; }\n\
                    async function onBatch(events) { return events.map((e) => e.properties); }\n";

fn event(kind: &str, total: Value) -> String {
    let event = json!({"type": kind, "event": "Paid", "properties": {"total": total}});
    format!("{event}\n")
}

fn folder() -> Folder {
    let events = [
        event("track", json!(5)),
        event("track", json!(15)),
        event("page", json!(25)),
        event("track", json!("35")),
        event("track", json!(null)),
        event("track", json!(45)),
    ];
    Folder::new(&[("f/function.js", TELL), ("events.ndjson", &events.concat())])
}

const RICH: &str = "type = \"track\" and properties.total > 10";

fn totals(outcomes: &[Value]) -> Vec<&Value> {
    outcomes
        .iter()
        .map(|outcome| &outcome["value"]["total"])
        .collect()
}

#[test]
fn run_takes_the_events_that_fit_and_tells_of_those_it_could_not_ask() {
    let folder = folder();
    let run = ["run", "f", "events.ndjson", "--json", "--where", RICH];
    let (code, stdout, stderr) = folder.segfn(&run);
    let outcomes: Vec<Value> = stdout
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(code, 0);
    assert_eq!(totals(&outcomes), [&json!(15), &json!(45)]);
    assert_eq!(
        outcomes[1]["input"], "events.ndjson:6",
        "the line that it is"
    );
    assert_snapshot!(stderr, @r"
    warning: 1 event was left out: --where is neither true nor false there. The first is events.ndjson:4: `>` takes a number, but properties.total is a string
    hint: number(properties.total) makes a number of it
    ");
}

#[test]
fn of_a_batch_the_events_that_fit_are_run() {
    let folder = folder();
    let batch = format!("[{},{}]", event("track", json!(1)), event("page", json!(2)));
    folder.write("batch.json", batch);
    let (code, outcomes) = folder.outcomes(&["f", "batch.json", "--where", "type = 'page'"]);
    assert_eq!((code, outcomes.len()), (0, 1));
    assert_eq!(outcomes[0]["value"], json!([{"total": 2}]));
}

#[test]
fn a_line_that_is_no_json_is_told_whatever_was_asked() {
    let folder = folder();
    folder.write("events.ndjson", event("page", json!(1)) + "{\"type\":\n");
    let (code, stdout, stderr) =
        folder.segfn(&["run", "f", "events.ndjson", "--where", "type = 'track'"]);
    assert_eq!(code, 4, "{stdout}");
    assert!(stderr.contains("events.ndjson:2:8: "), "{stderr}");
}

#[test]
fn the_samples_are_asked_too() {
    let folder = folder();
    let (code, outcomes) = folder.outcomes(&["f/function.js", "--where", "type = 'page'"]);
    let handlers: Vec<&Value> = outcomes.iter().map(|outcome| &outcome["handler"]).collect();
    assert_eq!(
        (code, handlers),
        (0, vec![&json!("onPage"), &json!("onBatch")])
    );
}

#[test]
fn a_condition_that_no_event_fits_is_told() {
    let folder = folder();
    let (code, stdout, stderr) =
        folder.segfn(&["run", "f", "events.ndjson", "--where", "type = 'Track'"]);
    assert_eq!(code, 0);
    assert!(stdout.contains("0 inputs"), "{stdout}");
    assert_eq!(
        stderr,
        "warning: --where is true of no event: 6 events were left out\n"
    );
}

#[test]
fn a_sample_is_one_of_them() {
    let folder = folder();
    let fits = [
        "f",
        "events.ndjson",
        "--where",
        "type = 'page'",
        "--sample",
        "5",
    ];
    let (code, outcomes) = folder.outcomes(&fits);
    assert_eq!(code, 0);
    assert_eq!(totals(&outcomes), [&json!(25)]);
}

#[test]
fn record_diff_and_cases_add_take_it_too() {
    let folder = folder();
    folder.write(
        "g/function.js",
        TELL.replace("event.properties", "event.type"),
    );
    let (code, stdout, stderr) = folder.segfn(&[
        "diff",
        "f",
        "g",
        "events.ndjson",
        "--where",
        "type = 'page'",
    ]);
    assert_eq!((code, stderr.as_str()), (1, ""));
    assert!(stdout.contains("1 of 1 event differs"), "{stdout}");

    let record = [
        "record",
        "f",
        "events.ndjson",
        "--where",
        "properties.total = 15",
    ];
    let (code, stdout, stderr) = folder.segfn(&record);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    let cases = std::fs::read_dir(folder.path().join("f/cases")).expect("cases");
    assert_eq!(cases.count(), 1, "{stdout}");

    let add = [
        "cases",
        "add",
        "g",
        "events.ndjson",
        "--where",
        "type = 'page'",
    ];
    let (code, stdout, stderr) = folder.segfn(&add);
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert_snapshot!(stdout, @r"
    added page-paid to g/cases.ndjson
    1 case added
    ");
}

#[test]
fn what_is_wrong_with_it_is_pointed_at() {
    let folder = folder();
    let run = |condition: &str| {
        let (code, stdout, stderr) =
            folder.segfn(&["run", "f", "events.ndjson", "--where", condition]);
        assert_eq!((code, stdout.as_str()), (2, ""), "nothing ran");
        steady(&stderr, folder.path())
    };
    assert_snapshot!(run("type = \"track\" and lenght(event) > 3"), @r#"
    error: invalid value 'type = "track" and lenght(event) > 3' for '--where <FQL>': there is no function `lenght`
      |
    1 | type = "track" and lenght(event) > 3
      |                    ^^^^^^
      did you mean `length`?

    For more information, try '--help'.
    "#);
    assert_snapshot!(run("type = track event"), @r#"
    error: invalid value 'type = track event' for '--where <FQL>': expected `and`, `or` or the end, but here stands `event`
      |
    1 | type = track event
      |              ^^^^^
      a text stands in quotes: "event"

    For more information, try '--help'.
    "#);
    assert_snapshot!(run(""), @r#"
    error: invalid value '' for '--where <FQL>': it is empty
      |
    1 |
      | ^
      write a condition, such as type = "track"

    For more information, try '--help'.
    "#);
}
