//! `segfn diff`, through the built binary: what two versions do differently, and that nothing is
//! sent to anyone meanwhile.

use std::process::Command;
use std::sync::{Arc, Mutex};

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::Folder;
use crate::support::server::{response, server};

/// Events `first..last`, one a second; every tenth is bad.
fn events(count: usize) -> String {
    let event = |n: usize| {
        let event = json!({
            "type": "track", "event": "Order Completed", "userId": format!("u{n}"),
            "receivedAt": format!("2026-01-31T12:{:02}:{:02}.000Z", n / 60 % 60, n % 60),
            "properties": {"total": n, "bad": n % 10 == 9},
        });
        format!("{event}\n")
    };
    (0..count).map(event).collect()
}

fn folder(base: &str, candidate: &str, count: usize) -> Folder {
    Folder::new(&[
        ("old.js", base),
        ("new.js", candidate),
        ("events.ndjson", &events(count)),
    ])
}

/// Exit code and the JSON of `segfn diff old.js new.js events.ndjson`.
fn diff(folder: &Folder, more: &[&str]) -> (i32, Value) {
    let arguments = ["diff", "--json", "old.js", "new.js", "events.ndjson"];
    let (code, stdout, stderr) = folder.segfn(&[&arguments, more].concat());
    assert!(code < 2, "{stderr}");
    (code, serde_json::from_str(&stdout).expect("JSON"))
}

/// A line for each group: what, where and how many.
fn groups(found: &Value) -> Vec<String> {
    let line = |group: &Value| {
        let text = |key: &str| group[key].as_str().map(str::to_owned);
        let place = text("path").or(text("name")).unwrap_or_else(|| {
            format!("{} → {}", group["base"], group["candidate"]).replace('"', "")
        });
        let what = text("what").unwrap_or_default();
        format!("{what} {place} {}", group["inputs"])
    };
    let groups = found["groups"].as_array().expect("groups");
    groups.iter().map(line).collect()
}

const OLD: &str = "
async function onTrack(event, settings) {
  if (event.properties.bad) throw new ValidationError('bad order ' + event.userId);
  await fetch('https://api.example.com/v1/users/' + event.userId + '?v=1', {
    method: 'POST', headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ total: event.properties.total, at: Date.now(), id: Math.random() }),
  });
  return { total: event.properties.total };
}";

fn new() -> String {
    OLD.replace("?v=1", "?v=2")
        .replace(
            "({ total: event.properties.total,",
            "({ total: event.properties.total * 2,",
        )
        .replace(
            "throw new ValidationError('bad order",
            "throw new RetryError('bad order",
        )
        .replace(
            "return {",
            "if (event.userId === 'u7') await fetch('https://api.example.com/token');\n  return {",
        )
}

