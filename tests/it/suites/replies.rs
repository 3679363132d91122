//! Answers that were written by hand.

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::suite::shown;
use crate::support::Folder;

/// Gives what came of some requests.
const FUNCTION: &str = "\
async function onTrack(event) {
  const all = [];
  for (const [method, path, body, headers] of event.properties.asks) {
    const began = Date.now();
    try {
      const answer = await fetch('https://api.example.com' + path, { method, headers, body: body && JSON.stringify(body), timeout: event.properties.timeout });
      all.push([answer.status, await answer.text(), Date.now() - began]);
    } catch (error) {
      all.push([error.code || error.name, error.message, Date.now() - began]);
    }
  }
  return all;
}
";

fn event(asks: &Value) -> String {
    json!({"type": "track", "properties": {"asks": asks}}).to_string()
}

fn folder(asks: &Value, case_toml: &str) -> Folder {
    Folder::new(&[
        ("fn/function.js", FUNCTION),
        ("fn/cases/one/event.json", &event(asks)),
        ("fn/cases/one/case.toml", case_toml),
    ])
}

fn expected(folder: &Folder, case: &str) -> Value {
    let path = folder.path().join(format!("fn/cases/{case}/expected.json"));
    serde_json::from_str(&std::fs::read_to_string(path).expect("a file")).expect("JSON")
}

/// What the function gave in a case with these replies, all of which were asked for.
#[track_caller]
fn answers(asks: &Value, case_toml: &str) -> Value {
    let folder = folder(asks, case_toml);
    shown(&folder, 0, &["accept", "fn"]);
    shown(&folder, 0, &["test"]);
    expected(&folder, "one")["value"].clone()
}

const ORDERS: &str = "POST https://api.example.com/orders";

#[test]
fn a_reply_says_what_a_server_answers() {
    let asks = json!([
        ["POST", "/orders", {"id": 1}],
        ["GET", "/text"],
        ["GET", "/bytes"],
        ["GET", "/file"],
        ["GET", "/v1/a/b?page=2"]
    ]);
    let folder = folder(
        &asks,
        &format!(
            "[[reply]]\nto = \"{ORDERS}\"\nstatus = 503\nheaders = {{ Retry-After = 1, x-list = [\"a\", \"b\"] }}\njson = {{ error = \"busy\", left = [1, 2.5, true] }}\n\
             [[reply]]\nto = \"GET https://api.example.com/text\"\ntext = \"é\"\n\
             [[reply]]\nto = \"GET https://api.example.com/bytes\"\nbase64 = \"aGk=\"\n\
             [[reply]]\nto = \"GET https://api.example.com/file\"\nfile = \"answer.json\"\n\
             [[reply]]\nto = \"* https://*.example.com/v1/*\"\nstatus = 404\n"
        ),
    );
    folder.write("fn/cases/one/answer.json", "{ }");
    shown(&folder, 0, &["accept", "fn"]);
    let did = expected(&folder, "one");
    assert_eq!(
        did["value"],
        json!([
            [503, r#"{"error":"busy","left":[1,2.5,true]}"#, 0],
            [200, "é", 0],
            [200, "hi", 0],
            [200, "{ }", 0],
            [404, "", 0]
        ])
    );
    assert_eq!(did["exchanges"][0]["status"], 503);
    shown(&folder, 0, &["test"]);
}

#[test]
fn several_answers_come_in_turn_and_then_what_stands_behind() {
    let asks = json!([
        ["POST", "/orders", {}],
        ["POST", "/orders", {}],
        ["POST", "/orders", {}],
        ["POST", "/orders", {}]
    ]);
    let toml = format!(
        "[[reply]]\nto = \"{ORDERS}\"\nsequence = [{{ status = 503 }}, {{ status = 503 }}, {{ json = 1 }}]\n\
         [[reply]]\nto = \"{ORDERS}\"\nstatus = 410\n"
    );
    let statuses = |value: &Value| -> Vec<Value> {
        let all = value.as_array().expect("a list");
        all.iter().map(|one| one[0].clone()).collect()
    };
    assert_eq!(statuses(&answers(&asks, &toml)), [503, 503, 200, 410]);
    let toml = format!(
        "[[reply]]\nto = \"{ORDERS}\"\nstatus = 503\ntimes = 1\nskip = 1\n\
         [[reply]]\nto = \"{ORDERS}\"\nstatus = 200\n"
    );
    assert_eq!(statuses(&answers(&asks, &toml)), [200, 503, 200, 200]);
}

#[test]
fn conditions_choose_among_requests() {
    let asks = json!([
        ["POST", "/orders?page=1", {"id": 1, "items": [{"sku": "x"}]}, {"X-Zone": "eu"}],
        ["POST", "/orders?page=2", {"id": 2, "items": []}, {"X-Zone": "eu"}],
        ["POST", "/orders?page=3", {"id": 3, "items": []}, {"X-Zone": "us"}],
        ["POST", "/orders?page=4", {"id": 4, "items": []}, {"X-Zone": "eu"}]
    ]);
    let reply = |when: &str, text: &str| {
        format!("[[reply]]\nto = \"{ORDERS}\"\nwhen = {{ {when} }}\ntext = \"{text}\"\n")
    };
    let toml = reply("\"body.items[*].sku\" = \"x\"", "sku")
        + &reply("query.page = 2", "page")
        + &reply("\"headers.x-zone\" = \"us\", body.id = 3", "zone")
        + &format!("[[reply]]\nto = \"{ORDERS}\"\ntext = \"else\"\n");
    let value = answers(&asks, &toml);
    let texts: Vec<&Value> = value
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| &one[1])
        .collect();
    assert_eq!(texts, ["sku", "page", "zone", "else"]);
}

