//! How the SDKs of each language send events.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{asked, events, folder, logged, post, served, track};
use crate::support::served::{Answer, Served};

/// `KEY:` in Base64.
const BASIC: &str = "authorization: Basic S0VZOg==";

fn accepted(answer: &Answer) {
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (200, r#"{"success":true}"#)
    );
    assert_eq!(answer.header("content-type"), Some("application/json"));
}

fn event(kind: &str) -> Value {
    let mut event = json!({ "userId": "u", "traits": {}, "properties": {} });
    match kind {
        "track" => event["event"] = "Signed Up".into(),
        "alias" => event["previousId"] = "before".into(),
        "group" => event["groupId"] = "g".into(),
        _ => {}
    }
    event
}

#[test]
fn every_endpoint_of_one_event_takes_long_and_short_names() {
    let folder = folder();
    let served = served(&folder, &[]);
    for (kind, short) in [
        ("track", "t"),
        ("identify", "i"),
        ("page", "p"),
        ("screen", "s"),
        ("group", "g"),
        ("alias", "a"),
    ] {
        for path in [
            format!("/v1/{kind}"),
            format!("/v1/{short}"),
            format!("/v1/{kind}/"),
        ] {
            accepted(&post(&served, &path, &[BASIC], &event(kind).to_string()));
            let got = logged(&served);
            assert_eq!(
                (&got["type"], &got["userId"]),
                (&json!(kind), &json!("u")),
                "{path}"
            );
        }
    }
}

/// The table of SDKs: path, headers, and whether the key is in the body.
#[test]
fn batches_of_every_sdk_are_taken() {
    let folder = folder();
    let served = served(&folder, &[]);
    let json_type = "content-type: application/json";
    let text_type = "content-type: text/plain; charset=utf-8";
    for (sdk, path, headers, key_in_body) in [
        (
            "node",
            "/v1/batch",
            vec![json_type, BASIC, "x-retry-count: 0"],
            true,
        ),
        ("python", "/v1/batch", vec![json_type], true),
        ("go", "/v1/batch", vec![json_type, BASIC], false),
        ("ruby", "/v1/import", vec![json_type, BASIC], false),
        ("java", "/v1/import/", vec![json_type, BASIC], true),
        ("php", "/v1/batch", vec![json_type, BASIC], false),
        (
            "analytics.js",
            "/v1/b",
            vec![text_type, "origin: http://localhost:3000"],
            true,
        ),
        ("kotlin", "/v1/b", vec![text_type], true),
        ("swift", "/v1/b", vec![json_type], true),
        ("csharp", "/v1/b", vec![json_type], true),
    ] {
        let mut batch = json!({
            "sentAt": "2026-01-01T00:00:00Z",
            "batch": [{ "type": "track", "event": sdk, "anonymousId": "a", "messageId": sdk }],
        });
        if key_in_body {
            batch["writeKey"] = "KEY".into();
        }
        accepted(&post(&served, path, &headers, &batch.to_string()));
        let got = logged(&served);
        assert_eq!(
            (&got["event"], &got["writeKey"]),
            (&json!(sdk), &Value::Null)
        );
        assert_eq!(events(&served)[0]["source"], "KEY", "{sdk}");
    }
}

fn gzipped(text: &str) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(text.as_bytes()).expect("it is packed");
    gzip.finish().expect("it is packed")
}

