//! Two versions over live events, as Segment's destination Amazon Lambda sends them.

use std::fs;

use serde_json::{Value, json};

use super::api::Lambda;
use crate::support::Folder;
use crate::support::server::{response, server};

/// Two versions that send to `host`, and of which the second says something else of large orders.
fn folder(host: &str) -> Folder {
    let version = |value: &str| {
        format!(
            "async function onTrack(event) {{\n  await fetch('{host}/orders', {{ method: 'POST', body: '{{}}' }});\n  \
             return {value};\n}}"
        )
    };
    Folder::new(&[
        ("old.js", &version("event.properties.total")),
        ("new.js", &version("Math.min(event.properties.total, 100)")),
    ])
}

fn order(total: u32) -> Value {
    json!({"type": "track", "event": "Order Completed", "messageId": format!("m-{total}"), "properties": {"total": total}})
}

fn names(folder: &Folder) -> Vec<String> {
    let entries = fs::read_dir(folder.path().join("live")).expect("a folder");
    let name = |entry: std::io::Result<fs::DirEntry>| {
        entry
            .expect("an entry")
            .file_name()
            .into_string()
            .expect("UTF-8")
    };
    let mut names: Vec<String> = entries.map(name).collect();
    names.sort();
    names
}

#[test]
fn versions_are_compared_over_live_events_and_nothing_is_sent() {
    let (sender, sent) = std::sync::mpsc::channel();
    let host = server(move |request| {
        // The test may have ended.
        let _ = sender.send(request.to_owned());
        response("200 OK", "", "{}")
    });
    let folder = folder(&host);
    let flags = [
        "new.js",
        "--shadow",
        "old.js",
        "--to",
        "live",
        "--",
        "--show-event",
    ];
    let lambda = Lambda::start(&folder, &flags);
    for (id, total) in [("r-1", 7), ("r-2", 150), ("r-3", 300)] {
        let answer = lambda.answer(id, &order(total));
        let result = format!("live/part-live-{id}.json.gz");
        assert_eq!(
            answer,
            json!({"exitCode": 0, "meaning": "all went well", "result": result})
        );
    }
    // Lambda tries again by the same id.
    let before = fs::read(folder.path().join("live/part-live-r-2.json.gz")).expect("a result");
    lambda.answer("r-2", &order(150));
    let again = fs::read(folder.path().join("live/part-live-r-2.json.gz")).expect("a result");
    assert_eq!(before, again);
    // An event that no function takes is counted, and no failure of Lambda.
    assert_eq!(lambda.answer("r-4", &json!("nothing"))["exitCode"], 0);
    assert_eq!(names(&folder).len(), 4);
    let (code, report, _) = folder.segfn(&["diff", "merge", "live", "--json"]);
    let report: Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!(
        (code, &report["inputs"], &report["different"]),
        (4, &json!(3), &json!(2)),
        "{report:#}"
    );
    let example = &report["groups"][0]["example"];
    assert_eq!(
        (&example["input"], &example["base"]),
        (&json!("r-2:1"), &json!(150)),
        "{report:#}"
    );
    assert_eq!(example["event"]["messageId"], "m-150");
    assert!(sent.try_recv().is_err(), "nothing is sent");
}

#[test]
fn a_version_that_cannot_be_loaded_is_told_before_any_event() {
    let folder = folder("http://127.0.0.1:9");
    folder.write("broken.js", "async function onTrack( {");
    for (flags, code, told) in [
        (
            &["broken.js", "--shadow", "old.js", "--to", "live"][..],
            "Segfn.NotLoaded",
            "broken.js",
        ),
        (
            &["new.js", "--shadow", "none.js", "--to", "live"],
            "Segfn.NotLoaded",
            "none.js",
        ),
        (
            &[
                "new.js", "--shadow", "old.js", "--to", "live", "--", "--colour",
            ],
            "Segfn.Usage",
            "--colour",
        ),
    ] {
        let lambda = Lambda::start(&folder, flags);
        let failed = lambda.told();
        assert_eq!(failed.call, "init/error");
        assert_eq!(failed.error_type.as_deref(), Some(code), "{failed:?}");
        let (exit, stderr) = lambda.ended();
        assert_eq!(exit, Some(3));
        assert!(stderr.contains(told), "{stderr}");
    }
    assert!(!folder.path().join("live").exists());
}

#[test]
fn results_of_live_events_and_parts_are_not_added_up() {
    let folder = folder("http://127.0.0.1:9");
    folder.write("event.json", order(1).to_string());
    let diff = |more: &[&str]| {
        let compare = ["diff", "old.js", "new.js", "event.json", "--to", "live"];
        folder.segfn(&[&compare, more].concat())
    };
    assert_eq!(diff(&["--live", "one"]).0, 0);
    assert_eq!(diff(&["--live", "two"]).0, 0);
    assert_eq!(folder.segfn(&["diff", "merge", "live"]).0, 0);
    assert_eq!(diff(&["--part", "1/1"]).0, 0);
    let (code, _, stderr) = folder.segfn(&["diff", "merge", "live"]);
    assert_eq!(code, 4);
    assert!(
        stderr.contains("part-00001-of-00001.json.gz is of another run: it is a part of a list, and not of live events"),
        "{stderr}"
    );
    for wrong in [&["--live", "../x"][..], &["--live", "x", "--part", "1/2"]] {
        assert_eq!(diff(wrong).0, 2);
    }
}
