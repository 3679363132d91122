//! A proxy in front of the server that fails at first, as networks and servers do.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::support::served::Served;

/// How one POST fails.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    pub status: u16,
    /// What `Retry-After` says, in seconds.
    pub retry_after: Option<u32>,
    /// Whether the server gets the request all the same: only its answer is lost.
    pub arrives: bool,
}

/// What clients meet first: a server that is down, one that is busy, and one whose answer gets lost.
pub const FAULTS: [Fault; 3] = [
    Fault {
        status: 503,
        retry_after: None,
        arrives: false,
    },
    Fault {
        status: 429,
        retry_after: Some(1),
        arrives: false,
    },
    Fault {
        status: 503,
        retry_after: None,
        arrives: true,
    },
];

/// The proxy, as clients find it.
pub struct Flaky {
    pub url: String,
    left: Arc<Mutex<Vec<Fault>>>,
}

impl Flaky {
    /// In front of a server: its first POSTs fail in these ways, one after the other.
    pub fn before(served: &Served, faults: &[Fault]) -> Flaky {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let left = Arc::new(Mutex::new(faults.to_vec()));
        let (server, faults) = (served.address().to_owned(), left.clone());
        thread::spawn(move || {
            for client in listener.incoming() {
                let (server, faults) = (server.clone(), faults.clone());
                // Browsers open connections beforehand.
                thread::spawn(move || hand_on(client.expect("a connection"), &server, &faults));
            }
        });
        Flaky { url, left }
    }

    /// Which faults nobody has met yet.
    pub fn left(&self) -> Vec<Fault> {
        self.left.lock().expect("no panic").clone()
    }
}

/// One request. A client that has gone away gets no answer.
fn hand_on(mut client: TcpStream, server: &str, faults: &Mutex<Vec<Fault>>) {
    let Some((head, body)) = request(&mut client) else {
        return;
    };
    let fault = {
        let mut faults = faults.lock().expect("no panic");
        let fails = head.starts_with("POST ") && !faults.is_empty();
        fails.then(|| faults.remove(0))
    };
    let answered = fault.is_none_or(|fault| fault.arrives);
    let answer = answered.then(|| asked(server, &head, &body));
    let answer = match fault {
        None => answer.unwrap_or_default(),
        Some(fault) => failed(fault, &head),
    };
    let _ = client.write_all(&answer);
}

/// The head, without what is about this connection alone, and the body.
fn request(client: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        client.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).ok()?;
    let length = header(&head, "content-length").map_or(Some(0), |length| length.parse().ok())?;
    let mut body = vec![0; length];
    client.read_exact(&mut body).ok()?;
    let lines = head.trim_end().split("\r\n");
    let kept = lines.filter(|line| !line.to_ascii_lowercase().starts_with("connection:"));
    Some((kept.collect::<Vec<_>>().join("\r\n"), body))
}

fn header<'h>(head: &'h str, wanted: &str) -> Option<&'h str> {
    let lines = head.lines().filter_map(|line| line.split_once(':'));
    let mut found = lines.filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
    found.next().map(|(_, value)| value.trim())
}

fn asked(server: &str, head: &str, body: &[u8]) -> Vec<u8> {
    let mut server = TcpStream::connect(server).expect("a connection");
    write!(server, "{head}\r\nconnection: close\r\n\r\n").expect("it is sent");
    server.write_all(body).expect("it is sent");
    let mut answer = Vec::new();
    server.read_to_end(&mut answer).expect("an answer");
    answer
}

/// As the platform fails: pages of other origins may read it.
fn failed(fault: Fault, head: &str) -> Vec<u8> {
    let mut answer = format!("HTTP/1.1 {} Failed\r\n", fault.status);
    if let Some(seconds) = fault.retry_after {
        answer.push_str(&format!("retry-after: {seconds}\r\n"));
    }
    if let Some(origin) = header(head, "origin") {
        answer.push_str(&format!(
            "access-control-allow-origin: {origin}\r\naccess-control-allow-credentials: true\r\n\
             access-control-expose-headers: retry-after\r\n"
        ));
    }
    let body = r#"{"success":false,"message":"try again","code":"unavailable"}"#;
    answer.push_str(&format!(
        "content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    ));
    answer.into_bytes()
}