#[test]
fn many_events_that_differ_in_one_way_are_one_line() {
    let folder = folder(OLD, &new(), 1000);
    let (code, stdout, stderr) = folder.segfn(&["diff", "old.js", "new.js", "events.ndjson"]);
    assert_eq!((code, stderr.as_str()), (1, ""));
    assert_eq!(
        stdout,
        "\
base       old.js
candidate  new.js
requests   answered with an empty 200; --cassette FILE answers as recorded

1000 of 1000 events differ

exchanges[*].query.v  900 events
  base      \"1\"
  candidate \"2\"
  event     events.ndjson:1

exchanges[*].request.body.json.total  899 events
  base      1
  candidate 2
  event     events.ndjson:2

class discard → retry  100 events
  event     events.ndjson:10

error ValidationError → RetryError  100 events
  base      { \"name\": \"ValidationError\", \"message\": \"bad order u9\" }
  candidate { \"name\": \"RetryError\", \"message\": \"bad order u9\" }
  event     events.ndjson:10

request GET https://api.example.com/token (only the candidate has it)  1 event
  base      (absent)
  candidate { \"via\": \"http\", \"method\": \"GET\", \"url\": \"https://api.example.com/token\", \"status\": 200 }
  event     events.ndjson:8
"
    );
}

#[test]
fn versions_that_do_the_same_do_not_differ() {
    // Another order of names, another wording of the code, other logs.
    let candidate = OLD
        .replace(
            "{ total: event.properties.total, at: Date.now(), id",
            "{ at: Date.now(), total: event.properties.total, id",
        )
        .replace("return", "console.log('done');\n  return");
    let folder = folder(OLD, &candidate, 50);
    let (code, stdout, _) = folder.segfn(&["diff", "old.js", "new.js", "events.ndjson"]);
    assert_eq!(code, 0);
    assert!(
        stdout.ends_with("\n\nno difference in 50 events\n"),
        "{stdout}"
    );
    let (code, found) = diff(&folder, &["--logs"]);
    assert_eq!(
        (code, groups(&found)),
        (1, vec!["added log done 45".into()])
    );
}

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
fn noise_is_proposed_as_masks_and_masks_are_not_compared() {
    let count = Mutex::new(0);
    let url = server(move |_| {
        let mut count = count.lock().expect("a lock");
        *count += 1;
        response("200 OK", "", count.to_string())
    });
    let source = format!(
        "async function onTrack(event) {{
           const n = await (await fetch('{url}/')).text();
           return {{ n, items: [{{ n }}] }};
         }}"
    );
    let folder = folder(&source, &source, 3);
    let host = url.trim_start_matches("http://");
    let arguments = [
        "diff",
        "old.js",
        "new.js",
        "events.ndjson",
        "--allow-net",
        host,
    ];
    let (code, stdout, _) = folder.segfn(&arguments);
    assert_eq!(code, 0);
    let end = stdout.split_once("\n\n").expect("a head").1;
    assert_eq!(
        end,
        "\
no difference in 3 events

noise: two runs of the base differ here, so it isn't counted above
  value.items[*].n  3 events
  value.n  3 events
to leave it out from now on, write into segfn.toml:
  [test]
  mask = [\"value.items[*].n\", \"value.n\"]
"
    );
    folder.write("segfn.toml", "[test]\nmask = [\"value.items[*].n\"]");
    let (code, stdout, _) = folder.segfn(&[&arguments[..], &["--mask", "value.n"]].concat());
    assert_eq!(code, 0);
    assert!(stdout.ends_with("no difference in 3 events\n"), "{stdout}");
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
fn each_run_has_an_embedded_aws_of_its_own_with_what_was_there() {
    let old = "
        const s3 = new AWS.S3({ region: 'us-east-1' });
        async function onTrack(event) {
          const seen = (await s3.getObject({ Bucket: 'bucket', Key: 'count' }).promise()).Body.toString();
          await s3.putObject({ Bucket: 'bucket', Key: 'count', Body: String(Number(seen) + 1) }).promise();
          return seen;
        }";
    let folder = folder(
        old,
        &old.replace("Key: 'count', Body", "Key: 'other', Body"),
        3,
    );
    folder.write(".segfn/s3/bucket/count", "5");
    let (code, found) = diff(&folder, &[]);
    assert_eq!(code, 1);
    let groups = groups(&found);
    let values: Vec<_> = groups
        .iter()
        .filter(|g| g.starts_with("field value "))
        .collect();
    assert_eq!(values, ["field value 2"], "{groups:?}");
    assert_eq!(found["noise"], json!([]));
    let objects = found["objects"].as_array().expect("objects");
    let line = |o: &Value| {
        format!(
            "{} {} {} {}",
            o["what"], o["name"], o["example"]["base"], o["example"]["candidate"]
        )
        .replace('"', "")
    };
    let objects: Vec<String> = objects.iter().map(line).collect();
    assert_eq!(
        objects,
        [
            "changed s3://bucket/count 8 5",
            "added s3://bucket/other null 6"
        ]
    );
    let count = std::fs::read_to_string(folder.path().join(".segfn/s3/bucket/count"));
    assert_eq!(count.expect("a file"), "5");
}

#[test]
fn stored_objects_had_the_names_of_their_files_and_no_content_type() {
    let old = "
        const s3 = new AWS.S3({ region: 'us-east-1' });
        const put = (Key, more) => s3.putObject({ Bucket: 'bkt', Key, Body: '{\"n\":1}', ...more }).promise();
        async function onTrack(event) {
          await put('a%x/..', { Body: 'one' });
          await put('a%x/./' + event.userId + '11', {});
          await put('same', { ContentType: 'text/html', Metadata: { a: 'b' } });
          await put('typed', { ContentType: 'application/json', Metadata: { source: 'old', a: 'b' } });
        }";
    let new = old
        .replace("Body: 'one'", "Body: 'two'")
        .replace("a%x/./", "a%x//")
        .replace(
            "'application/json', Metadata: { source: 'old'",
            "'text/csv', Tagging: 'k=v', Metadata: { source: 'new'",
        );
    let folder = folder(old, &new, 2);
    let arguments = ["diff", "old.js", "new.js", "events.ndjson"];
    let (code, stdout, stderr) = folder.segfn(&arguments);
    assert_eq!((code, stderr.as_str()), (1, ""));
    // The requests differ as well; what was stored is told after them.
    let stored = stdout.find("\nobject ").expect("objects");
    assert_eq!(
        stdout[stored..],
        *"
object s3://bkt/a%x/./* (only the base stores it)  2 objects
  base      { \"n\": 1 }
  candidate (absent)
  object    s3://bkt/a%x/./u011

object s3://bkt/a%x//* (only the candidate stores it)  2 objects
  base      (absent)
  candidate { \"n\": 1 }
  object    s3://bkt/a%x//u011

object s3://bkt/a%x/..  1 object
  base      \"one\"
  candidate \"two\"
  object    s3://bkt/a%x/..

object s3://bkt/typed: ContentType  1 object
  base      \"application/json\"
  candidate \"text/csv\"
  object    s3://bkt/typed

object s3://bkt/typed: Metadata.source  1 object
  base      \"old\"
  candidate \"new\"
  object    s3://bkt/typed

object s3://bkt/typed: Tags  1 object
  base      (absent)
  candidate { \"k\": \"v\" }
  object    s3://bkt/typed
"
    );
    let (_, found) = diff(&folder, &[]);
    let typed = &found["objects"][3];
    let told = [&typed["what"], &typed["of"], &typed["name"], &typed["path"]];
    assert_eq!(
        told,
        ["changed", "stored object", "s3://bkt/typed", "ContentType"]
    );
}

#[cfg(target_os = "linux")]
#[test]
fn objects_lost_their_content_type_where_temporary_files_are_on_another_disk() {
    let put = "
        const s3 = new AWS.S3({ region: 'us-east-1' });
        async function onTrack() {
          await s3.putObject({ Bucket: 'bkt', Key: 'k', Body: 'b', ContentType: 'text/csv' }).promise();
        }";
    let head = "
        const s3 = new AWS.S3({ region: 'us-east-1' });
        async function onTrack() {
          return (await s3.headObject({ Bucket: 'bkt', Key: 'k' }).promise()).ContentType;
        }";
    let constant = head
        .replace("return (", "(")
        .replace(".ContentType;", "; return 'text/csv';");
    let folder = folder(head, &constant, 1);
    folder.write("put.js", put);
    assert_eq!(folder.segfn(&["run", "put.js", "events.ndjson"]).0, 0);
    let mut command = folder.command(&["diff", "old.js", "new.js", "events.ndjson"]);
    let output = command
        .env("TMPDIR", "/dev/shm")
        .output()
        .expect("segfn runs");
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(stdout.ends_with("no difference in 1 event\n"), "{stdout}");
}

#[test]
fn the_first_line_agrees_with_how_many_differ() {
    let old = "
        const s3 = new AWS.S3({ region: 'us-east-1' });
        async function onTrack(event) {
          await s3.putObject({ Bucket: 'bkt', Key: event.userId, Body: 'one' }).promise();
          return 'one';
        }";
    let folder = folder(old, &old.replace("'one'", "'two'"), 1);
    let head = |more: &[&str]| {
        let arguments = ["diff", "old.js", "new.js", "events.ndjson"];
        let (code, stdout, _) = folder.segfn(&[&arguments, more].concat());
        assert_eq!(code, 1);
        stdout.split("\n\n").nth(1).expect("a head").to_owned()
    };
    let mask = ["--mask", "value"];
    assert_eq!(head(&[]), "1 of 1 event differs");
    assert_eq!(
        head(&mask),
        "no difference in 1 event, but 1 stored object differs"
    );
    folder.write("events.ndjson", events(2));
    assert_eq!(head(&[]), "2 of 2 events differ");
    assert_eq!(
        head(&mask),
        "no difference in 2 events, but 2 stored objects differ"
    );
}

#[test]
fn a_revision_is_compared_with_what_is_there_now() {
    let folder = Folder::new(&[
        (
            "f/function.js",
            "async function onTrack() { return 'then'; }",
        ),
        ("f/events/events.ndjson", &events(2)),
        ("f/settings.json", r#"{"key": "very-secret", "number": 1}"#),
        ("f/segfn.toml", "secret = [\"key\"]"),
    ]);
    let git = |arguments: &[&str]| {
        let output = Command::new("git")
            .args(["-c", "user.name=a", "-c", "user.email=a@example.com"])
            .args(arguments)
            .current_dir(folder.path())
            .output();
        assert!(output.expect("git runs").status.success());
    };
    git(&["init", "-q"]);
    git(&["add", "-A"]);
    git(&["commit", "-q", "-m", "one"]);
    folder.write(
        "f/function.js",
        "async function onTrack(event, settings) { return 'now ' + settings.key; }",
    );
    // Of settings that both have, it is told once.
    assert_snapshot!(folder.transcript(&["diff", "git:HEAD", "f"]), @r#"
    $ segfn diff git:HEAD f
    base       git:HEAD:f/function.js
    candidate  f/function.js
    requests   answered with an empty 200; --cassette FILE answers as recorded

    2 of 2 events differ

    value  2 events
      base      "then"
      candidate "now [secret key]"
      event     f/events/events.ndjson:1
    2> warning: the platform can't have such settings: number
    2> hint: settings are texts, booleans, lists of texts or maps of texts; write numbers as texts
    exit 1
    "#);
}

#[test]
fn some_of_the_events_may_be_chosen() {
    let old = "async function onTrack(event) { return event.properties.total; }";
    let folder = folder(old, &old.replace("total;", "total + 1;"), 600);
    let count = |more: &[&str]| diff(&folder, more).1["inputs"].clone();
    assert_eq!(count(&["--sample", "25"]), 25);
    assert_eq!(count(&["--since", "2026-01-31T12:09:50Z"]), 10);
    assert_eq!(
        diff(&folder, &["--sample", "25"]),
        diff(&folder, &["--sample", "25"])
    );
}

#[test]
fn what_goes_wrong_has_its_exit_code() {
    let folder = folder(
        "async function onTrack() {}",
        "async function onTrack( {",
        1,
    );
    let run = ["diff", "old.js", "new.js", "events.ndjson"];
    assert_snapshot!(folder.transcript(&run), @r"
    $ segfn diff old.js new.js events.ndjson
    base       old.js
    candidate  new.js
    requests   answered with an empty 200; --cassette FILE answers as recorded

    2> error: new.js can't be loaded: SyntaxError: Unexpected end of input
    2> hint: segfn run new.js shows where
    exit 3
    ");
    folder.write("new.js", "async function onTrack() {}");
    folder.write(
        "events.ndjson",
        "{\"type\":\"track\"}\n{bad\n{\"type\":\"track\"}\n",
    );
    let all = folder.transcripts(&[
        &run,
        &["diff", "old.js", "new.js", "none.ndjson"],
        &["diff", "git:HEAD", "git:HEAD~1"],
        &["diff", "old.js", "new.js", "--mask", "a..b"],
    ]);
    assert_snapshot!(all, @r#"
    $ segfn diff old.js new.js events.ndjson
    base       old.js
    candidate  new.js
    requests   answered with an empty 200; --cassette FILE answers as recorded

    no difference in 2 events, 1 can't be read
    2> error: events.ndjson:2:2: not JSON: names must be in double quotes (")
    exit 4

    $ segfn diff old.js new.js none.ndjson
    base       old.js
    candidate  new.js
    requests   answered with an empty 200; --cassette FILE answers as recorded

    no difference in 0 events, 1 can't be read
    2> error: can't read none.ndjson: No such file or directory (os error 2)
    2> hint: paths are taken from the folder where segfn runs
    exit 4

    $ segfn diff git:HEAD git:HEAD~1
    2> error: git:HEAD~1 says no path
    2> hint: write git:HEAD~1:PATH
    exit 3

    $ segfn diff old.js new.js --mask a..b
    2> error: mask: `a..b` names no field: a name is missing beside a dot; expected a path such as `body.items[*].id` or `**.timestamp`
    exit 2
    "#);
}
