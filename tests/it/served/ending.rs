//! How it ends, and what doesn't keep it from ending.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Stdio;
use std::time::Duration;

use nix::sys::signal::Signal;

use super::{line, signing, url_to_put};
use crate::support::Folder;
use crate::support::served::{Served, ends};

fn connected(served: &Served, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(served.address()).expect("a connection");
    stream.write_all(text.as_bytes()).expect("it is sent");
    stream
}

#[test]
fn it_ends_at_once_whatever_is_connected() {
    for signal in [Signal::SIGTERM, Signal::SIGINT] {
        let folder = Folder::new(&[]);
        let mut served = Served::start(&folder, &[]);
        let put = line("PUT", &served, &url_to_put(&signing(&served), "key"));
        let host = served.address().to_owned();
        let upload = format!("{put}\r\nhost: {host}\r\ncontent-length: 1000000\r\n\r\nhalf of it");
        let _open = [
            connected(&served, ""),
            connected(&served, "GET / HTTP/1.1\r\nhos"),
            connected(&served, &upload),
        ];
        assert_eq!(ends(served.as_mut(), signal), Some(0), "{signal}");
        // What was being received is gone, too.
        let temporary = folder.path().join(".segfn/s3-state/temporary");
        let left: Vec<_> = std::fs::read_dir(temporary)
            .into_iter()
            .flatten()
            .map(|entry| entry.expect("an entry").file_name())
            .filter(|name| name != "lock")
            .collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

#[test]
fn a_signal_that_was_ignored_at_the_start_ends_it() {
    for signal in [Signal::SIGTERM, Signal::SIGINT] {
        let folder = Folder::new(&[]);
        let mut shell = folder.shell("trap '' INT TERM; exec segfn aws --port 0");
        let mut process = shell.stdout(Stdio::piped()).spawn().expect("sh runs");
        let mut byte = [0];
        let stdout = process.stdout.as_mut().expect("a pipe");
        stdout
            .read_exact(&mut byte)
            .expect("segfn tells its address");
        assert_eq!(ends(&mut process, signal), Some(0), "{signal}");
    }
}

#[test]
fn a_request_whose_head_never_came_kept_its_connection_for_ever() {
    let folder = Folder::new(&[]);
    let served = Served::start(&folder, &[]);
    let mut slow = [
        connected(&served, ""),
        connected(&served, "GET / HTTP/1.1\r\nhost: loc"),
    ];
    // Others are served meanwhile.
    let answer = served.ask(&["GET / HTTP/1.1", "host: localhost"], "");
    assert_eq!(answer.refusal(), (403, "AccessDenied"));
    for stream in &mut slow {
        let limit = Some(Duration::from_secs(60));
        stream.set_read_timeout(limit).expect("a time limit");
        let mut told = String::new();
        stream.read_to_string(&mut told).expect("an end");
        assert!(
            told.is_empty() || told.starts_with("HTTP/1.1 408"),
            "{told}"
        );
    }
}