#[test]
fn a_request_fails_as_in_node() {
    let codes = [
        "ECONNREFUSED",
        "ECONNRESET",
        "ENOTFOUND",
        "CERT_HAS_EXPIRED",
        "HPE_INVALID_CONSTANT",
        "EPIPE",
    ];
    let asks: Vec<Value> = codes
        .iter()
        .map(|code| json!(["GET", format!("/{code}")]))
        .collect();
    let toml: String = codes
        .iter()
        .map(|code| {
            format!("[[reply]]\nto = \"GET https://api.example.com/{code}\"\nerror = \"{code}\"\n")
        })
        .collect();
    let value = answers(&json!(asks), &toml);
    let texts: Vec<String> = value
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| format!("{} {}", one[0], one[1]))
        .collect();
    assert_snapshot!(texts.join("\n"), @r#"
    "ECONNREFUSED" "request to https://api.example.com/ECONNREFUSED failed, reason: connect ECONNREFUSED 127.0.0.1:443"
    "ECONNRESET" "request to https://api.example.com/ECONNRESET failed, reason: read ECONNRESET"
    "ENOTFOUND" "request to https://api.example.com/ENOTFOUND failed, reason: getaddrinfo ENOTFOUND api.example.com"
    "CERT_HAS_EXPIRED" "request to https://api.example.com/CERT_HAS_EXPIRED failed, reason: certificate has expired"
    "HPE_INVALID_CONSTANT" "request to https://api.example.com/HPE_INVALID_CONSTANT failed, reason: Parse Error: Expected HTTP/, RTSP/ or ICE/"
    "EPIPE" "request to https://api.example.com/EPIPE failed, reason: write EPIPE"
    "#);
}

#[test]
fn who_listened_for_the_connection_of_a_replay_heard_nothing() {
    const WAITING: &str = "\
async function onTrack() {
  return new Promise((resolve) => {
    const heard = [];
    const request = https.request('https://api.example.com/x', (response) => resolve([...heard, response.statusCode]));
    request.on('socket', (socket) => socket.on('secureConnect', () => heard.push('secureConnect') && request.end()));
    request.on('error', (error) => resolve([...heard, error.message]));
  });
}
";
    for (answer, heard) in [
        (
            "error = \"ECONNREFUSED\"",
            json!(["connect ECONNREFUSED 127.0.0.1:443"]),
        ),
        ("status = 204", json!(["secureConnect", 204])),
    ] {
        let toml = format!("[[reply]]\nto = \"GET https://api.example.com/x\"\n{answer}\n");
        let folder = Folder::new(&[
            ("fn/function.js", WAITING),
            ("fn/cases/one/event.json", "{\"type\":\"track\"}"),
            ("fn/cases/one/case.toml", &toml),
        ]);
        shown(&folder, 0, &["accept", "fn"]);
        assert_eq!(expected(&folder, "one")["value"], heard, "{answer}");
    }
}

