//! `history:`, the events that reached a server, as a place of events for other commands.

use serde_json::json;

use super::{DESTINATION, post, track};
use crate::support::Folder;
use crate::support::served::Served;

/// A folder whose history has events: two for both functions, one with a secret, one that no function got,
/// and a webhook's request. The server goes on.
fn with_history() -> (Folder, Served) {
    let folder = Folder::new(&[
        ("log/function.js", DESTINATION),
        (
            "say/function.js",
            "function onTrack(event) { return event.userId }",
        ),
        (
            "shop/function.js",
            "async function onRequest(request) { return request.json().kind }",
        ),
    ]);
    let served = Served::segment(&folder, &[]);
    for _ in 0..3 {
        served.line_with("loaded");
    }
    let event =
        json!({ "userId": "ann", "event": "E", "properties": { "password": "hunter2-hunter2-9" } });
    for event in [event.to_string(), track("bob")] {
        post(&served, "/v1/track", &[], &event);
        served.line_with("outcome");
        served.line_with("outcome");
    }
    post(&served, "/v1/track", &[], r#"{"event":"nobody's"}"#);
    served.line_with("reason");
    let identify = json!({ "userId": "cleo", "integrations": { "say": false } });
    post(&served, "/v1/identify", &[], &identify.to_string());
    // One is called, the other is left out.
    served.line_with("function");
    served.line_with("function");
    post(
        &served,
        "/hooks/shop",
        &["content-type: application/json"],
        r#"{"kind":"Sold"}"#,
    );
    served.line_with("outcome");
    // All of it is on the disk by now.
    super::told(&served, "/api/replay", &json!({ "id": 99 }));
    (folder, served)
}

#[test]
fn a_function_is_run_with_the_events_that_a_server_got_while_it_goes_on() {
    let (folder, served) = with_history();
    let inputs = |history: &str, function: &str| {
        let (_, outcomes) = folder.outcomes(&[function, history]);
        let inputs = outcomes.iter().map(|outcome| outcome["input"].clone());
        inputs.collect::<Vec<_>>()
    };
    assert_eq!(
        inputs("history:", "say"),
        ["history:1", "history:2", "history:4"]
    );
    assert_eq!(inputs("history:say", "say"), ["history:1", "history:2"]);
    let (code, outcomes) = folder.outcomes(&["shop", "history:shop"]);
    assert_eq!((code, &outcomes[0]["value"]), (0, &json!("Sold")));
    assert_eq!(outcomes[0]["input"], "history:5");
    let (_, outcomes) = folder.outcomes(&["log", "history:", "--where", "userId = 'ann'"]);
    assert_eq!(outcomes.len(), 1);
    let text = outcomes[0].to_string();
    assert!(
        text.contains("[secret password]") && !text.contains("hunter2"),
        "{text}"
    );
    // It is there without a server, too.
    drop(served);
    assert_eq!(inputs("history:", "say").len(), 3);
}

#[test]
fn versions_are_compared_over_the_history() {
    let (folder, _served) = with_history();
    folder.commit_all();
    folder.write(
        "say/function.js",
        "function onTrack(event) { return event.userId === 'bob' ? 'Bob' : event.userId }",
    );
    let arguments = [
        "diff",
        "git:HEAD",
        "say",
        "history:",
        "--where",
        "type = 'track'",
        "--json",
    ];
    let (code, stdout, stderr) = folder.segfn(&arguments);
    assert_eq!(code, 1, "{stderr}");
    let report: serde_json::Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!(
        (&report["inputs"], &report["different"]),
        (&json!(2), &json!(1)),
        "{report}"
    );
    assert!(stdout.contains("history:2"), "{report}");
}

#[test]
fn cases_are_made_of_the_history() {
    let (folder, _served) = with_history();
    let (code, stdout, stderr) = folder.segfn(&["cases", "add", "say", "history:say"]);
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.contains("added track-e to"), "{stdout}");
    let (code, stdout, stderr) =
        folder.segfn(&["record", "log", "history:", "--where", "type = 'identify'"]);
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.contains("identify"), "{stdout}");
    let (code, stdout, _) = folder.segfn(&["test", "say", "log"]);
    assert_eq!(code, 0, "{stdout}");
}

#[test]
fn where_there_is_no_history_it_says_so() {
    let folder = Folder::new(&[("say/function.js", "function onTrack() {}")]);
    let told = |history: &str| {
        let (code, _, stderr) = folder.segfn(&["run", "say", history]);
        assert_eq!(code, 4, "{stderr}");
        stderr
    };
    let text = told("history:");
    assert!(
        text.contains("there is no history here: .segfn/serve.sqlite does not exist"),
        "{text}"
    );
    assert!(
        text.contains("hint: `segfn serve` in this folder writes one"),
        "{text}"
    );
    let served = Served::segment(&folder, &[]);
    served.line_with("loaded");
    let text = told("history:");
    assert!(
        text.contains("no event of the history .segfn/serve.sqlite has reached a function"),
        "{text}"
    );
    post(&served, "/v1/track", &[], &track("u"));
    served.line_with("outcome");
    super::told(&served, "/api/replay", &json!({ "id": 99 }));
    let text = told("history:sai");
    assert!(
        text.contains("has reached a function named `sai`"),
        "{text}"
    );
    assert!(text.contains("did you mean `history:say`?"), "{text}");
    let text = told("history:other");
    assert!(text.contains("events have reached say"), "{text}");
    drop(served);
    std::fs::remove_dir_all(folder.path().join(".segfn")).expect("it is removed");
    folder.write(
        ".segfn/serve.sqlite",
        "not a database, however long this text goes on ".repeat(100),
    );
    let text = told("history:");
    assert!(
        text.contains("the history .segfn/serve.sqlite can't be used"),
        "{text}"
    );
}
