//! What each run gets: answers, a time and random values.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::two::{diff, folder, groups};
use crate::support::server::{response, server};

#[test]
fn nothing_is_sent_and_gets_only_where_they_are_let_through() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = asked.clone();
    let url = server(move |request| {
        let mut asked = seen.lock().expect("a lock");
        asked.push(request.lines().next().unwrap_or_default().to_owned());
        response(
            "200 OK",
            "Content-Type: application/json\r\n",
            format!("{{\"n\":{}}}", asked.len()),
        )
    });
    let source = format!(
        "async function onTrack(event) {{
           await fetch('{url}/effect', {{ method: 'POST', body: 'x' }});
           const read = await (await fetch('{url}/read')).json();
           return {{ n: read.n, one: 1 }};
         }}"
    );
    let folder = folder(&source, &source.replace("one: 1", "one: 2"), 3);
    let (code, found) = diff(&folder, &[]);
    assert_eq!(
        (code, groups(&found)),
        (1, vec!["field value.one 3".into()])
    );
    assert_eq!(asked.lock().expect("a lock").len(), 0);

    // What the server says is different each time: noise, and no difference.
    let host = url.trim_start_matches("http://");
    let (code, found) = diff(&folder, &["--allow-net", host]);
    assert_eq!(
        (code, groups(&found)),
        (1, vec!["field value.one 3".into()])
    );
    assert_eq!(found["mask"], json!(["value.n"]));
    let asked = asked.lock().expect("a lock");
    assert_eq!(asked.len(), 9, "{asked:?}");
    assert!(
        asked.iter().all(|line| line.starts_with("GET /read ")),
        "{asked:?}"
    );
}

#[test]
fn time_and_randomness_are_each_events_own() {
    let old = "async function onTrack() { return [new Date().toISOString(), Math.random(), crypto.randomUUID()]; }";
    let new = old.replace(
        "return [",
        "await new Promise((done) => setTimeout(done, 1000)); return [1, ",
    );
    let folder = folder(old, &new, 100);
    let (_, found) = diff(&folder, &["--mask", "value[2]", "--mask", "value[3]"]);
    let example = &found["groups"][0]["example"];
    assert_eq!(example["base"], "2026-01-31T12:00:00.000Z");
    folder.write("new.js", old);
    let (code, found) = diff(&folder, &[]);
    assert_eq!((code, groups(&found)), (0, vec![]));
}

#[test]
fn a_cassette_answers() {
    let har = json!({"log": {
        "version": "1.2", "creator": {"name": "browser", "version": "1"},
        "entries": [{
            "startedDateTime": "2026-01-31T12:00:00.000Z", "time": 1,
            "request": {"method": "GET", "url": "https://api.example.com/rate", "httpVersion": "HTTP/1.1", "headers": [], "queryString": [], "cookies": [], "headersSize": -1, "bodySize": 0},
            "response": {"status": 200, "statusText": "OK", "httpVersion": "HTTP/1.1", "headers": [], "cookies": [], "content": {"size": 1, "mimeType": "text/plain", "text": "7"}, "redirectURL": "", "headersSize": -1, "bodySize": 1},
            "cache": {}, "timings": {"send": 0, "wait": 1, "receive": 0},
        }],
    }});
    let old = "async function onTrack() { return Number(await (await fetch('https://api.example.com/rate')).text()); }";
    let folder = folder(old, &old.replace("return Number", "return 1 + Number"), 5);
    folder.write("traffic.har", har.to_string());
    let (code, found) = diff(&folder, &["--cassette", "traffic.har"]);
    assert_eq!(code, 1);
    let group = &found["groups"][0];
    assert_eq!(group["inputs"], 5);
    assert_eq!(
        (&group["example"]["base"], &group["example"]["candidate"]),
        (&json!(7), &json!(8))
    );
}

#[test]
fn a_request_that_differs_from_the_cassette_is_answered_as_the_nearest() {
    let source = "async function onTrack(event) {
  const answer = await fetch('https://api.example.com/orders', {
    method: 'POST', headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ total: event.properties.total }),
  });
  return (await answer.json()).number;
}";
    let candidate = source.replace("{ total: event", "{ currency: 'EUR', total: event");
    let folder = folder(source, &candidate, 3);
    let entry = |total: usize| {
        json!({
            "request": {"method": "POST", "url": "https://api.example.com/orders",
                "headers": [{"name": "content-type", "value": "application/json"}],
                "postData": {"mimeType": "application/json", "text": format!("{{\"total\":{total}}}")}},
            "response": {"status": 200, "headers": [], "content": {"text": format!("{{\"number\":{total}}}")}},
        })
    };
    let entries: Vec<Value> = (0..3).map(entry).collect();
    folder.write(
        "all.har",
        json!({"log": {"_segfn": {"version": 1}, "entries": entries}}).to_string(),
    );
    let (code, found) = diff(&folder, &["--cassette", "all.har"]);
    // Each event has the answer that was recorded for it, so that no value differs.
    assert_eq!(
        (code, groups(&found)),
        (
            1,
            vec!["field exchanges[*].request.body.json.currency 3".to_owned()]
        )
    );
    assert_eq!(found["assumed"], json!({"base": 0, "candidate": 3}));
    let run = [
        "diff",
        "old.js",
        "new.js",
        "events.ndjson",
        "--cassette",
        "all.har",
    ];
    let (_, stdout, _) = folder.segfn(&run);
    assert!(
        stdout.contains(
            "3 requests of the candidate were answered as recorded for a request that differs"
        ),
        "{stdout}"
    );
    let (_, found) = diff(&folder, &["--cassette", "all.har", "--strict"]);
    assert!(
        groups(&found)
            .iter()
            .any(|group| group.starts_with("class success → discard")),
        "{found:#}"
    );
    assert_eq!(found["assumed"], json!({"base": 0, "candidate": 0}));
}