#[test]
fn a_body_may_break_off() {
    let toml = "[[reply]]\nto = \"GET https://api.example.com/x\"\ntext = \"0123456789\"\nerror = \"ECONNRESET\"\nafter_bytes = 4\n";
    let source = "async function onTrack() {
  return new Promise((resolve) => {
    const seen = [];
    https.get('https://api.example.com/x', (answer) => {
      answer.on('data', (chunk) => seen.push(String(chunk)));
      answer.on('error', (error) => {
        resolve([answer.statusCode, answer.headers['content-length'], ...seen, error.code, error.message]);
      });
    });
  });
}";
    let folder = folder(&json!([]), toml);
    folder.write("fn/function.js", source);
    shown(&folder, 0, &["accept", "fn"]);
    assert_eq!(
        expected(&folder, "one")["value"],
        json!([200, "10", "0123", "ECONNRESET", "aborted"])
    );
}

#[test]
fn an_answer_takes_its_time_on_the_functions_clock() {
    let asks = json!([["GET", "/x"], ["GET", "/y"]]);
    let toml = "[[reply]]\nto = \"GET https://api.example.com/x\"\nafter = \"1500ms\"\ntext = \"late\"\n\
                [[reply]]\nto = \"GET https://api.example.com/y\"\nafter = 2\nerror = \"ETIMEDOUT\"\n";
    let value = answers(&asks, toml);
    assert_eq!(value[0], json!([200, "late", 1500]));
    assert_eq!(
        (&value[1][0], &value[1][2]),
        (&json!("ETIMEDOUT"), &json!(2000))
    );

    // Two at the same time, and a timer between them.
    let source = "async function onTrack() {
  const began = Date.now();
  const seen = [];
  const note = (what) => () => seen.push([what, Date.now() - began]);
  setTimeout(note('timer'), 2000);
  await Promise.all([
    fetch('https://api.example.com/y').catch(note('y')),
    fetch('https://api.example.com/x').then(note('x')),
  ]);
  return seen;
}";
    let folder = folder(&json!([]), toml);
    folder.write("fn/function.js", source);
    shown(&folder, 0, &["accept", "fn"]);
    assert_eq!(
        expected(&folder, "one")["value"],
        json!([["x", 1500], ["timer", 2000], ["y", 2000]])
    );
}

#[test]
fn who_waits_too_long_gives_up() {
    let toml =
        "[[reply]]\nto = \"GET https://api.example.com/x\"\nafter = \"6s\"\ntext = \"late\"\n";
    let one = folder(&json!([["GET", "/x"]]), toml);
    shown(&one, 0, &["accept", "fn"]);
    let did = expected(&one, "one");
    assert_eq!(
        (&did["class"], &did["error"]["name"]),
        (&json!("retry"), &json!("Timeout"))
    );
    let own = folder(&json!([["GET", "/x"]]), toml);
    own.write(
        "fn/cases/one/event.json",
        json!({"type": "track", "properties": {"asks": [["GET", "/x"]], "timeout": 800}})
            .to_string(),
    );
    shown(&own, 0, &["accept", "fn"]);
    let value = &expected(&own, "one")["value"][0];
    assert_eq!((&value[0], &value[2]), (&json!("FetchError"), &json!(800)));
}

