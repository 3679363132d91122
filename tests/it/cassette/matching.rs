//! Requests that a cassette has no answer to.

use segfn::cassette::Cassette;
use segfn::net::{NetMode, Stub};
use serde_json::{Value, json};

use super::runs::{CASSETTE, host_options, player, record, replay, run_with};
use super::server::Server;
use crate::support::server::response;

fn recorded(server: &Server, body: &str) -> Cassette {
    record(&format!("const url = '{}';\n{body}", server.url)).1
}

fn answering() -> Server {
    Server::start(|_| {
        Some(response(
            "200 OK",
            "Content-Type: application/json\r\n",
            "{\"n\":1}",
        ))
    })
}

const POST: &str = "const r = await fetch(url + '/v1/users/17?x=1', { method: 'POST', body: JSON.stringify({ a: { b: [1, 2] }, at: 5 }) }); return r.status";

#[track_caller]
fn misses(server: &Server, cassette: Cassette, masks: &[&str], body: &str) -> (Value, String) {
    let player = player(cassette, masks);
    let body = format!("const url = '{}';\n{body}", server.url);
    let outcome = run_with(&body, host_options(NetMode::Replay(player.clone())));
    let texts = player.misses().into_iter().map(|miss| miss.to_string());
    let unused = player.unused(CASSETTE).into_iter();
    let unused = unused.map(|unused| format!("unused: {unused}"));
    let text = texts.chain(unused).collect::<Vec<_>>().join("\n");
    (outcome, text.replace(&server.url, "URL"))
}

#[test]
fn a_miss_tells_the_nearest_and_what_differs() {
    let server = answering();
    let cassette = recorded(&server, POST);
    let changed = POST
        .replace("x=1", "x=2&y=3")
        .replace("[1, 2]", "[1, 3]")
        .replace("at: 5", "at: 6");
    let (outcome, text) = misses(&server, cassette, &[], &changed);
    let message = outcome["error"]["message"].as_str().expect("a message");
    assert!(message.contains("is not in the cassette"), "{message}");
    assert!(
        message.contains("segfn record --update-missing"),
        "{message}"
    );
    assert_eq!(
        text,
        "POST URL/v1/users/17?x=2&y=3 is not recorded\n  \
         nearest: POST URL/v1/users/17?x=1 (traffic.har, entry 1)\n    \
         query.x: the request has \"2\", the recording has \"1\"\n    \
         query.y: the request has \"3\", the recording has nothing\n    \
         body.a.b[1]: the request has 3, the recording has 2\n    \
         body.at: the request has 6, the recording has 5\n\
         unused: POST URL/v1/users/17?x=1 (traffic.har, entry 1)"
    );
}

#[test]
fn method_and_path_are_told_too() {
    let server = answering();
    let cassette = recorded(&server, POST);
    let changed = POST.replace("POST", "PUT").replace("users/17", "users/18");
    let (_, text) = misses(&server, cassette.clone(), &[], &changed);
    assert!(text.contains("\n    method: the request has \"PUT\", the recording has \"POST\"\n    path: the request has \"/v1/users/18\""), "{text}");
    let (_, text) = misses(
        &server,
        cassette,
        &[],
        "await fetch('http://other.invalid/zzz')",
    );
    assert!(
        text.starts_with(
            "GET http://other.invalid/zzz is not recorded\n  no recorded request is like it"
        ),
        "{text}"
    );
}

#[test]
fn what_is_masked_is_not_compared() {
    let server = answering();
    let cassette = recorded(&server, POST);
    let changed = POST
        .replace("at: 5", "at: 6")
        .replace("users/17", "users/18")
        .replace("x=1", "x=9");
    let masks = [
        "exchanges[*].request.body.json.at",
        "/v1/users/*",
        "query.x",
    ];
    let (outcome, text) = misses(&server, cassette, &masks, &changed);
    assert_eq!((outcome["value"].clone(), text.as_str()), (json!(200), ""));
}

#[test]
fn a_request_is_answered_as_often_as_it_was_recorded() {
    let server = answering();
    let cassette = recorded(&server, POST);
    let twice = POST.replace("return r.status", "")
        + &POST
            .replace("const r", "const s")
            .replace("r.status", "s.status");
    let (_, text) = misses(&server, cassette.clone(), &[], &twice);
    assert!(
        text.contains("it was recorded fewer times than the function asks for it"),
        "{text}"
    );
    let body = format!("const url = '{}';\n{twice}", server.url);
    let net_mode = NetMode::Replay(player(cassette, &[]).repeating());
    assert_eq!(run_with(&body, host_options(net_mode))["value"], 200);
}

#[test]
fn secrets_match_whatever_their_values() {
    let server = answering();
    let body = |key: &str| {
        format!(
            "const r = await fetch('{}/?api_key={key}', {{ method: 'POST', headers: {{ 'X-Api-Key': '{key}' }}, body: JSON.stringify({{ client_secret: '{key}' }}) }}); return r.status",
            server.url
        )
    };
    let (_, cassette) = record(&body("one-secret"));
    let file = String::from_utf8(cassette.to_bytes()).expect("text");
    assert!(!file.contains("one-secret"), "{file}");
    assert_eq!(replay(&body("another-secret"), cassette)["value"], 200);
}

#[test]
fn a_stub_answers_everything_and_lets_harmless_requests_through_where_it_may() {
    let server = answering();
    let body = format!(
        "const get = await (await fetch('{0}')).json(); const post = await (await fetch('{0}', {{ method: 'POST', body: 'x' }})).json();
         return [get, post, (await fetch('http://other.invalid/')).status]",
        server.url
    );
    let outcome = run_with(&body, host_options(NetMode::Stub(Stub::default())));
    assert_eq!(
        (outcome["value"].clone(), server.connections()),
        (json!([{}, {}, 200]), 0)
    );
    let stub = Stub {
        let_through: segfn::options::NetPolicy::Only(vec!["127.0.0.1".parse().expect("a host")]),
    };
    let outcome = run_with(&body, host_options(NetMode::Stub(stub)));
    assert_eq!(
        (outcome["value"].clone(), server.connections()),
        (json!([{"n": 1}, {}, 200]), 1)
    );
}
