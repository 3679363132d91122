//! `segfn aws` and `segfn serve`, as other programs find them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use super::Folder;

/// The key of tests that must know it beforehand.
pub const FIXED_KEY: [&str; 2] = ["--key", "test:test"];

/// `segfn aws` or `segfn serve` over a folder, until it is dropped.
pub struct Served {
    process: Child,
    /// Its `url`, and of `segfn aws` also `accessKeyId` and `secretAccessKey`.
    told: Value,
    /// What it tells after that.
    lines: mpsc::Receiver<Value>,
}

impl Served {
    /// On a free port.
    pub fn start(folder: &Folder, arguments: &[&str]) -> Served {
        Served::on_port(folder, 0, arguments)
    }

    pub fn on_port(folder: &Folder, port: u16, arguments: &[&str]) -> Served {
        Served::of(folder, &["aws", "--port", &port.to_string()], arguments)
    }

    /// `segfn serve` on a free port.
    pub fn segment(folder: &Folder, arguments: &[&str]) -> Served {
        Served::of(folder, &["serve", "--port", "0"], arguments)
    }

    /// `segfn serve` on a free port, with these variables.
    pub fn with(folder: &Folder, variables: &[(&str, &Path)], arguments: &[&str]) -> Served {
        let mut command =
            folder.command(&[&["serve", "--port", "0", "--json"], arguments].concat());
        command.envs(variables.iter().copied());
        Served::started(command)
    }

    fn of(folder: &Folder, command: &[&str], arguments: &[&str]) -> Served {
        Served::started(folder.command(&[command, &["--json"], arguments].concat()))
    }

    fn started(mut command: Command) -> Served {
        let mut process = command.stdout(Stdio::piped()).spawn().expect("segfn runs");
        let stdout = process.stdout.take().expect("a pipe");
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines() {
                let line = line.expect("text");
                let value = serde_json::from_str(&line).expect("JSON");
                // The test may have ended.
                let _ = sender.send(value);
            }
        });
        let told = lines.recv().expect("segfn tells its address");
        Served {
            process,
            told,
            lines,
        }
    }

    /// The next line that it writes.
    pub fn line(&self) -> Value {
        let next = self.lines.recv_timeout(Duration::from_secs(60));
        next.expect("segfn tells something")
    }

    /// The next line with a field of this name.
    pub fn line_with(&self, name: &str) -> Value {
        loop {
            let line = self.line();
            if line.get(name).is_some() {
                return line;
            }
        }
    }

    pub fn told(&self, name: &str) -> &str {
        self.told[name].as_str().expect("a text")
    }

    pub fn url(&self) -> &str {
        self.told("url")
    }

    /// `127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        let (_, address) = self.url().split_once("://").expect("a URL");
        address
    }

    /// The answer to a request as it is on the wire, without the body's length and the connection's
    /// fate, which are added. `LINES` are the request line and headers.
    pub fn ask(&self, lines: &[&str], body: &str) -> Answer {
        let head = lines.join("\r\n");
        let length = body.len();
        let request =
            format!("{head}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
        let mut stream = TcpStream::connect(self.address()).expect("a connection");
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .expect("a time limit");
        stream.write_all(request.as_bytes()).expect("it is sent");
        let mut text = Vec::new();
        stream.read_to_end(&mut text).expect("an answer");
        Answer::parse(&String::from_utf8_lossy(&text))
    }
}

impl AsMut<Child> for Served {
    fn as_mut(&mut self) -> &mut Child {
        &mut self.process
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended by itself: then there is nothing to end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Two seconds are promised; a machine that is busy with other tests may need some more.
const END: Duration = Duration::from_secs(5);

/// Asks a process to end, and tells how it did.
#[track_caller]
pub fn ends(process: &mut Child, signal: Signal) -> Option<i32> {
    let start = Instant::now();
    let id = Pid::from_raw(i32::try_from(process.id()).expect("an id"));
    kill(id, signal).expect("a signal");
    loop {
        if let Some(status) = process.try_wait().expect("a child") {
            return status.code();
        }
        assert!(start.elapsed() < END, "it goes on after {signal}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    fn parse(text: &str) -> Answer {
        let (head, body) = text.split_once("\r\n\r\n").expect("a head");
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1));
        let headers = lines.filter_map(|line| line.split_once(": "));
        Answer {
            status: status.expect("a status").parse().expect("a number"),
            headers: headers
                .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
                .collect(),
            body: body.to_owned(),
        }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Status, and the code of the error.
    pub fn refusal(&self) -> (u16, &str) {
        let code = self.body.split_once("<Code>");
        let code = code.and_then(|(_, rest)| rest.split_once("</Code>"));
        (self.status, code.map_or("", |(code, _)| code))
    }
}
