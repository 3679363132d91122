//! Clients that are many, endless or gone.

use std::collections::BTreeSet;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use nix::sys::signal::Signal;
use serde_json::{Value, json};

use super::{folder, logged, post, served, track};
use crate::support::Folder;
use crate::support::served::ends;

#[test]
fn who_comes_when_all_places_are_taken_waits_for_one() {
    let folder = folder();
    let served = served(&folder, &[]);
    let connect = || TcpStream::connect(served.address()).expect("a connection");
    // Each has been accepted when it has been answered.
    let mut taken: Vec<TcpStream> = (0..200).map(|_| connect()).collect();
    for stream in &mut taken {
        stream
            .write_all(b"POST /v1/m HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}")
            .expect("it is sent");
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).expect("an answer");
        assert_eq!(&answer, b"HTTP/1.1 200");
    }
    let mut late = connect();
    let body = track("late");
    let length = body.len();
    write!(
        late,
        "POST /v1/track HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .expect("it is sent");
    late.set_read_timeout(Some(Duration::from_millis(300)))
        .expect("a time limit");
    let mut answer = [0; 12];
    let waits = late.read(&mut answer).expect_err("no answer yet");
    assert!(matches!(
        waits.kind(),
        ErrorKind::WouldBlock | ErrorKind::TimedOut
    ));
    taken.pop();
    late.set_read_timeout(Some(Duration::from_secs(60)))
        .expect("a time limit");
    late.read_exact(&mut answer).expect("an answer");
    assert_eq!(&answer, b"HTTP/1.1 200");
    drop(taken);
    assert_eq!(logged(&served)["userId"], "late");
}

#[test]
fn a_body_without_end_is_refused_and_others_are_served() {
    let folder = folder();
    let served = served(&folder, &[]);
    let mut endless = TcpStream::connect(served.address()).expect("a connection");
    endless
        .write_all(b"POST /v1/batch HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n")
        .expect("it is sent");
    let chunk = [&b"10000\r\n"[..], &[b' '; 0x10000], b"\r\n"].concat();
    let mut sent = 0;
    // Until the server doesn't want more.
    while endless.write_all(&chunk).is_ok() {
        sent += chunk.len();
        assert!(sent < 200 << 20, "it takes all");
    }
    let mut broken = TcpStream::connect(served.address()).expect("a connection");
    broken
        .write_all(b"POST /v1/track HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{")
        .expect("it is sent");
    drop(broken);
    let mut odd = TcpStream::connect(served.address()).expect("a connection");
    odd.write_all(b"\x16\x03\x01 this is no HTTP\r\n\r\n")
        .expect("it is sent");
    let mut answer = String::new();
    odd.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert_eq!(post(&served, "/v1/track", &[], &track("other")).status, 200);
    assert_eq!(logged(&served)["userId"], "other");
}

#[test]
fn the_events_of_a_client_that_went_away_were_lost() {
    let folder = folder();
    let served = served(&folder, &[]);
    let event = |number: usize| {
        let id = format!("m-{number}");
        json!({ "userId": id, "event": "E", "messageId": id }).to_string()
    };
    const MANY: usize = 200;
    for number in 0..MANY {
        let body = event(number);
        let length = body.len();
        let mut gone = TcpStream::connect(served.address()).expect("a connection");
        let head =
            format!("POST /v1/track HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n\r\n");
        gone.write_all(format!("{head}{body}").as_bytes())
            .expect("it is sent");
    }
    // As its SDK does, when it has seen no answer.
    let again: Vec<Value> = (0..MANY)
        .map(|number| serde_json::from_str(&event(number)).expect("JSON"))
        .map(|mut event: Value| {
            event["type"] = "track".into();
            event
        })
        .collect();
    let batch = json!({ "batch": again }).to_string();
    assert_eq!(post(&served, "/v1/batch", &[], &batch).status, 200);
    let users: BTreeSet<String> = (0..MANY)
        .map(|_| logged(&served)["userId"].to_string())
        .collect();
    assert_eq!(users.len(), MANY);
}

#[test]
fn it_ends_at_once_whatever_is_under_way() {
    let folder = Folder::new(&[(
        "function.js",
        "async function onTrack(event) {
           if (event.userId === 'retry') throw new RetryError('busy');
           console.log('waits');
           await new Promise(done => setTimeout(done, 4000));
         }",
    )]);
    for signal in [Signal::SIGTERM, Signal::SIGINT] {
        let mut served = served(&folder, &[]);
        post(&served, "/v1/track", &[], &track("retry"));
        served.line_with("outcome");
        post(&served, "/v1/track", &[], &track("slow"));
        let mut panel = TcpStream::connect(served.address()).expect("a connection");
        let host = served.address().to_owned();
        write!(
            panel,
            "GET /api/stream HTTP/1.1\r\nhost: {host}\r\nsegfn-panel: 1\r\n\r\n"
        )
        .expect("it is sent");
        assert_eq!(ends(served.as_mut(), signal), Some(0), "{signal}");
    }
}
