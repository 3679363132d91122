//! Faults that are injected into functions' requests.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use super::{asked, post, told, track};
use crate::support::Folder;
use crate::support::served::Served;

/// Counts the requests that it answers with 200, and keeps connections. Gives its address.
fn counting_server() -> (String, Arc<AtomicU32>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let count = Arc::new(AtomicU32::new(0));
    let counted = count.clone();
    std::thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            let counted = counted.clone();
            std::thread::spawn(move || answer_all(&connection, &counted));
        }
    });
    (address, count)
}

fn answer_all(connection: &TcpStream, counted: &AtomicU32) {
    let mut to = connection;
    let mut lines = BufReader::new(connection).lines().map_while(Result::ok);
    while let Some(first) = lines.next() {
        let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
        // GETs have no body.
        lines.find(String::is_empty);
        counted.fetch_add(1, Ordering::SeqCst);
        let body = json!({ "path": path, "token": "sk-0123456789abcdefghij" }).to_string();
        let length = body.len();
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-served-by: a test\r\n";
        let answer = format!("{head}content-length: {length}\r\n\r\n{body}");
        if to.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

/// What the function does with its server's answer.
const FUNCTION: &str = "
    async function onTrack(event, settings) {
      const response = await fetch(`http://${settings.host}/${event.userId}`);
      const text = await response.text();
      if (response.status >= 500 || response.status === 429) throw new RetryError(`status ${response.status}`);
      return response.status;
    }";

struct Tried {
    folder: Folder,
    served: Served,
    host: String,
    count: Arc<AtomicU32>,
}

impl Tried {
    fn new() -> Tried {
        let (host, count) = counting_server();
        let folder = Folder::new(&[("function.js", FUNCTION)]);
        folder.write("settings.json", json!({ "host": host }).to_string());
        let served = Served::segment(&folder, &[]);
        served.line_with("loaded");
        Tried {
            folder,
            served,
            host,
            count,
        }
    }

    /// What comes of an event now.
    fn outcome(&self) -> Value {
        post(&self.served, "/v1/track", &[], &track("u"));
        self.served.line_with("outcome")["outcome"].clone()
    }

    fn inject(&self, fault: &Value) -> Value {
        let (status, answer) = told(&self.served, "/api/faults", fault);
        assert_eq!(status, 200, "{answer}");
        answer["faults"].clone()
    }

    fn left(&self) -> Value {
        asked(&self.served, "/api/state")["faults"].clone()
    }

    fn clear(&self) {
        let host = format!("host: {}", self.served.address());
        let lines = ["DELETE /api/faults HTTP/1.1", &host, "segfn-panel: 1"];
        assert_eq!(self.served.ask(&lines, "").status, 200);
    }

    fn requests(&self) -> u32 {
        self.count.load(Ordering::SeqCst)
    }
}

#[test]
fn the_next_requests_get_a_status_and_those_after_them_the_hosts_answer() {
    let tried = Tried::new();
    assert_eq!(tried.outcome()["value"], 200);
    let fault = json!({ "host": tried.host, "kind": "503", "count": 2 });
    let two = tried.inject(&fault);
    let shown =
        |left: u32| json!([{ "host": tried.host, "kind": "503", "left": left, "count": 2 }]);
    assert_eq!(two, shown(2));
    let first = tried.outcome();
    assert_eq!(first["class"], "retry", "{first}");
    assert_eq!(first["error"]["message"], "status 503");
    let exchange = &first["exchanges"][0];
    assert_eq!(
        (&exchange["status"], &exchange["fault"]),
        (&json!(503), &json!("503"))
    );
    let body = exchange["response"]["body"]["text"].as_str();
    assert!(body.expect("a body").contains("injected"), "{exchange}");
    assert_eq!(tried.left(), shown(1));
    // A function that is loaded again meets what is left.
    let file = tried.folder.path().join("function.js");
    let text = std::fs::read_to_string(&file).expect("the function");
    std::fs::write(&file, format!("{text}\n// another")).expect("a change");
    tried.served.line_with("loaded");
    assert_eq!(tried.outcome()["class"], "retry");
    assert_eq!(tried.left(), json!([]));
    let last = tried.outcome();
    assert_eq!(
        (&last["value"], &last["exchanges"][0]["fault"]),
        (&json!(200), &Value::Null)
    );
    assert_eq!(tried.requests(), 2, "faults are sent to nobody");
}

#[test]
fn connections_are_reset_answers_are_late_and_faults_are_cleared() {
    let tried = Tried::new();
    tried.inject(&json!({ "host": "127.0.0.*", "kind": "reset", "count": 1 }));
    let reset = tried.outcome();
    let message = reset["error"]["message"].as_str().expect("an error");
    assert!(message.contains("ECONNRESET"), "{reset}");
    assert_eq!(reset["exchanges"][0]["fault"], "reset");
    assert_eq!(tried.requests(), 0);
    tried.inject(&json!({ "host": tried.host, "kind": "delay", "count": 1, "delayMs": 400 }));
    let late = tried.outcome();
    assert_eq!(late["value"], 200, "{late}");
    assert!(late["ms"].as_f64().expect("a time") >= 400.0, "{late}");
    assert_eq!(late["exchanges"][0]["fault"], "delay");
    assert_eq!(tried.requests(), 1, "the host answers, late");
    tried.inject(&json!({ "host": tried.host, "kind": "500", "count": 100 }));
    tried.clear();
    assert_eq!(
        (tried.left(), &tried.outcome()["value"]),
        (json!([]), &json!(200))
    );
}

#[test]
fn faults_are_for_their_host_alone_and_for_whoever_asks_it() {
    let tried = Tried::new();
    tried.inject(&json!({ "host": "api.example.com", "kind": "500", "count": 1 }));
    tried.inject(&json!({ "host": tried.host, "kind": "429", "count": 2 }));
    assert_eq!(tried.outcome()["error"]["message"], "status 429");
    // What the panel runs meets them, too.
    let function = asked(&tried.served, "/api/state")["functions"][0]["name"].clone();
    let input = json!({ "type": "track", "userId": "u", "event": "E" });
    let run = json!({ "function": function, "input": input });
    let (_, answer) = told(&tried.served, "/api/run", &run);
    assert_eq!(
        answer["outcome"]["error"]["message"], "status 429",
        "{answer}"
    );
    assert_eq!(tried.left().as_array().map(Vec::len), Some(1));
    assert_eq!(tried.outcome()["value"], 200);
}

#[test]
fn the_embedded_aws_fails_as_it_is_told() {
    let folder = Folder::new(&[(
        "function.js",
        "async function onTrack(event) {
           const s3 = new AWS.S3({ maxRetries: 0 });
           await s3.createBucket({ Bucket: 'bkt' }).promise();
         }",
    )]);
    let served = Served::segment(&folder, &[]);
    served.line_with("loaded");
    let fault = json!({ "host": "*.amazonaws.com", "kind": "503", "count": 1 });
    assert_eq!(told(&served, "/api/faults", &fault).0, 200);
    let outcomes = ["discard", "success"].map(|class| {
        post(&served, "/v1/track", &[], &track("u"));
        let outcome = served.line_with("outcome")["outcome"].clone();
        assert_eq!(outcome["class"], class, "{outcome}");
        outcome
    });
    let exchanges = outcomes.map(|outcome| outcome["exchanges"][0].clone());
    assert_eq!(
        (&exchanges[0]["status"], &exchanges[0]["fault"]),
        (&json!(503), &json!("503"))
    );
    assert_eq!(
        (&exchanges[1]["status"], &exchanges[1]["via"]),
        (&json!(200), &json!("embedded"))
    );
    assert!(
        exchanges[1]["response"]["headers"].is_object(),
        "{}",
        exchanges[1]
    );
}

#[test]
fn what_makes_no_sense_is_refused() {
    let tried = Tried::new();
    for (fault, message) in [
        (
            json!({ "host": "http://a.b", "kind": "500", "count": 1 }),
            "`http://a.b` is no host",
        ),
        (
            json!({ "host": "a.b", "kind": "200", "count": 1 }),
            "`200` is no fault",
        ),
        (
            json!({ "host": "a.b", "kind": "500", "count": 0 }),
            "a fault is for 1 to 10000 requests",
        ),
        (
            json!({ "host": "a.b", "kind": "delay", "count": 1 }),
            "a delay takes 1 to 60000 ms",
        ),
    ] {
        let (status, answer) = told(&tried.served, "/api/faults", &fault);
        assert_eq!(
            (status, &answer["error"]["message"]),
            (400, &json!(message))
        );
    }
    for _ in 0..16 {
        tried.inject(&json!({ "host": "a.b", "kind": "500", "count": 1 }));
    }
    let more = json!({ "host": "a.b", "kind": "500", "count": 1 });
    let (status, answer) = told(&tried.served, "/api/faults", &more);
    assert_eq!(status, 409, "{answer}");
}

#[test]
fn an_outcome_shows_responses_without_secrets_and_when_each_request_began() {
    let tried = Tried::new();
    let outcome = tried.outcome();
    let exchange = &outcome["exchanges"][0];
    let response = &exchange["response"];
    assert_eq!(response["headers"]["x-served-by"], "a test");
    assert_eq!(
        response["body"]["json"],
        json!({ "path": "/u", "token": "[secret token]" })
    );
    let (at, ms) = (exchange["at"].as_f64(), exchange["ms"].as_f64());
    let end = at.expect("a time") + ms.expect("a time");
    assert!(
        end <= outcome["ms"].as_f64().expect("a time") + 1.0,
        "{outcome}"
    );
}

#[test]
fn a_large_body_is_told_by_its_size() {
    let host = crate::support::server::server(|_| {
        crate::support::server::response(
            "200 OK",
            "Content-Type: text/plain\r\n",
            "x".repeat(100_000),
        )
    });
    let folder = Folder::new(&[(
        "function.js",
        "async function onTrack(event, settings) {
           const options = { method: 'POST', body: 'y'.repeat(70000) };
           return (await (await fetch(settings.url, options)).text()).length;
         }",
    )]);
    folder.write("settings.json", json!({ "url": host }).to_string());
    let served = Served::segment(&folder, &[]);
    served.line_with("loaded");
    post(&served, "/v1/track", &[], &track("u"));
    let outcome = served.line_with("outcome")["outcome"].clone();
    assert_eq!(outcome["value"], 100_000);
    let exchange = &outcome["exchanges"][0];
    assert_eq!(exchange["request"]["body"]["text"], "[70000 bytes]");
    assert_eq!(exchange["response"]["body"]["text"], "[100000 bytes]");
}
