//! The example functions, run with their events. What has to come of them lies in
//! tests/it/examples/NAME.json; after a wanted change it is written anew by
//! `SEGFN_WRITE_EXPECTED=1 cargo test --test it examples::`, and to be read before it is committed.

use std::path::Path;
use std::sync::mpsc;

use serde_json::Value;

use crate::support::Folder;
use crate::support::server::{response, server};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Takes out what differs from run to run: the times.
fn mask(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match name.as_str() {
                    "ms" => *value = 0.into(),
                    "time" => *value = "".into(),
                    _ => mask(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask),
        _ => {}
    }
}

/// The folders of the examples; beside them there is a tracking plan.
fn names(folder: &Folder) -> Vec<String> {
    let found = std::fs::read_dir(folder.path().join("functions")).expect("the examples");
    found
        .map(|entry| entry.expect("an entry"))
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().expect("UTF-8"))
        .collect()
}

#[test]
fn the_examples_pass_their_own_cases() {
    let folder = Folder::of_examples();
    let (code, stdout, stderr) = folder.segfn(&["test", "--report", "json"]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    for name in names(&folder) {
        let case = format!("\"case\":\"functions/{name}/");
        assert!(stdout.contains(&case), "{case} has no cases");
    }
}

#[test]
fn the_examples_do_what_is_written_down() {
    let write = std::env::var_os("SEGFN_WRITE_EXPECTED").is_some();
    assert!(
        !(write && std::env::var_os("CI").is_some()),
        "expectations are not written by a machine"
    );
    let folder = Folder::of_examples();
    let names = names(&folder);
    assert!(names.len() >= 4);
    for name in names {
        let (_, outcomes) = folder.outcomes(&[&format!("functions/{name}")]);
        let mut outcomes = Value::from(outcomes);
        mask(&mut outcomes);
        let path = root().join(format!("tests/it/examples/{name}.json"));
        if write {
            let text = serde_json::to_string_pretty(&outcomes).expect("JSON") + "\n";
            std::fs::write(&path, text).expect("the expectation");
        }
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        let expected: Value = serde_json::from_str(&expected).unwrap_or_default();
        assert_eq!(
            outcomes, expected,
            "{name}; if that is wanted: SEGFN_WRITE_EXPECTED=1 cargo test --test it examples::"
        );
    }
}

#[test]
fn slack_alerts_posts_what_is_large() {
    let (sender, requests) = mpsc::channel();
    let url = server(move |request| {
        sender.send(request.to_owned()).expect("the test waits");
        response("200 OK", "", "ok")
    });
    let folder = Folder::of_examples();
    let (code, outcomes) = folder.outcomes(&[
        "functions/slack-alerts",
        "functions/slack-alerts/events/small-order.json",
        "-s",
        &format!("webhookUrl={url}/hook"),
        "-s",
        "threshold=40",
    ]);
    assert_eq!(code, 0);
    let request = requests.recv().expect("a request");
    assert!(request.starts_with("POST /hook HTTP/1.1\r\n"), "{request}");
    assert!(
        request.ends_with("\r\n\r\n{\"text\":\"Order A-100 by u-17: 42.5 EUR\"}"),
        "{request}"
    );
    // Whoever has the URL can post: it is one of the secrets.
    assert_eq!(outcomes[0]["exchanges"][0]["url"], "[secret webhookUrl]");
}

#[test]
fn archive_to_s3_leaves_files_that_a_person_can_open() {
    let folder = Folder::of_examples();
    let (code, _) = folder.outcomes(&["functions/archive-to-s3"]);
    assert_eq!(code, 0);
    let path = ".segfn/s3/events-archive/track/2026-03-01/m-0001.json";
    let stored = std::fs::read_to_string(folder.path().join(path)).expect("the object");
    let stored: Value = serde_json::from_str(&stored).expect("JSON");
    assert_eq!(stored["properties"]["order_id"], "A-100");
}
