//! The panel's API: who may ask, and what it does.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use super::{asked, events, folder, logged, post, served, told, track};
use crate::support::Folder;
use crate::support::served::Served;

#[test]
fn only_the_page_itself_may_ask() {
    let folder = folder();
    let served = served(&folder, &[]);
    let own = format!("host: {}", served.address());
    let origin = format!("origin: {}", served.url());
    let line = "GET /api/state HTTP/1.1";
    let header = "segfn-panel: 1";
    for (headers, status) in [
        (vec![own.as_str(), header], 200),
        (vec![&own, header, &origin], 200),
        (vec![&own], 403),
        (vec![&own, header, "origin: http://evil.test"], 403),
        (vec![&own, header, "sec-fetch-site: cross-site"], 403),
        (vec!["host: rebind.test", header], 403),
        (
            vec!["host: rebind.test", header, "origin: http://rebind.test"],
            403,
        ),
        (vec![header], 403),
    ] {
        let answer = served.ask(&[&[line], headers.as_slice()].concat(), "");
        assert_eq!(answer.status, status, "{headers:?}: {}", answer.body);
        if answer.status == 403 {
            let error: Value = serde_json::from_str(&answer.body).expect("JSON");
            assert!(error["error"]["message"].is_string(), "{error}");
        }
        // No page of another origin may read it.
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
    let answer = post(
        &served,
        "/api/replay",
        &["origin: http://evil.test", header],
        r#"{"id":1}"#,
    );
    assert_eq!(answer.status, 403);
    assert_eq!(
        served
            .ask(&["GET / HTTP/1.1", "host: rebind.test"], "")
            .status,
        403
    );
}

#[test]
fn a_function_is_run_beside_the_pipeline() {
    let folder = Folder::new(&[
        (
            "function.js",
            "async function onTrack(event, settings) { console.log(settings.word); return event.userId }
             async function onBatch(events) { console.log(events.length) }",
        ),
        ("settings.json", r#"{"word": "from the file", "token": "sk-0123456789abcdef"}"#),
    ]);
    let served = served(&folder, &[]);
    let state = asked(&served, "/api/state");
    let function = &state["functions"][0];
    assert_eq!(function["kind"], "destination");
    assert_eq!(function["handlers"], json!(["onTrack", "onBatch"]));
    assert_eq!(function["settings"]["token"], "[secret token]");
    let name = function["name"].clone();
    let input = json!({ "type": "track", "userId": "u", "event": "E" });
    let body = json!({ "function": name, "input": input });
    let (status, answer) = told(&served, "/api/run", &body);
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["outcome"]["value"], "u");
    let text = answer["text"].as_str().expect("a text");
    assert!(
        text.starts_with("✓ success") && text.contains("from the file"),
        "{text}"
    );
    let body = json!({ "function": name, "input": input, "settings": { "word": "other" } });
    let (_, answer) = told(&served, "/api/run", &body);
    assert_eq!(answer["outcome"]["logs"][0]["text"], "other");
    let (_, answer) = told(
        &served,
        "/api/run",
        &json!({ "function": name, "input": [input, input] }),
    );
    assert_eq!(answer["outcome"]["handler"], "onBatch");
    assert_eq!(events(&served).len(), 0, "nothing of it is kept");
    for (body, wanted) in [
        (json!({ "function": "none", "input": {} }), 404),
        (json!({ "function": name }), 400),
        (json!({ "function": name, "input": "text" }), 400),
    ] {
        let (status, answer) = told(&served, "/api/run", &body);
        assert_eq!(status, wanted, "{answer}");
    }
}

#[test]
fn an_event_becomes_a_case_which_is_run_accepted_and_compared() {
    let folder = Folder::new(&[(
        "log/function.js",
        "function onTrack(event) { console.log('one'); return event.userId }",
    )]);
    let served = served(&folder, &["log"]);
    post(&served, "/v1/track", &[], &track("u"));
    let id = served.line_with("outcome")["event"].clone();
    let (status, made) = told(
        &served,
        "/api/cases",
        &json!({ "id": id, "function": "log", "name": "first" }),
    );
    assert_eq!(status, 200, "{made}");
    assert_eq!(
        (&made["case"], &made["path"]),
        (&json!("first"), &json!("log/cases/first"))
    );
    assert!(folder.path().join("log/cases/first/expected.json").exists());
    let listed = asked(&served, "/api/cases?function=log");
    assert_eq!(
        listed["cases"],
        json!([{ "name": "first", "path": "log/cases/first" }])
    );
    let (_, report) = told(&served, "/api/test", &json!({ "function": "log" }));
    assert_eq!(report["totals"]["passed"], 1, "{report}");
    folder.write("old.js", "function onTrack(event) { return 'another' }");
    let compare = json!({ "function": "log", "base": "old.js", "id": id });
    let (status, report) = told(&served, "/api/compare", &compare);
    assert_eq!((status, &report["different"]), (200, &json!(1)), "{report}");
    assert!(
        report.to_string().contains(&format!("\"event {id}\"")),
        "{report}"
    );
    folder.write(
        "log/function.js",
        "function onTrack(event) { return 'changed' }",
    );
    served.line_with("loaded");
    let (_, report) = told(
        &served,
        "/api/test",
        &json!({ "function": "log", "cases": ["first"] }),
    );
    assert_eq!(report["cases"][0]["verdict"], "failed", "{report}");
    let (status, answer) = told(
        &served,
        "/api/accept",
        &json!({ "function": "log", "case": "first" }),
    );
    assert_eq!((status, answer), (200, json!({ "accepted": true })));
    let (_, report) = told(&served, "/api/test", &json!({ "function": "log" }));
    assert_eq!(report["totals"]["passed"], 1, "{report}");
    let (status, answer) = told(
        &served,
        "/api/accept",
        &json!({ "function": "log", "case": "none" }),
    );
    assert_eq!(status, 404, "{answer}");
}

#[test]
fn an_outcome_has_the_lines_where_the_function_failed() {
    let folder = Folder::new(&[(
        "log/function.js",
        "function onTrack(event) {\n  throw new Error('no user')\n}",
    )]);
    let served = served(&folder, &["log"]);
    post(&served, "/v1/track", &[], &track("u"));
    let id = served.line_with("outcome")["event"].clone();
    let event = asked(&served, &format!("/api/events/{id}"));
    let body = json!({ "function": "log", "input": { "type": "track" } });
    let (_, run) = told(&served, "/api/run", &body);
    for error in [
        &event["steps"][0]["outcome"]["error"],
        &run["outcome"]["error"],
    ] {
        let frame = error["frame"].as_str().expect("lines");
        assert!(frame.contains("throw new Error('no user')"), "{frame}");
    }
}

#[test]
fn a_line_of_a_file_of_cases_is_run_and_accepted_alone() {
    let cases = |names: [&str; 2]| {
        let line = |name| {
            let event = json!({ "type": "track", "userId": "u", "event": "E" });
            json!({ "name": name, "event": event }).to_string()
        };
        names.map(line).join("\n")
    };
    let folder = Folder::new(&[(
        "log/function.js",
        "function onTrack(event) { return event.userId }",
    )]);
    folder.write("log/cases.ndjson", cases(["one", "one-more"]));
    let served = served(&folder, &["log"]);
    let (_, accepted) = told(
        &served,
        "/api/accept",
        &json!({ "function": "log", "case": "one" }),
    );
    assert_eq!(accepted, json!({ "accepted": true }));
    let verdicts = |body: &Value| {
        let (_, report) = told(&served, "/api/test", body);
        let cases = report["cases"].as_array().expect("cases").clone();
        let told = |case: &Value| (case["case"].clone(), case["verdict"].clone());
        cases.iter().map(told).collect::<Vec<_>>()
    };
    let one = (json!("log/one"), json!("passed"));
    let more = (json!("log/one-more"), json!("failed"));
    assert_eq!(
        verdicts(&json!({ "function": "log", "cases": ["one"] })),
        std::slice::from_ref(&one)
    );
    assert_eq!(verdicts(&json!({ "function": "log" })), [one, more]);
}

/// Reads the stream of a server until there is `text` in it.
fn streamed(served: &Served, meanwhile: impl FnOnce(), text: &str) -> String {
    let mut stream = TcpStream::connect(served.address()).expect("a connection");
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .expect("a time limit");
    let host = served.address();
    write!(
        stream,
        "GET /api/stream HTTP/1.1\r\nhost: {host}\r\nsegfn-panel: 1\r\n\r\n"
    )
    .expect("it is sent");
    let mut got = String::new();
    let mut read = |got: &mut String, wanted: &str| {
        let mut bytes = [0; 4096];
        while !got.contains(wanted) {
            let count = stream.read(&mut bytes).expect("more");
            assert_ne!(count, 0, "{got}");
            got.push_str(&String::from_utf8_lossy(&bytes[..count]));
        }
    };
    read(&mut got, ": here");
    meanwhile();
    read(&mut got, text);
    got
}

#[test]
fn rows_and_functions_are_streamed_as_they_change() {
    let folder = folder();
    let served = served(&folder, &[]);
    let send = || drop(post(&served, "/v1/track", &[], &track("u")));
    let got = streamed(&served, send, "\"class\":\"success\"");
    assert!(got.contains("event: row\nid: 1\ndata: {"), "{got}");
    assert!(got.contains("content-type: text/event-stream"), "{got}");
    logged(&served);
    let change = || {
        folder.write("functions/log/function.js", "function onTrack( {");
    };
    let got = streamed(&served, change, "event: functions");
    assert!(got.contains("event: functions\ndata: ["), "{got}");
}

#[test]
fn samples_can_be_taken() {
    let folder = folder();
    let served = served(&folder, &[]);
    let list = asked(&served, "/api/samples");
    let names: Vec<&str> = list["samples"]
        .as_array()
        .expect("samples")
        .iter()
        .filter_map(|sample| sample["name"].as_str())
        .collect();
    assert!(names.contains(&"order-completed"), "{names:?}");
    let sample = asked(&served, "/api/samples/order-completed");
    assert_eq!(
        (&sample["type"], &sample["event"]),
        (&json!("track"), &json!("Order Completed"))
    );
    let host = format!("host: {}", served.address());
    let line = "GET /api/samples/order-complete HTTP/1.1";
    let wrong = served.ask(&[line, &host, "segfn-panel: 1"], "");
    assert_eq!(wrong.status, 404, "{}", wrong.body);
    assert!(
        wrong.body.contains("did you mean order-completed?"),
        "{}",
        wrong.body
    );
}
