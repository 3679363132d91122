//! Small servers on loopback that say and do exactly what a test wants.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A listening server; it lives as long as the test's runtime.
pub struct Server {
    pub address: SocketAddr,
    connections: Arc<AtomicUsize>,
}

impl Server {
    /// Runs `talk` on each connection, with the connection's number from 0.
    pub async fn start<F, T>(talk: F) -> Server
    where
        F: Fn(usize, TcpStream) -> T + Send + 'static,
        T: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let count = connections.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(count.fetch_add(1, Ordering::SeqCst), stream));
            }
        });
        Server {
            address,
            connections,
        }
    }

    /// Answers the first request of each connection with `response`, then closes.
    pub async fn answering(response: &'static [u8]) -> Server {
        Server::start(move |_, mut stream| async move {
            read_request(&mut stream).await;
            stream.write_all(response).await.unwrap();
        })
        .await
    }

    /// Answers every request with its own bytes, and keeps connections.
    pub async fn echoing() -> Server {
        Server::start(|_, mut stream| async move {
            loop {
                let request = read_request(&mut stream).await;
                if request.is_empty() {
                    break;
                }
                let head = format!(
                    "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n",
                    request.len()
                );
                let answer = [head.into_bytes(), request].concat();
                if stream.write_all(&answer).await.is_err() {
                    break;
                }
            }
        })
        .await
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// How many connections were made so far.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// One request's head and body; empty when the client has closed.
pub async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> Vec<u8> {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&request);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let head = head.to_ascii_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            let whole = match length {
                Some(length) => body.len() >= length.parse().unwrap(),
                None => !head.contains("transfer-encoding: chunked") || body.contains("0\r\n"),
            };
            if whole {
                return request;
            }
        }
        match stream.read(&mut buffer).await {
            Ok(length @ 1..) => request.extend_from_slice(&buffer[..length]),
            _ => return request,
        }
    }
}

/// Closes with a reset instead of a goodbye.
pub fn reset(stream: TcpStream) {
    stream.set_zero_linger().unwrap();
}
