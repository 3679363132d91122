//! What is kept of events.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::json;

use super::{asked, events, folder, logged, post, served, told, track};
use crate::support::Folder;

#[test]
fn what_was_acknowledged_is_there_after_a_kill() {
    let folder = folder();
    let mut first = served(&folder, &[]);
    let acknowledged = AtomicU64::new(0);
    let address = first.address().to_owned();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (acknowledged, address) = (&acknowledged, &address);
            scope.spawn(move || {
                for number in 0.. {
                    let user = format!("{thread}-{number}");
                    if !sent(address, &track(&user)) {
                        return;
                    }
                    acknowledged.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        while acknowledged.load(Ordering::SeqCst) < 300 {
            std::thread::yield_now();
        }
        first.as_mut().kill().expect("it is killed");
        first.as_mut().wait().expect("it ends");
    });
    let again = served(&folder, &[]);
    let kept = asked(&again, "/api/events?limit=1000");
    let kept = kept["events"].as_array().expect("events");
    let wanted = acknowledged.load(Ordering::SeqCst);
    assert!(
        kept.len() as u64 >= wanted.min(1000),
        "{} of {wanted}",
        kept.len()
    );
    // What had not ended says so, and nothing waits for ever.
    for event in kept {
        let steps = event["steps"].as_array().expect("steps");
        assert_ne!(steps.len(), 0, "{event}");
        for step in steps {
            assert_ne!(step["class"], "pending", "{event}");
        }
    }
}

/// Whether the event was acknowledged.
fn sent(address: &str, body: &str) -> bool {
    use std::io::{Read, Write};
    let request = || -> std::io::Result<bool> {
        let mut stream = std::net::TcpStream::connect(address)?;
        let length = body.len();
        write!(
            stream,
            "POST /v1/track HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer.starts_with("HTTP/1.1 200 "))
    };
    request().unwrap_or_default()
}

#[test]
fn secrets_are_not_in_the_history() {
    let folder = Folder::new(&[
        (
            "function.js",
            "function onTrack(event, settings) { console.log(settings.apiKey, event.properties.password) }",
        ),
        ("settings.json", r#"{"apiKey": "sk-0123456789abcdef"}"#),
    ]);
    let served = served(&folder, &[]);
    let event = json!({
        "userId": "u", "event": "E",
        "properties": { "password": "hunter2-hunter2-9", "note": "sk-0123456789abcdef" },
    });
    post(&served, "/v1/track", &[], &event.to_string());
    let line = served.line_with("outcome");
    let kept = asked(&served, &format!("/api/events/{}", line["event"]));
    for text in [line.to_string(), kept.to_string()] {
        assert!(!text.contains("sk-0123456789abcdef"), "{text}");
        assert!(!text.contains("hunter2-hunter2-9"), "{text}");
    }
    drop(served);
    for file in ["serve.sqlite", "serve.sqlite-wal"] {
        let bytes = std::fs::read(folder.path().join(".segfn").join(file)).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("sk-0123456789abcdef") && !text.contains("hunter2-hunter2-9"));
    }
}

#[test]
fn the_oldest_are_forgotten_when_there_is_no_more_room() {
    let folder = Folder::new(&[("function.js", "function onTrack() {}")]);
    let served = served(&folder, &["--history", "1MB"]);
    for number in 0..150_u64 {
        // What is alike takes no room.
        let mixed = (number * 20_000..).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let long: String = mixed.take(1300).map(|n| format!("{n:x}")).collect();
        let event =
            json!({ "userId": "u", "event": "E", "properties": { "n": number, "long": long } });
        post(&served, "/v1/track", &[], &event.to_string());
        served.line_with("outcome");
    }
    let kept = asked(&served, "/api/events?limit=1000");
    let kept = kept["events"].as_array().expect("events");
    assert!(kept.len() < 100, "{}", kept.len());
    assert_eq!(kept[0]["id"], 150);
}

#[test]
fn an_event_can_be_sent_again() {
    let folder = folder();
    let served = served(&folder, &[]);
    let event = json!({ "userId": "u", "event": "E", "messageId": "m-1" });
    post(&served, "/v1/track", &[], &event.to_string());
    let first = logged(&served);
    let id = events(&served)[0]["id"].clone();
    let (status, answer) = told(&served, "/api/replay", &json!({ "id": id }));
    assert_eq!(status, 200, "{answer}");
    let second = logged(&served);
    assert_eq!(first["messageId"], second["messageId"]);
    assert_eq!(events(&served)[0]["id"], answer["id"]);
    assert_eq!(told(&served, "/api/replay", &json!({ "id": 99 })).0, 404);
}

#[test]
fn what_a_project_keeps_is_kept_and_only_where_all_functions_do() {
    let function = "function onTrack() {}";
    let folder = Folder::new(&[
        ("a/function.js", function),
        ("b/function.js", function),
        (
            "a/segfn.toml",
            "[redact]\nkeep = [\"$.properties.password\"]\n",
        ),
    ]);
    for (serve, password) in [("a", "hunter2-hunter2-9"), (".", "[secret password]")] {
        let served = served(&folder, &[serve]);
        let event = json!({
            "userId": "u", "event": "E", "properties": { "password": "hunter2-hunter2-9" },
        });
        post(&served, "/v1/track", &[], &event.to_string());
        let id = served.line_with("outcome")["event"].clone();
        let kept = asked(&served, &format!("/api/events/{id}"));
        assert_eq!(
            kept["raw"]["properties"]["password"], password,
            "{serve}: {kept}"
        );
    }
}

#[test]
fn events_are_found_beyond_those_that_are_looked_through_at_once() {
    let folder = folder();
    let first = served(&folder, &[]);
    post(&first, "/v1/track", &[], &track("the-first"));
    logged(&first);
    // What came of the event is on the disk once it has been asked for.
    asked(&first, "/api/events");
    // As many as nobody waits for here come in batches.
    let others = vec![track("other"); 2500].join(",");
    for _ in 0..18 {
        post(
            &first,
            "/v1/batch",
            &[],
            &format!("{{\"batch\":[{others}]}}"),
        );
    }
    drop(first);
    let again = served(&folder, &[]);
    let (mut pages, mut before) = (0, String::new());
    let found = loop {
        let query = format!("where=userId%20%3D%20%22the-first%22{before}");
        let page = asked(&again, &format!("/api/events?{query}"));
        pages += 1;
        match page["next"].as_u64() {
            Some(next) => before = format!("&before={next}"),
            None => break page,
        }
        assert_eq!(page["more"], true);
    };
    assert_eq!(
        (pages, &found["events"][0]["id"]),
        (3, &json!(1)),
        "{found}"
    );
    assert_eq!(found["more"], false);
    // Whoever compares versions finds it at once.
    folder.write("old.js", "function onTrack(event) { return 'another' }");
    let compare = json!({
        "function": "log", "base": "old.js",
        "history": { "limit": 5, "where": "userId = 'the-first'" },
    });
    let (status, report) = told(&again, "/api/compare", &compare);
    assert_eq!((status, &report["inputs"]), (200, &json!(1)), "{report}");
    assert!(report.to_string().contains("\"event 1\""), "{report}");
}

#[test]
fn pages_and_filters_give_what_they_say() {
    let folder = folder();
    let served = served(&folder, &[]);
    for user in ["ann", "bob", "cleo"] {
        post(&served, "/v1/track", &[], &track(user));
        logged(&served);
    }
    let page = asked(&served, "/api/events?limit=2");
    assert_eq!(
        (page["events"].as_array().map(Vec::len), &page["more"]),
        (Some(2), &json!(true))
    );
    let last = page["events"][1]["id"].clone();
    let rest = asked(&served, &format!("/api/events?before={last}"));
    assert_eq!(rest["events"][0]["userId"], "ann");
    assert_eq!(rest["more"], false);
    let found = asked(&served, "/api/events?text=BOB");
    assert_eq!(found["events"].as_array().map(Vec::len), Some(1));
    let found = asked(&served, "/api/events?where=userId%20%3D%20%22cleo%22");
    assert_eq!(found["events"][0]["userId"], "cleo");
    assert_eq!(found["events"].as_array().map(Vec::len), Some(1));
    let line = "GET /api/events?where=userId%20%3D HTTP/1.1";
    let host = format!("host: {}", served.address());
    let wrong = served.ask(&[line, &host, "segfn-panel: 1"], "");
    assert_eq!(wrong.status, 400, "{}", wrong.body);
    let stats = asked(&served, "/api/stats?minutes=5");
    let minutes = stats["minutes"].as_array().expect("minutes");
    assert_eq!(minutes.len(), 5);
    let all: u64 = minutes
        .iter()
        .filter_map(|minute| minute["success"].as_u64())
        .sum();
    assert_eq!(all, 3);
}
