//! `segfn cases vary`.

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::suite::shown;
use crate::support::Folder;

/// Tells a server that is busy from one that is broken.
const FUNCTION: &str = "\
async function onTrack(event) {
  const answer = await fetch('https://api.example.com/orders', { method: 'POST', body: 'x' });
  if (answer.status === 429) throw new RetryError('busy');
  if (!answer.ok) throw new ValidationError('broken');
  const { id } = await answer.json();
  await fetch('https://api.example.com/seen', { method: 'POST', body: id }).catch(() => {});
  return id;
}
";

fn entry(path: &str, body: &str, answer: &str) -> Value {
    json!({
        "request": {"method": "POST", "url": format!("https://api.example.com/{path}"),
            "headers": [{"name": "content-type", "value": "text/plain;charset=UTF-8"}],
            "postData": {"mimeType": "text/plain", "text": body}},
        "response": {"status": 200, "headers": [], "content": {"text": answer}},
    })
}

fn folder() -> Folder {
    let entries = [
        entry("orders", "x", r#"{"id":"o-1"}"#),
        entry("seen", "o-1", ""),
    ];
    let har = json!({"log": {"_segfn": {"version": 1}, "entries": entries}}).to_string();
    let folder = Folder::new(&[
        ("fn/function.js", FUNCTION),
        ("fn/cases/one/event.json", r#"{"type":"track"}"#),
        ("fn/cases/one/traffic.har", &har),
    ]);
    shown(&folder, 0, &["accept", "fn"]);
    folder
}

#[test]
fn each_way_to_fail_that_the_function_tells_apart_becomes_a_case() {
    let folder = folder();
    assert_snapshot!(folder.transcript(&["cases", "vary", "fn/cases/one", "--fail"]), @r"
    $ segfn cases vary fn/cases/one --fail
    added one-1-500 to fn/cases.ndjson: it ends as discard
    added one-1-429 to fn/cases.ndjson: it ends as retry
    added one-1-reset to fn/cases.ndjson: it ends as discard
    added one-1-timeout to fn/cases.ndjson: it ends as retry
    added one-1-not-json to fn/cases.ndjson: it ends as discard
    added one-2-500 to fn/cases.ndjson: it ends as success
    added one-2-reset to fn/cases.ndjson: it ends as success
    added one-2-timeout to fn/cases.ndjson: it ends as retry
    left out one-2-429, which behaves like one-2-500
    left out one-2-not-json, which behaves like one-2-500
    8 cases added, 2 like others
    exit 0
    ");
    let file = std::fs::read_to_string(folder.path().join("fn/cases.ndjson")).expect("a file");
    assert_snapshot!(file, @r#"
    {"name":"one-1-500","from":"one","replies":[{"to":"POST https://api.example.com/orders","status":500,"text":"Internal Server Error"}],"expected":{"v":1,"handler":"onTrack","class":"discard","error":{"name":"ValidationError","message":"broken"},"exchanges":[{"via":"http","method":"POST","url":"https://api.example.com/orders","status":500,"request":{"headers":{"content-type":"text/plain;charset=UTF-8"},"body":{"text":"x"}}}]}}
    {"name":"one-1-429","from":"one","replies":[{"to":"POST https://api.example.com/orders","status":429,"headers":{"Retry-After":"1"},"text":"Too Many Requests"}],"expected":{"v":1,"handler":"onTrack","class":"retry","error":{"name":"RetryError","message":"busy"},"exchanges":[{"via":"http","method":"POST","url":"https://api.example.com/orders","status":429,"request":{"headers":{"content-type":"text/plain;charset=UTF-8"},"body":{"text":"x"}}}]}}
    {"name":"one-1-reset","from":"one","replies":[{"to":"POST https://api.example.com/orders","error":"ECONNRESET"}],"expected":{"v":1,"handler":"onTrack","class":"discard","error":{"name":"FetchError","message":"request to https://api.example.com/orders failed, reason: read ECONNRESET"},"exchanges":[{"error":"read ECONNRESET","via":"http","method":"POST","url":"https://api.example.com/orders","request":{"headers":{"content-type":"text/plain;charset=UTF-8"},"body":{"text":"x"}}}]}}
    {"name":"one-1-timeout","from":"one","replies":[{"to":"POST https://api.example.com/orders","error":"ETIMEDOUT","after":"6s"}],"expected":{"v":1,"handler":"onTrack","class":"retry","error":{"name":"Timeout","message":"the function did not finish within 5000 ms"},"exchanges":[{"error":"aborted","via":"http","method":"POST","url":"https://api.example.com/orders","request":{"headers":{"content-type":"text/plain;charset=UTF-8"},"body":{"text":"x"}}}]}}
    {"name":"one-1-not-json","from":"one","replies":[{"to":"POST https://api.example.com/orders","status":200,"headers":{"Content-Type":"text/html"},"text":"<html>no JSON</html>"}],"expected":{"v":1,"handler":"onTrack","class":"discard","error":{"name":"FetchError","message":"invalid json response body at https://api.example.com/orders reason: Unexpected token '<', \"<html>no JSON</html>\" is not valid JSON"},"exchanges":[{"via":"http","method":"POST","url":"https://api.example.com/orders","status":200,"request":{"headers":{"content-type":"text/plain;charset=UTF-8"},"body":{"text":"x"}}}]}}
    {"name":"one-2-500","from":"one","replies":[{"to":"POST https://api.example.com/seen","status":500,"text":"Internal Server Error"}],"expected":{"v":1,"handler":"onTrack","class":"success","value":"o-1","exchanges":[{"via":"http","method":"POST","url":"https://api.example.com/orders","status":200,"request":{"headers":{"content-type":"text/plain;charset=UTF-8"},"body":{"text":"x"}}},{"via":"http","method":"POST","url":"https://api.example.com/seen","status":500,"request":{"headers":{"content-type":"text/plain;charset=UTF-8"},"body":{"text":"o-1"}}}]}}
    {"name":"one-2-reset","from":"one","replies":[{"to":"POST https://api.example.com/seen","error":"ECONNRESET"}],"expected":{"v":1,"handler":"onTrack","class":"success","value":"o-1","exchanges":[{"via":"http","method":"POST","url":"https://api.example.com/orders","status":200,"request":{"headers":{"content-type":"text/plain;charset=UTF-8"},"body":{"text":"x"}}},{"error":"read ECONNRESET","via":"http","method":"POST","url":"https://api.example.com/seen","request":{"headers":{"content-type":"text/plain;charset=UTF-8"},"body":{"text":"o-1"}}}]}}
    {"name":"one-2-timeout","from":"one","replies":[{"to":"POST https://api.example.com/seen","error":"ETIMEDOUT","after":"6s"}],"expected":{"v":1,"handler":"onTrack","class":"retry","error":{"name":"Timeout","message":"the function did not finish within 5000 ms"},"exchanges":[{"via":"http","method":"POST","url":"https://api.example.com/orders","status":200,"request":{"headers":{"content-type":"text/plain;charset=UTF-8"},"body":{"text":"x"}}},{"error":"aborted","via":"http","method":"POST","url":"https://api.example.com/seen","request":{"headers":{"content-type":"text/plain;charset=UTF-8"},"body":{"text":"o-1"}}}]}}
    "#);
    let count = file.lines().count() + 1;
    assert_eq!(
        shown(&folder, 0, &["test"]),
        format!("{count} cases: {count} passed in TIME\n")
    );
    // What is there already isn't added again.
    assert_snapshot!(folder.transcript(&["cases", "vary", "fn/one", "--fail"]), @r"
    $ segfn cases vary fn/one --fail
    left out one-2-429, which behaves like one-2-500
    left out one-2-not-json, which behaves like one-2-500
    0 cases added, 2 like others, 8 there already
    exit 0
    ");
    assert_eq!(
        std::fs::read_to_string(folder.path().join("fn/cases.ndjson")).expect("a file"),
        file
    );
}

#[test]
fn what_can_t_be_varied_is_refused() {
    let folder = folder();
    folder.write("fn/cases/quiet/event.json", r#"{"type":"identify"}"#);
    folder.write("fn/cases/new/event.json", r#"{"type":"track"}"#);
    shown(&folder, 0, &["accept", "fn/cases/quiet"]);
    assert_snapshot!(folder.transcripts(&[
        &["cases", "vary", "fn/cases/one"],
        &["cases", "vary", "fn", "--fail"],
        &["cases", "vary", "fn/cases/new", "--fail"],
        &["cases", "vary", "fn/cases/quiet", "--fail"],
    ]), @r"
    $ segfn cases vary fn/cases/one
    2> error: the following required arguments were not provided:
    2>   --fail
    2>
    2> Usage: segfn cases vary --fail <CASE>
    2>
    2> For more information, try '--help'.
    exit 2

    $ segfn cases vary fn --fail
    2> error: fn names 3 cases
    2> hint: name one of them
    exit 2

    $ segfn cases vary fn/cases/new --fail
    2> error: the case fn/new doesn't pass
    2> hint: to see why: segfn test fn/new
    exit 1

    $ segfn cases vary fn/cases/quiet --fail
    2> error: the case fn/quiet makes no requests
    exit 2
    ");
    assert_snapshot!(folder.transcript_in(&[("CI", "1")], &["cases", "vary", "fn/cases/one", "--fail"]), @r"
    $ segfn cases vary fn/cases/one --fail
    2> error: segfn cases vary would write expectations, but nothing is written in CI (the variable CI is set)
    2> hint: run it on your own machine and commit what it writes
    exit 2
    ");
    assert!(!folder.path().join("fn/cases.ndjson").exists());
}

#[test]
fn a_variant_that_asks_for_something_new_is_told() {
    let folder = folder();
    let source = FUNCTION.replace(
        "throw new RetryError('busy')",
        "return (await fetch('https://backup.example.com/')).status",
    );
    folder.write("fn/function.js", source);
    let (code, _, stderr) = folder.segfn(&["cases", "vary", "fn/cases/one", "--fail"]);
    assert_eq!(code, 0);
    assert!(
        stderr.contains("one-1-429 was left out: GET https://backup.example.com/ is not recorded"),
        "{stderr}"
    );
}