/// As Kotlin sends: gzip, in chunks, without a length.
fn post_in_chunks(served: &Served, path: &str, headers: &[&str], body: &[u8]) -> String {
    use std::io::Read;
    let mut stream = std::net::TcpStream::connect(served.address()).expect("a connection");
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\nconnection: close\r\n{}\r\n\r\n",
        headers.join("\r\n")
    );
    stream.write_all(head.as_bytes()).expect("it is sent");
    for chunk in body.chunks(7) {
        write!(stream, "{:x}\r\n", chunk.len()).expect("it is sent");
        stream.write_all(chunk).expect("it is sent");
        stream.write_all(b"\r\n").expect("it is sent");
    }
    stream.write_all(b"0\r\n\r\n").expect("it is sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

#[test]
fn gzip_and_chunks_are_read() {
    let folder = folder();
    let served = served(&folder, &[]);
    let headers = ["content-encoding: gzip", "content-type: text/plain"];
    let answer = post_in_chunks(&served, "/v1/t", &headers, &gzipped(&track("packed")));
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert_eq!(logged(&served)["userId"], "packed");
    let broken = post_in_chunks(&served, "/v1/t", &headers, b"no gzip");
    assert!(broken.starts_with("HTTP/1.1 400 "), "{broken}");
    // A small bomb of 20 MB.
    let bomb = post_in_chunks(&served, "/v1/t", &headers, &gzipped(&" ".repeat(20 << 20)));
    assert!(bomb.starts_with("HTTP/1.1 400 "), "{bomb}");
    let other = post(&served, "/v1/t", &["content-encoding: br"], "x");
    assert_eq!(other.status, 415);
}

#[test]
fn pixels_are_images_whatever_they_carry() {
    let folder = folder();
    let served = served(&folder, &[]);
    let data = URL_SAFE_NO_PAD.encode(r#"{"writeKey":"K","userId":"by-data","event":"E"}"#);
    let host = format!("host: {}", served.address());
    for (query, user) in [
        (format!("data={data}"), Some("by-data")),
        (
            "writeKey=K&userId=flat&event=E&properties.subject=x".to_owned(),
            Some("flat"),
        ),
        ("data=?".to_owned(), None),
    ] {
        let line = format!("GET /v1/pixel/track?{query} HTTP/1.1");
        let answer = served.ask(&[&line, &host], "");
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, Some("image/gif"))
        );
        if let Some(user) = user {
            assert_eq!(logged(&served)["userId"], user);
        }
    }
    assert_eq!(events(&served)[0]["source"], "K");
}

