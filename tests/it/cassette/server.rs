//! A server that counts connections and can be told to misbehave.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

pub struct Server {
    pub url: String,
    connections: Arc<AtomicUsize>,
}

impl Server {
    /// Answers one request of each connection. Nothing is said, and the connection kept open, where
    /// `answer` gives `None`.
    pub fn start(answer: impl Fn(&[u8]) -> Option<Vec<u8>> + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let connections = Arc::new(AtomicUsize::new(0));
        let (count, answer) = (connections.clone(), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                count.fetch_add(1, Ordering::SeqCst);
                let (mut stream, answer) = (stream.expect("a connection"), answer.clone());
                std::thread::spawn(move || {
                    let request = read_request(&mut stream);
                    match answer(&request) {
                        Some(bytes) => drop(stream.write_all(&bytes)),
                        None => std::thread::sleep(std::time::Duration::from_secs(60)),
                    }
                });
            }
        });
        Server { url, connections }
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// A request to the end of its body, chunked or of declared length.
fn read_request(stream: &mut TcpStream) -> Vec<u8> {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&request).to_ascii_lowercase();
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            let end = head.len() + 4 + length.map_or(0, |length| length.parse().expect("a length"));
            let whole = match head.contains("transfer-encoding: chunked") {
                true => text.ends_with("0\r\n\r\n"),
                false => request.len() >= end,
            };
            if whole {
                return request;
            }
        }
        match stream.read(&mut buffer) {
            Ok(length @ 1..) => request.extend_from_slice(&buffer[..length]),
            _ => return request,
        }
    }
}
