//! The runtime's API of AWS Lambda on loopback: it gives invocations, and takes what came of them.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::support::Folder;

/// What a runtime told.
#[derive(Debug)]
pub struct Told {
    /// Behind `/2018-06-01/runtime/`.
    pub call: String,
    pub error_type: Option<String>,
    pub json: Value,
}

/// An invocation that it gives: the id, how long it may take, and the payload.
struct Given {
    id: String,
    time: Duration,
    payload: String,
}

/// `segfn lambda`, and the API that it asks.
pub struct Lambda {
    process: Child,
    invocations: Sender<Given>,
    told: Receiver<Told>,
}

impl Lambda {
    pub fn start(folder: &Folder, arguments: &[&str]) -> Lambda {
        Lambda::of(folder.command(&[&["lambda"], arguments].concat()))
    }

    /// With a command that starts it.
    pub fn of(mut command: Command) -> Lambda {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        command.env("AWS_LAMBDA_RUNTIME_API", address.to_string());
        let process = command.stderr(Stdio::piped()).spawn();
        let (invocations, inbox) = mpsc::channel();
        let (tell, told) = mpsc::channel();
        thread::spawn(move || serve(&listener, &inbox, &tell));
        Lambda {
            process: process.expect("segfn runs"),
            invocations,
            told,
        }
    }

    /// What is told next, without an invocation.
    pub fn told(&self) -> Told {
        let told = self.told.recv_timeout(Duration::from_secs(120));
        told.expect("the runtime tells something")
    }

    /// What comes of an invocation that may take a minute.
    pub fn invoke(&self, id: &str, payload: &Value) -> Told {
        self.invoke_for(id, payload, Duration::from_secs(60))
    }

    pub fn invoke_for(&self, id: &str, payload: &Value, time: Duration) -> Told {
        let given = Given {
            id: id.to_owned(),
            time,
            payload: payload.to_string(),
        };
        self.invocations.send(given).expect("it is given");
        let told = self.told();
        assert!(told.call.contains(&format!("invocation/{id}/")), "{told:?}");
        told
    }

    /// What it answers.
    pub fn answer(&self, id: &str, payload: &Value) -> Value {
        let told = self.invoke(id, payload);
        assert!(told.call.ends_with("/response"), "{told:?}");
        told.json
    }

    /// The exit code, once it has ended by itself, and what it said.
    pub fn ended(mut self) -> (Option<i32>, String) {
        let mut stderr = String::new();
        let pipe = self.process.stderr.as_mut().expect("a pipe");
        pipe.read_to_string(&mut stderr).expect("text");
        (self.process.wait().expect("a status").code(), stderr)
    }
}

impl Drop for Lambda {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Answers requests one after the other, as a runtime makes them.
fn serve(listener: &TcpListener, inbox: &Receiver<Given>, tell: &Sender<Told>) {
    for connection in listener.incoming() {
        let mut connection = connection.expect("a connection");
        let (line, headers, body) = read_request(&mut connection);
        let call = line.split(' ').nth(1).expect("a path");
        let call = call.strip_prefix("/2018-06-01/runtime/").expect("the API");
        if call != "invocation/next" {
            let header = headers
                .iter()
                .find(|(name, _)| name == "lambda-runtime-function-error-type");
            let told = Told {
                call: call.to_owned(),
                error_type: header.map(|(_, value)| value.clone()),
                json: serde_json::from_slice(&body).expect("JSON"),
            };
            reply(&mut connection, "202 Accepted", "", "{\"status\":\"OK\"}");
            if tell.send(told).is_err() {
                return;
            }
            continue;
        }
        let Ok(Given { id, time, payload }) = inbox.recv() else {
            return;
        };
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let deadline = (now.expect("a time") + time).as_millis();
        let headers = format!(
            "Lambda-Runtime-Aws-Request-Id: {id}\r\nLambda-Runtime-Deadline-Ms: {deadline}\r\n\
             Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:123456789012:function:segfn\r\n"
        );
        reply(&mut connection, "200 OK", &headers, &payload);
    }
}

fn reply(connection: &mut TcpStream, status: &str, headers: &str, body: &str) {
    let length = body.len();
    let text = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
    );
    connection.write_all(text.as_bytes()).expect("it is sent");
}

/// The first line, the headers in small letters, and the body.
fn read_request(connection: &mut TcpStream) -> (String, Vec<(String, String)>, Vec<u8>) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && connection.read(&mut byte).unwrap_or(0) == 1 {
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).expect("text");
    let mut lines = head.lines();
    let first = lines.next().expect("a request").to_owned();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.map_or(0, |(_, value)| value.parse().expect("a length"));
    let mut body = vec![0; length];
    connection.read_exact(&mut body).expect("a body");
    (first, headers, body)
}