#[test]
fn a_page_of_another_origin_may_send_events() {
    let folder = folder();
    let served = served(&folder, &[]);
    let host = format!("host: {}", served.address());
    let origin = "origin: http://localhost:3000";
    let answer = served.ask(
        &[
            "OPTIONS /v1/t HTTP/1.1",
            &host,
            origin,
            "access-control-request-method: POST",
            "access-control-request-headers: authorization,content-type",
            "access-control-request-private-network: true",
        ],
        "",
    );
    assert_eq!(answer.status, 204);
    for (name, value) in [
        ("access-control-allow-origin", "http://localhost:3000"),
        ("access-control-allow-credentials", "true"),
        ("access-control-allow-headers", "authorization,content-type"),
        ("access-control-allow-methods", "POST, GET, OPTIONS"),
        ("access-control-allow-private-network", "true"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{name}");
    }
    let answer = post(
        &served,
        "/v1/t",
        &[origin, "content-type: text/plain"],
        &track("u"),
    );
    accepted(&answer);
    let allowed = answer.header("access-control-allow-origin");
    assert_eq!(allowed, Some("http://localhost:3000"));
}

#[test]
fn settings_point_clients_at_this_server() {
    let folder = folder();
    let served = served(&folder, &[]);
    let host = format!("host: {}", served.address());
    for path in ["/v1/projects/KEY/settings", "/projects/KEY/settings"] {
        let answer = served.ask(&[&format!("GET {path} HTTP/1.1"), &host], "");
        let settings: Value = serde_json::from_str(&answer.body).expect("JSON");
        let segment = &settings["integrations"]["Segment.io"];
        assert_eq!(segment["apiKey"], "KEY");
        assert_eq!(segment["apiHost"], format!("{}/v1", served.address()));
        // With a second one, analytics.js would load old destinations.
        assert_eq!(
            settings["integrations"]
                .as_object()
                .map(serde_json::Map::len),
            Some(1)
        );
    }
    let line = "GET /analytics.js/v1/KEY/analytics.min.js HTTP/1.1";
    let missing = served.ask(&[line, &host], "");
    assert_eq!(missing.status, 404);
    assert!(
        missing.body.contains("npm install @segment/analytics-next"),
        "{}",
        missing.body
    );
    let umd = "node_modules/@segment/analytics-next/dist/umd";
    folder.write(&format!("{umd}/standalone.js"), "var key = '__WRITE_KEY__'");
    assert_eq!(served.ask(&[line, &host], "").body, "var key = 'KEY'");
    folder.write(&format!("{umd}/part.bundle.js"), "part");
    let part = "GET /analytics-next/bundles/part.bundle.js HTTP/1.1";
    assert_eq!(served.ask(&[part, &host], "").body, "part");
    let outside = "GET /analytics-next/bundles/..%2f..%2f..%2f..%2f..%2ffunctions HTTP/1.1";
    assert_eq!(served.ask(&[outside, &host], "").status, 404);
}

#[test]
fn limits_and_errors_are_answered_as_by_the_platform() {
    let folder = folder();
    let served = served(&folder, &[]);
    let refused = |path: &str, body: &str| {
        let answer = post(&served, path, &[], body);
        let error: Value = serde_json::from_str(&answer.body).expect("JSON");
        assert_eq!(error["success"], false);
        assert_eq!(error["error"], error["message"]);
        let code = error["code"].as_str().expect("a code").to_owned();
        (answer.status, code)
    };
    assert_eq!(refused("/v1/track", "{"), (400, "invalid_request".into()));
    assert_eq!(refused("/v1/batch", "{}"), (400, "invalid_request".into()));
    let large = json!({ "userId": "u", "event": "x".repeat(33 << 10) }).to_string();
    assert_eq!(
        refused("/v1/track", &large),
        (400, "payload_too_large".into())
    );
    let larger = json!({ "batch": [], "x": "x".repeat(501 << 10) }).to_string();
    assert_eq!(
        refused("/v1/batch", &larger),
        (400, "payload_too_large".into())
    );
    let host = format!("host: {}", served.address());
    assert_eq!(
        served.ask(&["GET /v1/track HTTP/1.1", &host], "").status,
        405
    );
    // What the platform takes and drops.
    let many = json!({ "batch": vec![json!({}); 2501] }).to_string();
    accepted(&post(&served, "/v1/batch", &[], &many));
    assert_eq!(events(&served).len(), 0);
    for (event, reason) in [
        (json!({ "event": "E" }), "no_user_anon_id"),
        (json!({ "userId": "u" }), "no `event`"),
        (json!({ "userId": "u", "event": "E", "messageId": "m" }), ""),
        (
            json!({ "userId": "u", "event": "E", "messageId": "m" }),
            "has come before",
        ),
    ] {
        accepted(&post(&served, "/v1/track", &[], &event.to_string()));
        let line = served.line_with("event");
        let told = line["reason"].as_str().unwrap_or_default();
        assert!(told.contains(reason), "{line}");
        assert_eq!(told.is_empty(), reason.is_empty(), "{line}");
    }
    let answer = asked(&served, "/api/events?class=dropped");
    assert_eq!(answer["events"].as_array().map(Vec::len), Some(3));
    accepted(&post(&served, "/v1/m", &[], r#"{"series":[]}"#));
}

#[test]
fn an_event_gets_what_the_platform_puts_on() {
    let folder = folder();
    let served = served(&folder, &[]);
    let event = json!({
        "anonymousId": "a",
        "event": "E",
        "timestamp": "2020-01-01T00:00:00Z",
        "sentAt": "2020-01-01T00:00:00Z",
        "context": { "library": { "name": "analytics.js" } },
    });
    accepted(&post(
        &served,
        "/v1/t",
        &["x-forwarded-for: 1.2.3.4, 5.6.7.8"],
        &event.to_string(),
    ));
    let got = logged(&served);
    assert_eq!(got["context"]["ip"], "1.2.3.4");
    assert_eq!(got["channel"], "client");
    assert_eq!(got["version"], 2);
    assert_eq!(got["integrations"], json!({}));
    assert_eq!(got["timestamp"], got["receivedAt"]);
    assert_eq!(got["originalTimestamp"], "2020-01-01T00:00:00Z");
    assert!(
        got["messageId"]
            .as_str()
            .is_some_and(|id| id.starts_with("api-"))
    );
}
