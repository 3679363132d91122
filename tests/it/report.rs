//! What the reports say about an outcome, through the library.

use std::path::PathBuf;
use std::sync::Arc;

use insta::assert_snapshot;
use segfn::outcome::Outcome;
use segfn::report::text::{Block, TextReport};
use segfn::report::{Palette, json};
use segfn::secrets::Secrets;
use serde_json::{Value, json};

const SOURCE: &str = "async function onTrack(event) {\n\tconst total = event.properties.total;\n\treturn total;\n}\n";

fn outcome(fields: Value) -> Outcome {
    let mut outcome = json!({"v": 1, "input": "events/a.json", "kind": "destination", "handler": "onTrack", "class": "success", "ms": 12.3});
    if let (Value::Object(all), Value::Object(more)) = (&mut outcome, fields) {
        all.extend(more);
    }
    // By way of text, as RawValue can't be read from a Value.
    serde_json::from_str(&outcome.to_string()).expect("an outcome")
}

fn report(secrets: Secrets, color: bool) -> TextReport {
    TextReport {
        path: PathBuf::from("fn/function.js"),
        source: SOURCE.into(),
        palette: Palette::new(color),
        width: 111,
        secrets: Arc::new(secrets),
    }
}

fn text(fields: Value) -> String {
    let Block { bytes, head, .. } = report(Secrets::default(), false).block(&outcome(fields));
    assert_eq!(bytes.iter().position(|byte| *byte == b'\n'), Some(head - 1));
    String::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn a_success_is_a_line_and_its_value() {
    assert_eq!(
        text(json!({})),
        "✓ success   onTrack  events/a.json  12 ms\n"
    );
    assert_eq!(
        text(json!({"value": {"a": [1, "x"]}})),
        "✓ success   onTrack  events/a.json  12 ms\n  value    { \"a\": [1, \"x\"] }\n"
    );
    // `null` is a value, and not that there is none.
    assert!(text(json!({"value": null})).ends_with("  value    null\n"));
}

#[test]
fn what_the_function_did_is_told_in_order() {
    let shown = text(json!({
        "class": "filtered",
        "logs": [
            {"level": "log", "time": "2025-11-03T09:15:30.120Z", "text": "one\ntwo"},
            {"level": "error", "time": "2025-11-03T09:15:30.121Z", "text": "bad \u{1b}[31mred\u{7}"}
        ],
        "exchanges": [
            {"via": "http", "method": "POST", "url": "https://api.example.com/x", "status": 503, "ms": 20.0},
            {"via": "embedded", "method": "PUT", "url": "https://b.s3.amazonaws.com/k", "status": 200, "ms": 0.01},
            {"via": "aws", "method": "POST", "url": "https://sts.amazonaws.com/", "error": "connect ECONNREFUSED", "ms": 1500.0}
        ],
        "messages": {"events": [{"type": "track", "event": "E"}], "objects": [{"collection": "c", "id": "1"}]},
        "cache": {"hits": 1, "misses": 2},
        "warnings": ["watch out"]
    }));
    assert_eq!(
        shown,
        "− filtered  onTrack  events/a.json  12 ms\n\
         \x20 log      one\n\
         \x20          two\n\
         \x20 error    bad \\u{1b}[31mred\\u{7}\n\
         \x20 http     POST https://api.example.com/x  503  20 ms\n\
         \x20 aws      PUT https://b.s3.amazonaws.com/k  200  <0.1 ms (embedded)\n\
         \x20 aws      POST https://sts.amazonaws.com/  connect ECONNREFUSED  1.50 s\n\
         \x20 event    { \"type\": \"track\", \"event\": \"E\" }\n\
         \x20 object   { \"collection\": \"c\", \"id\": \"1\" }\n\
         \x20 cache    1 hit, 2 misses\n\
         \x20 warning  watch out\n"
    );
}

#[test]
fn an_error_shows_its_place_in_the_function() {
    let shown = text(json!({
        "class": "discard",
        "error": {
            "name": "TypeError", "message": "Cannot read properties", "type": "Bad Request", "code": "bad_request",
            "stack": "TypeError: Cannot read properties\n    at onTrack (function.js:2:33)\n    at outer (function.js:4:1)",
            "at": {"line": 2, "column": 33}
        }
    }));
    assert_eq!(
        shown,
        "✗ discard   onTrack  events/a.json  12 ms\n\
         \x20 failed   TypeError: Cannot read properties\n\
         \x20          the platform calls it: Bad Request (bad_request)\n\
         \x20           --> fn/function.js:2:33\n\
         \x20            |\n\
         \x20          1 | async function onTrack(event) {\n\
         \x20          2 |     const total = event.properties.total;\n\
         \x20            |                                    ^^^^^\n\
         \x20          3 |     return total;\n\
         \x20            |\n\
         \x20          at outer (function.js:4:1)\n"
    );
}

#[test]
fn an_error_without_a_place_shows_its_stack() {
    let shown = text(json!({
        "class": "retry",
        "error": {"name": "Timeout", "message": "m", "type": "Timeout", "code": "gateway_timeout", "stack": "Timeout: m\n    at x (lib:1:1)"}
    }));
    assert_snapshot!(shown, @r"
    ↻ retry     onTrack  events/a.json  12 ms
      failed   Timeout: m
               the platform calls it: Timeout (gateway_timeout)
               … 1 call in lib
    ");
    let beyond = text(json!({
        "class": "discard",
        "error": {"name": "E", "message": "m", "type": "t", "code": "c", "at": {"line": 99, "column": 1}}
    }));
    assert_snapshot!(beyond, @r"
    ✗ discard   onTrack  events/a.json  12 ms
      failed   E: m
               the platform calls it: t (c)
    ");
}

#[test]
fn long_values_are_shortened_and_say_so() {
    let items: Vec<_> = (0..100).map(|i| format!("item {i}")).collect();
    let shown = text(json!({"value": {"items": items, "long": "x".repeat(2000)}}));
    assert_snapshot!(shown, @r#"
    ✓ success   onTrack  events/a.json  12 ms
      value    {
                 "items": [
                   "item 0",
                   "item 1",
                   "item 2",
                   "item 3",
                   "item 4",
                   "item 5",
                   "item 6",
                   "item 7",
                   "item 8",
                   "item 9",
                   "item 10",
                   "item 11",
                   "item 12",
                   "item 13",
                   "item 14",
                   "item 15",
                   "item 16",
                   "item 17",
               … 85 more lines (--json shows all)
    "#);
    let shown = text(json!({"value": "x".repeat(2000)}));
    assert!(
        shown.ends_with("x…\n") && shown.chars().count() < 600,
        "{shown}"
    );
}

#[test]
fn a_batch_is_told_by_what_did_not_succeed() {
    let shown = text(json!({
        "handler": "onBatch",
        "value": [1, 2, 3],
        "batch": [
            {"class": "success", "status": 200.0},
            {"class": "discard", "status": 400.0, "message": "no email"},
            {"class": "filtered"}
        ]
    }));
    assert_eq!(
        shown,
        "✓ success   onBatch  events/a.json  12 ms  1 event failed\n\
         \x20 batch    1 of 3 events succeeded\n\
         \x20          [1] ✗ discard  400  no email\n\
         \x20          [2] − filtered\n"
    );
}

#[test]
fn what_became_of_a_batch_of_an_insert_function_was_not_shown() {
    let shown = text(json!({
        "kind": "insert-destination",
        "handler": "onBatch",
        "batch": [
            {"class": "success", "event": {"type": "track", "n": 1}},
            {"class": "filtered"},
            {"class": "success", "event": {"type": "track", "text": "x".repeat(90)}}
        ]
    }));
    assert_eq!(
        shown,
        format!(
            "✓ success   onBatch  events/a.json  12 ms\n\
             \x20 batch    2 of 3 events sent on\n\
             \x20          [0] ✓ success  {{ \"type\": \"track\", \"n\": 1 }}\n\
             \x20          [1] − filtered\n\
             \x20          [2] ✓ success\n\
             \x20              {{\n\
             \x20                \"type\": \"track\",\n\
             \x20                \"text\": \"{}\"\n\
             \x20              }}\n",
            "x".repeat(90)
        )
    );
}

#[test]
fn a_dropped_event_was_shown_as_an_error() {
    let shown = text(json!({
        "class": "filtered",
        "error": {
            "name": "DropEvent", "message": "a test", "type": "Filtered at insert function", "code": "filtered",
            "stack": "DropEvent: a test\n    at onTrack (function.js:2:9)", "at": {"line": 2, "column": 9}
        }
    }));
    assert_eq!(
        shown,
        "− filtered  onTrack  events/a.json  12 ms\n\
         \x20 dropped  DropEvent: a test\n"
    );
}

#[test]
fn the_users_own_calls_drowned_in_those_of_the_packages() {
    let stack = "Error: x\n    at a (aws-sdk:1:2)\n    at b (node:events:1:3)\n    at own (function.js:2:33)\n    at outer (function.js:3:2)";
    let shown = text(json!({
        "class": "discard",
        "logs": [{"level": "error", "time": "", "text": format!("{stack} {{\n  code: 'E'\n}}")}],
        "error": {"name": "Error", "message": "x", "type": "t", "code": "c", "stack": stack, "at": {"line": 2, "column": 33}}
    }));
    assert_snapshot!(shown, @r"
    ✗ discard   onTrack  events/a.json  12 ms
      error    Error: x
                   … 2 calls in aws-sdk, node:events
                   at own (function.js:2:33)
                   at outer (function.js:3:2) {
                 code: 'E'
               }
      failed   Error: x
               the platform calls it: t (c)
                --> fn/function.js:2:33
                 |
               1 | async function onTrack(event) {
               2 |     const total = event.properties.total;
                 |                                    ^^^^^
               3 |     return total;
                 |
               … 2 calls in aws-sdk, node:events
               at outer (function.js:3:2)
    ");
}

#[test]
fn an_error_that_others_had_before_gets_a_hint() {
    let shown = text(json!({
        "class": "discard",
        "error": {"name": "ReferenceError", "message": "process is not defined", "type": "t", "code": "c"}
    }));
    assert_snapshot!(shown, @r"
    ✗ discard   onTrack  events/a.json  12 ms
      failed   ReferenceError: process is not defined
               the platform calls it: t (c)
      hint     a function has no environment variables: what it needs to know comes in the settings, the handler's second argument
    ");
}

#[test]
fn an_array_for_a_function_without_on_batch_was_a_riddle() {
    let error = json!({"name": "EventNotSupported", "message": "batch not supported", "type": "t", "code": "c"});
    let shown = text(json!({"class": "discard", "handler": "onBatch", "error": error}));
    assert_snapshot!(shown, @r"
    ✗ discard   onBatch  events/a.json  12 ms
      failed   EventNotSupported: batch not supported
               the platform calls it: t (c)
      hint     an array goes to onBatch, which the function doesn't have: write one event a line instead
    ");
}

#[test]
fn only_a_success_with_nothing_to_say_may_be_one_line() {
    let plain = |fields: Value| {
        report(Secrets::default(), false)
            .block(&outcome(fields))
            .plain
    };
    assert!(plain(json!({"value": 1})));
    assert!(!plain(json!({"class": "skipped"})));
    assert!(!plain(json!({"warnings": ["w"]})));
    assert!(!plain(
        json!({"logs": [{"level": "log", "time": "", "text": ""}]})
    ));
    assert!(!plain(json!({"batch": [{"class": "retry"}]})));
}

#[test]
fn a_secret_is_not_cut_in_half() {
    let secrets = Secrets::default();
    secrets.add("key", &"k".repeat(300));
    let value = format!("{}{}", "x".repeat(200), "k".repeat(300));
    let block = report(secrets, false).block(&outcome(json!({"value": value})));
    let shown = String::from_utf8(block.bytes).expect("UTF-8");
    assert!(
        shown.contains("x[secret key]") && !shown.contains("kk"),
        "{shown}"
    );
}

#[test]
fn colours_come_only_when_asked_for() {
    let fields = json!({"class": "discard", "error": {"name": "E", "message": "m", "type": "t", "code": "c", "at": {"line": 1, "column": 1}}});
    let colored = report(Secrets::default(), true).block(&outcome(fields.clone()));
    let plain = report(Secrets::default(), false).block(&outcome(fields));
    let stripped = anstream::adapter::strip_bytes(&colored.bytes).into_vec();
    assert_ne!(colored.bytes, plain.bytes);
    assert_eq!(String::from_utf8(stripped), String::from_utf8(plain.bytes));
}

#[test]
fn json_leaves_out_what_is_empty() {
    let line = json::line(&outcome(json!({"value": {"b": 1, "a": 1.50}}))).expect("JSON");
    assert_eq!(
        String::from_utf8(line).expect("UTF-8"),
        "{\"v\":1,\"input\":\"events/a.json\",\"kind\":\"destination\",\"handler\":\"onTrack\",\"class\":\"success\",\"value\":{\"b\":1,\"a\":1.5},\"ms\":12.3}\n"
    );
}
