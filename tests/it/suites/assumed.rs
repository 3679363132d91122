//! Requests that differ from what is recorded: the nearest recorded one has the answer.

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::suite::shown;
use crate::support::Folder;

const API: &str = "https://api.example.com";

/// Gets a token, posts an order with it, and notes what came of it.
const FUNCTION: &str = "\
async function onTrack(event) {
  const api = 'https://api.example.com';
  const { token } = await (await fetch(api + '/login')).json();
  const order = { id: event.properties.id, total: event.properties.total };
  const response = await fetch(api + '/orders?via=segment', {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(order),
  });
  if (response.status !== 201) throw new RetryError('not now');
  const { number } = await response.json();
  await fetch(api + '/notes/' + number, { method: 'PUT', body: 'noted with ' + token.length });
  return number;
}
";

const EVENT: &str = r#"{"type":"track","event":"Paid","properties":{"id":"o-1","total":5}}"#;

fn entry(method: &str, url: &str, body: Option<&str>, status: u16, answer: &str) -> Value {
    let mut entry = json!({
        "request": {"method": method, "url": url, "headers": []},
        "response": {"status": status, "headers": [{"name": "content-type", "value": "application/json"}],
            "content": {"text": answer, "mimeType": "application/json"}},
    });
    if let Some(body) = body {
        entry["request"]["postData"] = json!({"mimeType": "application/json", "text": body});
        entry["request"]["headers"] =
            json!([{"name": "content-type", "value": "application/json"}]);
    }
    entry
}

fn har(entries: &[Value]) -> String {
    json!({"log": {"version": "1.2", "_segfn": {"version": 1}, "entries": entries}}).to_string()
}

fn order(id: &str, total: u32, number: &str) -> Value {
    let body = format!("{{\"id\":\"{id}\",\"total\":{total}}}");
    let url = format!("{API}/orders?via=segment");
    let answer = format!("{{\"number\":\"{number}\"}}");
    entry("POST", &url, Some(&body), 201, &answer)
}

fn login() -> Value {
    entry(
        "GET",
        &format!("{API}/login"),
        None,
        200,
        "{\"token\":\"abcd\"}",
    )
}

fn note(number: &str) -> Value {
    let url = format!("{API}/notes/{number}");
    let mut note = entry("PUT", &url, None, 200, "{}");
    note["request"]["postData"] = json!({"mimeType": "text/plain", "text": "noted with 4"});
    note["request"]["headers"] =
        json!([{"name": "content-type", "value": "text/plain;charset=UTF-8"}]);
    note
}

/// A case that passes, whose function makes three requests.
fn recorded() -> Folder {
    let folder = Folder::new(&[
        ("fn/function.js", FUNCTION),
        ("fn/cases/one/event.json", EVENT),
        (
            "fn/cases/one/traffic.har",
            &har(&[login(), order("o-1", 5, "n1"), note("n1")]),
        ),
    ]);
    shown(&folder, 0, &["accept", "fn"]);
    shown(&folder, 0, &["test"]);
    folder
}

fn change(folder: &Folder, from: &str, to: &str) {
    let path = folder.path().join("fn/function.js");
    let source = std::fs::read_to_string(&path).expect("a file");
    assert!(source.contains(from), "{from}");
    std::fs::write(path, source.replace(from, to)).expect("a file");
}

fn entries(folder: &Folder, name: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(folder.path().join(name)).expect("a file");
    let har: Value = serde_json::from_str(&text).expect("JSON");
    har["log"]["entries"].as_array().expect("entries").clone()
}

const ONE: &str = "fn/cases/one/traffic.har";

