//! moto, an AWS that knows nothing of segfn, and the Python that has it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// A file in tests/it.
pub fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/it")
        .join(name)
}

/// A script for the Python that has moto and boto3.
fn command(script: &str) -> Command {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/.moto/bin/python");
    assert!(python.exists(), "run `make test`, which installs moto");
    let mut command = Command::new(python);
    command.arg(file(script));
    command
}

/// The JSON that `script`, a file in tests/it, prints.
#[track_caller]
pub fn python(script: &str, arguments: &[&str]) -> Value {
    let output = command(script)
        .args(arguments)
        .output()
        .expect("Python runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script}: {stderr}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// A running server in a process of its own. It ends when this is dropped, or with the test's process.
pub struct Server {
    port: u16,
    process: Child,
}

impl Server {
    pub fn moto() -> Server {
        Server::start(command("support/run_moto.py"))
    }

    /// A program that tells its port, and ends with its standard input.
    pub fn start(mut command: Command) -> Server {
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut line = String::new();
        let stdout = process.stdout.take().expect("a pipe");
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("it prints its port");
        let port = line.trim().parse().expect("a port");
        Server { port, process }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address())
    }

    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Makes moto forget all that was stored.
    pub fn reset(&self) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("moto listens");
        stream
            .write_all(b"POST /moto-api/reset HTTP/1.0\r\ncontent-length: 0\r\n\r\n")
            .expect("moto reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("moto answers");
        assert!(answer.contains(" 200 "), "{answer}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        // It is reaped here; what it ended with does not matter any more.
        let _ = self.process.wait();
    }
}