#[test]
fn a_reply_that_nobody_asks_for_fails_the_case() {
    let asks = json!([["GET", "/x"]]);
    let toml = "[[reply]]\nto = \"GET https://api.example.com/x\"\nstatus = 200\ntimes = 2\n\n\
                [[reply]]\nto = \"GET https://api.example.com/y\"\nstatus = 200\n";
    let one = folder(&asks, toml);
    one.segfn(&["accept", "fn"]);
    assert_snapshot!(shown(&one, 1, &["test"]), @r"
    ✗ failed fn/one  TIME
      the reply to GET https://api.example.com/x (fn/cases/one/case.toml:1) was asked for 1 of 2 times
      no request asked for the reply to GET https://api.example.com/y (fn/cases/one/case.toml:6)
      in fn/cases/one
      take the reply out, or change what it is for

    1 case: 1 failed in TIME
    ");
    // Those of a suite are for the cases that ask.
    let suite = folder(&asks, "");
    suite.write("fn/segfn.toml", toml.replace("[[reply]]", "[[test.reply]]"));
    shown(&suite, 0, &["accept", "fn"]);
    shown(&suite, 0, &["test"]);
}

#[test]
fn replies_stand_before_the_cassette_and_cases_before_their_suite() {
    let entry = |path: &str, text: &str| {
        json!({
            "request": {"method": "GET", "url": format!("https://api.example.com/{path}"), "headers": []},
            "response": {"status": 200, "headers": [], "content": {"text": text}},
        })
    };
    let har = json!({"log": {"_segfn": {"version": 1}, "entries": [entry("a", "recorded"), entry("b", "recorded"), entry("c", "recorded")]}});
    let reply = |key: &str, path: &str, text: &str| {
        format!("[[{key}]]\nto = \"GET https://api.example.com/{path}\"\ntext = \"{text}\"\n")
    };
    let folder = folder(
        &json!([["GET", "/a"], ["GET", "/b"], ["GET", "/c"]]),
        &reply("reply", "a", "the case's"),
    );
    folder.write("fn/cases/one/traffic.har", har.to_string());
    folder.write(
        "fn/segfn.toml",
        reply("test.reply", "a", "the suite's") + &reply("test.reply", "b", "the suite's"),
    );
    folder.write("segfn.toml", reply("test.reply", "b", "a farther file's"));
    // A variation takes over replies and the cassette, and has its own reply first.
    let line = r#"{"name":"other","from":"one","replies":[{"to":"GET https://api.example.com/a","status":500,"text":"its own"}]}"#;
    folder.write("fn/cases.ndjson", format!("{line}\n"));
    shown(&folder, 0, &["accept", "fn"]);
    let texts = |value: &Value| -> Vec<Value> {
        value
            .as_array()
            .expect("a list")
            .iter()
            .map(|one| one[1].clone())
            .collect()
    };
    assert_eq!(
        texts(&expected(&folder, "one")["value"]),
        ["the case's", "the suite's", "recorded"]
    );
    let file = std::fs::read_to_string(folder.path().join("fn/cases.ndjson")).expect("a file");
    let line: Value = serde_json::from_str(&file).expect("JSON");
    assert_eq!(
        texts(&line["expected"]["value"]),
        ["its own", "the suite's", "recorded"]
    );
    shown(&folder, 0, &["test"]);
}

#[test]
fn aws_gets_replies_too() {
    let source = "async function onTrack(event) {
  const s3 = new AWS.S3({ region: 'eu-west-1', maxRetries: 0, httpOptions: { timeout: 1000 } });
  const began = Date.now();
  const failed = (error) => [error.code, error.statusCode];
  const all = [];
  for (const Key of ['busy', 'reset', 'late']) {
    const began = Date.now();
    all.push([...await s3.getObject({ Bucket: 'bkt', Key }).promise().catch(failed), Date.now() - began]);
  }
  return all;
}";
    let to = |key: &str| {
        format!("[[reply]]\nto = \"GET https://bkt.s3.eu-west-1.amazonaws.com/{key}\"\n")
    };
    let toml = "aws = \"cassette\"\n".to_owned()
        + &to("busy")
        + "status = 503\ntext = \"<Error><Code>SlowDown</Code></Error>\"\nheaders = { Content-Type = \"application/xml\" }\n"
        + &to("reset")
        + "error = \"ECONNRESET\"\n"
        + &to("late")
        + "after = \"3s\"\nstatus = 200\n";
    let folder = folder(&json!([]), &toml);
    folder.write("fn/function.js", source);
    shown(&folder, 0, &["accept", "fn"]);
    assert_eq!(
        expected(&folder, "one")["value"],
        json!([
            ["SlowDown", 503, 0],
            ["NetworkingError", null, 0],
            ["TimeoutError", null, 1000]
        ])
    );
    shown(&folder, 0, &["test"]);
}

