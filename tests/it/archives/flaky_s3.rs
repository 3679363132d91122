//! An S3 on loopback that holds a few objects, and fails as a test says.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::support::server::response;

/// One request, as it is told afterwards: `GET /archive/a.gz bytes=0-9 if "etag"`.
type Log = Arc<Mutex<Vec<String>>>;

/// What a test wants to go wrong.
#[derive(Clone, Debug)]
pub enum Fault {
    /// This answer, with a body.
    Answer(&'static str, String),
    /// The body breaks off behind so many bytes.
    Cut(usize),
    /// This header, too.
    Header(String),
    /// It takes its time.
    Slow(Duration),
}

impl Fault {
    /// An error in S3's words.
    pub fn error(status: &'static str, code: &str, message: &str) -> Fault {
        let xml = format!(
            "<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>{message}</Message></Error>"
        );
        Fault::Answer(status, xml)
    }
}

#[derive(Default)]
struct State {
    objects: BTreeMap<String, (Vec<u8>, String)>,
    /// What goes wrong with requests whose line contains the text, each once.
    faults: Vec<(String, Fault)>,
    /// Requests that are being answered, and the most there were at once.
    running: usize,
    most: usize,
}

/// It has one bucket, `archive`.
pub struct FlakyS3 {
    state: Arc<Mutex<State>>,
    log: Log,
    address: String,
}

impl FlakyS3 {
    /// With these objects: keys, ETags and bytes.
    pub fn start(objects: &[(&str, &str, &[u8])]) -> FlakyS3 {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let objects = objects
            .iter()
            .map(|(key, etag, bytes)| ((*key).to_owned(), (bytes.to_vec(), (*etag).to_owned())));
        let state = Arc::new(Mutex::new(State {
            objects: objects.collect(),
            ..State::default()
        }));
        let log = Log::default();
        let (shared, told) = (state.clone(), log.clone());
        // The thread ends with the test's process.
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let (state, log) = (shared.clone(), told.clone());
                thread::spawn(move || serve(connection, &state, &log));
            }
        });
        FlakyS3 {
            state,
            log,
            address,
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What goes wrong the next time that a request's line contains `with`.
    pub fn fail(&self, with: &str, fault: Fault) {
        self.state().faults.push((with.to_owned(), fault));
    }

    pub fn url(&self) -> String {
        format!("http://test:test@{}", self.address)
    }

    /// The requests until now that contain `with`.
    pub fn requests(&self, with: &str) -> Vec<String> {
        let log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.iter()
            .filter(|line| line.contains(with))
            .cloned()
            .collect()
    }

    /// How many requests were answered at once, at most.
    pub fn most_at_once(&self) -> usize {
        self.state().most
    }
}

fn serve(mut connection: TcpStream, state: &Mutex<State>, log: &Log) {
    let head = read_head(&mut connection);
    let mut lines = head.lines();
    let first = lines.next().unwrap_or_default().to_owned();
    let header = |name: &str| {
        let found = head.lines().filter_map(|line| line.split_once(": "));
        let mut found = found.filter(|(known, _)| known.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value.trim().to_owned())
    };
    let (range, etag) = (header("range"), header("if-match"));
    let target = first.trim_end_matches(" HTTP/1.1");
    let target = target.split('?').next().unwrap_or_default();
    let line = match (&range, &etag) {
        (None, None) => target.to_owned(),
        (Some(range), None) => format!("{target} {range}"),
        (None, Some(etag)) => format!("{target} if {etag}"),
        (Some(range), Some(etag)) => format!("{target} {range} if {etag}"),
    };
    log.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(line.clone());
    let mut own = state.lock().unwrap_or_else(PoisonError::into_inner);
    own.running += 1;
    own.most = own.most.max(own.running);
    let mut faults = Vec::new();
    while let Some(at) = own
        .faults
        .iter()
        .position(|(with, _)| line.contains(with.as_str()))
    {
        let (_, fault) = own.faults.remove(at);
        let is_last = matches!(fault, Fault::Answer(..) | Fault::Cut(_));
        faults.push(fault);
        if is_last {
            break;
        }
    }
    let mut answer = answer(&own, target, range.as_deref(), etag.as_deref());
    drop(own);
    for fault in faults {
        match fault {
            Fault::Answer(status, body) => answer = response(status, "", body),
            Fault::Header(header) => {
                let text = format!("\r\n{header}\r\n");
                let at = answer
                    .windows(2)
                    .position(|two| two == b"\r\n")
                    .expect("a head");
                answer.splice(at..at + 2, text.into_bytes());
            }
            Fault::Cut(length) => {
                let head = answer
                    .windows(4)
                    .position(|four| four == b"\r\n\r\n")
                    .expect("a head");
                answer.truncate(head + 4 + length);
            }
            Fault::Slow(time) => thread::sleep(time),
        }
    }
    // Who asked may be gone.
    let _ = connection.write_all(&answer);
    state.lock().unwrap_or_else(PoisonError::into_inner).running -= 1;
}

fn answer(state: &State, target: &str, range: Option<&str>, etag: Option<&str>) -> Vec<u8> {
    let (method, path) = target.split_once(' ').expect("a method");
    let Some(key) = path.strip_prefix("/archive/").filter(|key| !key.is_empty()) else {
        return response("200 OK", "", listing(state));
    };
    let Some((bytes, own)) = state.objects.get(key) else {
        return response(
            "404 Not Found",
            "",
            "<Error><Code>NoSuchKey</Code><Message>none</Message></Error>",
        );
    };
    if etag.is_some_and(|etag| etag != own) {
        return response(
            "412 Precondition Failed",
            "",
            "<Error><Code>PreconditionFailed</Code><Message>no</Message></Error>",
        );
    }
    let headers = format!("ETag: {own}\r\n");
    if method == "HEAD" {
        return response("200 OK", &headers, "");
    }
    let Some(range) = range else {
        return response("200 OK", &headers, bytes);
    };
    let (start, end) = range
        .trim_start_matches("bytes=")
        .split_once('-')
        .expect("a range");
    let start: usize = start.parse().expect("a number");
    let end = end
        .parse()
        .map_or(bytes.len(), |end: usize| (end + 1).min(bytes.len()));
    let headers = format!(
        "{headers}Content-Range: bytes {start}-{}/{}\r\n",
        end - 1,
        bytes.len()
    );
    response("206 Partial Content", &headers, &bytes[start..end])
}

fn listing(state: &State) -> String {
    let contents = state.objects.iter().map(|(key, (bytes, etag))| {
        let size = bytes.len();
        format!("<Contents><Key>{key}</Key><ETag>{etag}</ETag><Size>{size}</Size></Contents>")
    });
    let contents: String = contents.collect();
    format!(
        "<?xml version=\"1.0\"?><ListBucketResult><Name>archive</Name><IsTruncated>false</IsTruncated>{contents}</ListBucketResult>"
    )
}

fn read_head(connection: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && connection.read(&mut byte).unwrap_or(0) == 1 {
        head.push(byte[0]);
    }
    String::from_utf8(head).expect("text")
}