#[test]
fn a_changed_request_is_all_that_differs() {
    let folder = recorded();
    change(&folder, "total: event", "currency: 'EUR', total: event");
    assert_snapshot!(folder.transcripts(&[&["test"], &["test", "--json"]]), @r#"
    $ segfn test
    ✗ failed fn/one  TIME
      exchanges[1].request.body.json.currency
        + "EUR"
      exchanges[1]: answered as recorded for a request that differs (fn/cases/one/traffic.har, entry 2)
      in fn/cases/one
      if that is right: segfn accept fn/cases/one

    1 case: 1 failed in TIME
    exit 1

    $ segfn test --json
    {"v":1,"case":"fn/one","path":"fn/cases/one","function":"fn/function.js","verdict":"failed","classes":["success"],"ms":0,"problems":[{"kind":"different","text":"exchanges[1].request.body.json.currency: expected to be absent, got \"EUR\"","path":"exchanges[1].request.body.json.currency","got":"EUR"}],"assumed":[{"exchange":"exchanges[1]","method":"POST","url":"https://api.example.com/orders?via=segment","from":"fn/cases/one/traffic.har, entry 2","text":"exchanges[1]: answered as recorded for a request that differs (fn/cases/one/traffic.har, entry 2)"}],"remedy":"if that is right: segfn accept fn/cases/one"}
    {"v":1,"totals":{"cases":1,"passed":0,"flaky":0,"failed":1,"broken":0,"not_run":0,"accepted":0,"assumed":0,"ms":0}}
    exit 1
    "#);
}

#[test]
fn an_accepted_request_is_marked_in_the_cassette_and_keeps_its_answer() {
    let folder = recorded();
    let before = entries(&folder, ONE);
    change(&folder, "total: event", "currency: 'EUR', total: event");
    assert_eq!(
        shown(&folder, 0, &["accept", "fn"]),
        "accepted fn/cases/one\n"
    );
    let after = entries(&folder, ONE);
    assert_eq!(after.len(), 3);
    assert_eq!(
        after[1]["request"]["postData"]["text"],
        r#"{"id":"o-1","currency":"EUR","total":5}"#
    );
    assert_eq!(
        after[1]["response"]["content"]["text"],
        before[1]["response"]["content"]["text"]
    );
    assert_eq!(after[1]["_assumed"], true);
    assert_eq!(
        after[1]["comment"],
        "segfn: this answer was given to another request and accepted for this one"
    );
    for index in [0, 2] {
        assert_eq!(after[index].get("_assumed"), None, "{}", after[index]);
        assert_eq!(
            after[index]["request"]["url"],
            before[index]["request"]["url"]
        );
    }
    assert_snapshot!(folder.transcripts(&[&["test"], &["test", "--assumed"], &["test", "--strict"]]), @r"
    $ segfn test
    1 case rests on answers that were recorded for other requests (--assumed)
    1 case: 1 passed in TIME
    exit 0

    $ segfn test --assumed
    ✓ passed fn/one  TIME
      exchanges[1]: answered as recorded for a request that differs (fn/cases/one/traffic.har, entry 2)
    1 case: 1 passed in TIME
    exit 0

    $ segfn test --strict
    1 case rests on answers that were recorded for other requests (--assumed)
    1 case: 1 passed in TIME
    exit 0
    ");
    // A case that rests on no such answer isn't listed.
    folder.write("fn/cases.ndjson", format!("{{\"name\":\"quiet\",\"handler\":\"onTrack\",\"event\":{EVENT},\"cassette\":\"all.har\"}}\n"));
    folder.write(
        "fn/all.har",
        har(&after
            .iter()
            .map(|entry| {
                let mut entry = entry.clone();
                entry.as_object_mut().expect("an object").remove("_assumed");
                entry
            })
            .collect::<Vec<_>>()),
    );
    shown(&folder, 0, &["accept", "fn/quiet"]);
    let listed = shown(&folder, 0, &["test", "--assumed"]);
    assert!(
        listed.contains("fn/one") && !listed.contains("fn/quiet"),
        "{listed}"
    );
}

#[test]
fn strict_replays_answer_only_what_is_recorded() {
    let strict = |folder: &Folder, arguments: &[&str]| {
        let text = shown(folder, 1, arguments);
        assert!(
            text.contains("POST https://api.example.com/orders?via=segment is not recorded\n"),
            "{text}"
        );
        assert!(text.contains("segfn record --update"), "{text}");
    };
    let folder = recorded();
    change(&folder, "total: event", "currency: 'EUR', total: event");
    strict(&folder, &["test", "--strict"]);
    folder.write("fn/segfn.toml", "[test]\nreplay = \"strict\"\n");
    strict(&folder, &["test"]);
    folder.write("fn/cases/one/case.toml", "replay = \"nearest\"\n");
    let text = shown(&folder, 1, &["test"]);
    assert!(!text.contains("is not recorded"), "{text}");
    folder.write("fn/segfn.toml", "[test]\nreplay = \"near\"\n");
    assert_snapshot!(folder.transcript(&["test"]), @r#"
    $ segfn test
    2> error: fn/segfn.toml:2:10: expected "nearest" or "strict"
    exit 2
    "#);
}

#[test]
fn the_nearest_differs_least_in_the_query_then_in_headers_and_then_in_the_body() {
    let source = "async function onTrack(event) {
  const { query, range, body } = event.properties;
  const answer = await fetch('https://api.example.com/x' + query, {
    method: 'POST', headers: { 'Content-Type': 'application/json', Range: range }, body: JSON.stringify(body),
  });
  return answer.text();
}";
    let recorded = |query: &str, range: &str, body: &str, answer: &str| {
        let mut entry = entry("POST", &format!("{API}/x{query}"), Some(body), 200, answer);
        let headers = entry["request"]["headers"].as_array_mut().expect("headers");
        headers.push(json!({"name": "range", "value": range}));
        entry
    };
    let all = [
        recorded("?a=1&b=1", "bytes=0-1", r#"{"x":1,"y":1}"#, "first"),
        recorded("?a=1&b=2", "bytes=0-1", r#"{"x":2,"y":2}"#, "other query"),
        recorded("?a=1&b=1", "bytes=0-2", r#"{"x":2,"y":2}"#, "other header"),
        recorded("?a=1&b=1", "bytes=0-1", r#"{"x":2,"y":2}"#, "other body"),
        recorded("?a=1&b=1", "bytes=0-1", "text", "other kind"),
    ];
    let answer = |query: &str, range: &str, body: &str| {
        let event = format!(
            r#"{{"type":"track","properties":{{"query":"{query}","range":"{range}","body":{body}}}}}"#
        );
        let folder = Folder::new(&[
            ("fn/function.js", source),
            ("fn/all.har", &har(&all)),
            ("fn/segfn.toml", "[test]\ncassette = \"all.har\"\n"),
            ("fn/cases/one/event.json", &event),
        ]);
        shown(&folder, 0, &["test", "--accept"]);
        let path = folder.path().join("fn/cases/one/expected.json");
        let text = std::fs::read_to_string(path).expect("a file");
        let expected: Value = serde_json::from_str(&text).expect("JSON");
        expected["value"].as_str().expect("a text").to_owned()
    };
    // Equal in all but the query.
    assert_eq!(
        answer("?a=1&b=3", "bytes=0-2", r#"{"x":2,"y":2}"#),
        "other header"
    );
    assert_eq!(
        answer("?a=1&b=2&c=1", "bytes=0-2", r#"{"x":1,"y":1}"#),
        "other query"
    );
    assert_eq!(answer("?a=1&b=1", "bytes=0-3", r#"{"x":1,"y":1}"#), "first");
    assert_eq!(
        answer("?a=1&b=1", "bytes=0-1", r#"{"x":2,"y":3}"#),
        "other body"
    );
    assert_eq!(answer("?a=1&b=1", "bytes=0-1", r#"{"x":1,"z":1}"#), "first");
    assert_eq!(answer("?a=1&b=1", "bytes=0-1", r#"[]"#), "first");
}

#[test]
fn each_recorded_answer_is_given_once_before_one_is_given_again() {
    let source = "async function onTrack(event) {
  const all = [];
  for (const id of event.properties.ids) {
    const answer = await fetch('https://api.example.com/orders?via=segment', {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ id, total: 5 }),
    });
    all.push((await answer.json()).number);
  }
  return all;
}";
    let event = |ids: &str| format!(r#"{{"type":"track","properties":{{"ids":{ids}}}}}"#);
    let folder = Folder::new(&[
        ("fn/function.js", source),
        ("fn/cases/one/event.json", &event(r#"["a","b"]"#)),
        (ONE, &har(&[order("a", 5, "n1"), order("b", 5, "n2")])),
    ]);
    shown(&folder, 0, &["accept", "fn"]);
    folder.write("fn/cases/one/event.json", event(r#"["c","d","e","a"]"#));
    assert_eq!(
        shown(&folder, 0, &["accept", "fn"]),
        "accepted fn/cases/one\n"
    );
    let path = folder.path().join("fn/cases/one/expected.json");
    let expected: Value =
        serde_json::from_str(&std::fs::read_to_string(path).expect("a file")).expect("JSON");
    assert_eq!(expected["value"], json!(["n1", "n2", "n2", "n1"]));
    let ids: Vec<Value> = entries(&folder, ONE)
        .iter()
        .map(|entry| {
            let body = entry["request"]["postData"]["text"]
                .as_str()
                .expect("a body");
            let body: Value = serde_json::from_str(body).expect("JSON");
            body["id"].clone()
        })
        .collect();
    // Two took the place of what isn't asked for any more, and two have entries of their own.
    assert_eq!(ids, ["c", "d", "e", "a"]);
    shown(&folder, 0, &["test", "--strict"]);
}

#[test]
fn a_place_that_was_never_recorded_has_no_answer() {
    let folder = recorded();
    change(&folder, "'/login'", "'/sign-in'");
    let text = shown(&folder, 1, &["test"]);
    assert!(
        text.contains("GET https://api.example.com/sign-in is not recorded\n"),
        "{text}"
    );
    let folder = recorded();
    change(&folder, "method: 'POST'", "method: 'PATCH'");
    let text = shown(&folder, 1, &["test"]);
    assert!(
        text.contains("PATCH https://api.example.com/orders?via=segment is not recorded\n"),
        "{text}"
    );
    assert!(!shown(&folder, 1, &["test"]).contains("segfn accept"));
}

#[test]
fn what_other_cases_ask_for_stays_in_a_shared_cassette() {
    let all = [login(), order("o-1", 5, "n1"), note("n1")];
    let line = |name: &str| format!("{{\"name\":\"{name}\",\"event\":{EVENT}}}\n");
    let folder = Folder::new(&[
        ("fn/function.js", FUNCTION),
        ("fn/segfn.toml", "[test]\ncassette = \"all.har\"\n"),
        ("fn/all.har", &har(&all)),
        ("fn/cases.ndjson", &(line("a") + &line("b") + &line("c"))),
    ]);
    shown(&folder, 0, &["accept", "fn"]);
    change(&folder, "total: event", "currency: 'EUR', total: event");
    // The third is left as it is.
    shown(&folder, 0, &["accept", "fn/a", "fn/b"]);
    let after = entries(&folder, "fn/all.har");
    assert_eq!(after.len(), 4, "both cases have one new entry");
    assert_eq!(
        after[1]["request"]["postData"]["text"],
        r#"{"id":"o-1","total":5}"#
    );
    assert_eq!(after[3]["_assumed"], true);
    assert_eq!(
        after[3]["request"]["postData"]["text"],
        r#"{"id":"o-1","currency":"EUR","total":5}"#
    );
    shown(
        &folder,
        0,
        &["test", "--strict", "-k", "fn/a", "-k", "fn/b"],
    );
    change(&folder, "currency: 'EUR', ", "");
    shown(&folder, 0, &["test", "--strict", "-k", "fn/c"]);
}

#[test]
fn a_variation_leaves_the_cassette_of_its_base_alone() {
    let folder = recorded();
    folder.write(
        "fn/cases.ndjson",
        "{\"name\":\"more\",\"from\":\"one\",\"change\":{\"properties\":{\"total\":6}}}\n",
    );
    let before = std::fs::read_to_string(folder.path().join(ONE)).expect("a file");
    assert_eq!(
        shown(&folder, 0, &["accept", "fn"]),
        "accepted fn/cases.ndjson:1\n"
    );
    assert_eq!(
        std::fs::read_to_string(folder.path().join(ONE)).expect("a file"),
        before
    );
    assert_snapshot!(folder.transcript(&["test", "--assumed"]), @r"
    $ segfn test --assumed
    ✓ passed fn/more  TIME
      exchanges[1]: answered as recorded for a request that differs (fn/cases/one/traffic.har, entry 2)
    2 cases: 2 passed in TIME
    exit 0
    ");
}

#[test]
fn a_new_request_is_written_without_secrets() {
    let folder = recorded();
    folder.write("fn/settings.json", r#"{"apiKey":"k-8f7e6d5c4b3a"}"#);
    change(&folder, "onTrack(event)", "onTrack(event, settings)");
    change(
        &folder,
        "total: event",
        "key: settings.apiKey, total: event",
    );
    shown(&folder, 0, &["accept", "fn"]);
    let har = std::fs::read_to_string(folder.path().join(ONE)).expect("a file");
    assert!(
        har.contains("[secret ") && !har.contains("k-8f7e6d5c4b3a"),
        "{har}"
    );
    shown(&folder, 0, &["test", "--strict"]);
}

#[test]
fn aws_in_a_cassette_follows_the_same_rule() {
    let source = "async function onTrack(event) {
  const s3 = new AWS.S3({ region: 'eu-west-1' });
  const { ETag } = await s3.putObject({ Bucket: 'bkt', Key: 'k', Body: JSON.stringify({ n: 1 }) }).promise();
  return ETag;
}";
    let url = "https://bkt.s3.eu-west-1.amazonaws.com/k";
    let mut put = entry("PUT", url, Some("{\"n\":1}"), 200, "");
    put["_via"] = json!("aws");
    put["response"]["headers"] = json!([{"name": "etag", "value": "\"x\""}]);
    put["request"]["headers"] =
        json!([{"name": "content-type", "value": "application/octet-stream"}]);
    let folder = Folder::new(&[
        ("fn/function.js", source),
        ("fn/cases/one/event.json", EVENT),
        ("fn/cases/one/case.toml", "aws = \"cassette\"\n"),
        (ONE, &har(&[put])),
    ]);
    shown(&folder, 0, &["accept", "fn"]);
    shown(&folder, 0, &["test", "--strict"]);
    change(&folder, "n: 1", "n: 2");
    assert_snapshot!(shown(&folder, 1, &["test"]), @r"
    ✗ failed fn/one  TIME
      exchanges[0].request.body.json.n
        - 1
        + 2
      exchanges[0]: answered as recorded for a request that differs (fn/cases/one/traffic.har, entry 1)
      in fn/cases/one
      if that is right: segfn accept fn/cases/one

    1 case: 1 failed in TIME
    ");
    shown(&folder, 0, &["accept", "fn"]);
    let entry = &entries(&folder, ONE)[0];
    assert_eq!(
        (&entry["_via"], &entry["_assumed"]),
        (&json!("aws"), &json!(true))
    );
    shown(&folder, 0, &["test", "--strict"]);
}