#[test]
fn a_reply_that_can_t_be_meant_is_refused_with_its_place() {
    let folder = folder(&json!([]), "");
    let mut all = String::new();
    let x = "to = \"GET https://api.example.com/x\"";
    for reply in [
        "status = 200".to_owned(),
        "to = \"api.example.com\"\nstatus = 200".to_owned(),
        "to = \"get https://api.example.com/x\"\nstatus = 200".to_owned(),
        "to = \"GET ftp://api.example.com/x\"\nstatus = 200".to_owned(),
        "to = \"GET https://api.example.com/x?page=2\"\nstatus = 200".to_owned(),
        x.to_owned(),
        format!("{x}\nstatus = 99"),
        format!("{x}\nstaus = 200"),
        format!("{x}\njson = 1\ntext = \"x\""),
        format!("{x}\nstatus = 503\nerror = \"ECONNRESET\""),
        format!("{x}\nerror = \"ECONRESET\""),
        format!("{x}\ntext = \"x\"\nafter_bytes = 1"),
        format!("{x}\ntext = \"x\"\nerror = \"ECONNRESET\"\nafter_bytes = 2"),
        format!("{x}\ntext = \"x\"\nerror = \"ENOTFOUND\"\nafter_bytes = 1"),
        format!("{x}\nstatus = 204\ntext = \"x\""),
        format!("{x}\nbase64 = \"?\""),
        format!("{x}\nfile = \"none.json\""),
        format!("{x}\nheaders = {{ \"a b\" = \"x\" }}"),
        format!("{x}\nstatus = 200\nwhen = {{ url = \"x\" }}"),
        format!("{x}\nstatus = 200\ntimes = 0"),
        format!("{x}\nstatus = 200\nafter = \"soon\""),
        format!("{x}\nsequence = []"),
        format!("{x}\nsequence = [{{ status = 503 }}]\ntimes = 2"),
        format!("{x}\nsequence = [{{ status = 503 }}]\nstatus = 200"),
        format!("{x}\nsequence = [{{ times = 503 }}]"),
        "to = \"GET https://bkt.s3.eu-west-1.amazonaws.com/k\"\nstatus = 503".to_owned(),
        format!("to = \"* https://*.example.com/*\"\nstatus = 200\n[[reply]]\n{x}\nstatus = 503"),
    ] {
        folder.write("fn/cases/one/case.toml", format!("[[reply]]\n{reply}\n"));
        let (code, stdout, _) = folder.segfn(&["test", "fn"]);
        assert_eq!(code, 4, "{reply}: {stdout}");
        let told: Vec<&str> = stdout.lines().skip(1).take(3).collect();
        let told: Vec<&str> = told
            .into_iter()
            .filter(|line| !line.contains("  in fn/"))
            .collect();
        all += &format!("{}\n{}\n\n", reply.replace('\n', "; "), told.join("\n"));
    }
    assert_snapshot!(all, @r#"
    status = 200
      fn/cases/one/case.toml:1:1: expected `to`: which requests the reply is for
      write for example to = "POST https://api.example.com/v1/*"

    to = "api.example.com"; status = 200
      fn/cases/one/case.toml:2:6: expected a method and a URL such as "POST https://api.example.com/v1/*"
      `*` in the method's place stands for any method

    to = "get https://api.example.com/x"; status = 200
      fn/cases/one/case.toml:2:6: no request has this method
      methods are in capital letters: GET, POST, PUT

    to = "GET ftp://api.example.com/x"; status = 200
      fn/cases/one/case.toml:2:6: no request goes to this URL
      a URL begins with https:// or http:// and a host, without a user

    to = "GET https://api.example.com/x?page=2"; status = 200
      fn/cases/one/case.toml:2:6: a query doesn't belong here
      say what the query is to have: when = { "query.page" = "2" }

    to = "GET https://api.example.com/x"
      fn/cases/one/case.toml:1:1: expected what the answer is
      write for example status = 503, json = { ok = true } or error = "ECONNRESET"

    to = "GET https://api.example.com/x"; status = 99
      fn/cases/one/case.toml:3:10: expected a status from 200 to 599


    to = "GET https://api.example.com/x"; staus = 200
      fn/cases/one/case.toml:3:1: unknown key `staus`
      did you mean `status`?

    to = "GET https://api.example.com/x"; json = 1; text = "x"
      fn/cases/one/case.toml:4:1: `json` and `text` contradict
      an answer has one body: json, text, file, base64

    to = "GET https://api.example.com/x"; status = 503; error = "ECONNRESET"
      fn/cases/one/case.toml:3:1: `status` and `error` contradict: an error comes in place of a response
      for a body that breaks off, say where: after_bytes = 10

    to = "GET https://api.example.com/x"; error = "ECONRESET"
      fn/cases/one/case.toml:3:9: no request fails with `ECONRESET`
      did you mean `ECONNRESET`?

    to = "GET https://api.example.com/x"; text = "x"; after_bytes = 1
      fn/cases/one/case.toml:4:15: `after_bytes` needs an `error`, with which the body breaks off
      write for example error = "ECONNRESET"

    to = "GET https://api.example.com/x"; text = "x"; error = "ECONNRESET"; after_bytes = 2
      fn/cases/one/case.toml:5:15: the body has only 1 byte
      give fewer, or a longer body: text = "…"

    to = "GET https://api.example.com/x"; text = "x"; error = "ENOTFOUND"; after_bytes = 1
      fn/cases/one/case.toml:4:9: no body breaks off with `ENOTFOUND`
      leave `after_bytes` out, or take ECONNRESET or ETIMEDOUT

    to = "GET https://api.example.com/x"; status = 204; text = "x"
      fn/cases/one/case.toml:1:1: an answer of status 204 has no body
      leave one of them out

    to = "GET https://api.example.com/x"; base64 = "?"
      fn/cases/one/case.toml:3:10: expected bytes in base64


    to = "GET https://api.example.com/x"; file = "none.json"
      fn/cases/one/case.toml:3:8: can't read fn/cases/one/none.json: No such file or directory (os error 2)
      the path is relative to this file

    to = "GET https://api.example.com/x"; headers = { "a b" = "x" }
      fn/cases/one/case.toml:3:13: `a b` can't be a header's name


    to = "GET https://api.example.com/x"; status = 200; when = { url = "x" }
      fn/cases/one/case.toml:4:10: `url` is no part of a request
      name a place in the body, the query or the headers, as in "body.currency", "query.page" or "headers.x-id"

    to = "GET https://api.example.com/x"; status = 200; times = 0
      fn/cases/one/case.toml:4:9: expected a whole number of at least 1


    to = "GET https://api.example.com/x"; status = 200; after = "soon"
      fn/cases/one/case.toml:4:9: expected a time such as "5s", "500ms" or 2


    to = "GET https://api.example.com/x"; sequence = []
      fn/cases/one/case.toml:3:12: expected a list of answers, each a table


    to = "GET https://api.example.com/x"; sequence = [{ status = 503 }]; times = 2
      fn/cases/one/case.toml:4:1: `times` and `sequence` contradict: each answer of a sequence is given once
      write an answer as often as it is to come, and leave `times` out

    to = "GET https://api.example.com/x"; sequence = [{ status = 503 }]; status = 200
      fn/cases/one/case.toml:4:1: `status` and `sequence` contradict
      write it into the answers of the sequence

    to = "GET https://api.example.com/x"; sequence = [{ times = 503 }]
      fn/cases/one/case.toml:3:15: unknown key `times`
      the keys are: status, headers, json, text, file, base64, error, after_bytes, after

    to = "GET https://bkt.s3.eu-west-1.amazonaws.com/k"; status = 503
      fn/cases/one/case.toml:1: no request asks for the reply to GET https://bkt.s3.eu-west-1.amazonaws.com/k: the embedded AWS answers it
      for replies and cassettes in the place of AWS: aws = "cassette"

    to = "* https://*.example.com/*"; status = 200; [[reply]]; to = "GET https://api.example.com/x"; status = 503
      fn/cases/one/case.toml:4:1: no request is left for this reply: the one before, to * https://*.example.com/*, answers them all
      say how often that one answers, as in times = 1, or put this one before it
    "#);
    folder.write("fn/cases/one/case.toml", "");
    folder.write(
        "fn/cases.ndjson",
        "\n{\"name\":\"x\",\"event\":{},\"replies\":[{\"to\":\"GET https://a.example/\",\"status\":\"x\"}]}\n{\"name\":\"y\",\"event\":{},\"reply\":[]}\n",
    );
    folder.write(
        "fn/segfn.toml",
        "[test]\n\n[[test.reply]]\nto = \"GET x\"\nstatus = 1\n",
    );
    assert_snapshot!(folder.transcript(&["test", "fn"]), @r"
    $ segfn test fn
    2> error: fn/segfn.toml:4:6: no request goes to this URL
    2> hint: a URL begins with https:// or http:// and a host, without a user
    exit 2
    ");
    folder.write("fn/segfn.toml", "");
    assert_snapshot!(folder.transcript(&["test", "fn", "-k", "fn/x", "-k", "fn/y"]), @r#"
    $ segfn test fn -k fn/x -k fn/y
    ! broken fn/x  TIME
      fn/cases.ndjson:2:1: expected a status from 200 to 599, not "x"
      in fn/cases.ndjson:2

    ! broken fn/y  TIME
      fn/cases.ndjson:3:1: unknown key `reply`
      in fn/cases.ndjson:3
      in a line they are called `replies`

    2 cases: 2 broken in TIME
    exit 4
    "#);
}
