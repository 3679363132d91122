//! The same over a socket.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use segfn::http_server::Guard;

use super::store::files;
use super::world::{World, noise};

/// One request over a connection of its own.
async fn send(
    port: u16,
    request: http::Request<Full<bytes::Bytes>>,
) -> http::Response<bytes::Bytes> {
    let stream = tokio::net::TcpStream::connect(("127.0.0.1", port))
        .await
        .unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .unwrap();
    let driver = tokio::spawn(connection);
    let (parts, body) = sender.send_request(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    driver.abort();
    http::Response::from_parts(parts, body)
}

#[tokio::test]
async fn objects_over_a_socket() {
    let world = World::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = tokio::spawn(Arc::clone(&world.aws).serve(listener, Guard::default(), pending()));

    // Presigned for the socket's own address, path-style.
    let bytes = noise(9 * 1024 * 1024);
    let config = world.minute();
    let s3 = aws_sdk_s3::Client::from_conf(
        world
            .s3()
            .config()
            .to_builder()
            .endpoint_url(format!("http://127.0.0.1:{port}"))
            .force_path_style(true)
            .build(),
    );
    let put = s3
        .put_object()
        .bucket("bucket")
        .key("a//b c")
        .presigned(config.clone())
        .await
        .unwrap();
    let request = http::Request::put(put.uri()).header("host", format!("127.0.0.1:{port}"));
    let answer = send(port, request.body(Full::from(bytes.clone())).unwrap()).await;
    assert_eq!(answer.status(), 200, "{:?}", answer.body());
    let get = s3
        .get_object()
        .bucket("bucket")
        .key("a//b c")
        .presigned(config.clone())
        .await
        .unwrap();
    let request = http::Request::get(get.uri()).header("host", format!("127.0.0.1:{port}"));
    let answer = send(port, request.body(Full::default()).unwrap()).await;
    assert!(answer.body() == &bytes, "a body that is sent in pieces");
    assert_eq!(answer.headers()["content-length"], bytes.len().to_string());

    let head = s3
        .head_object()
        .bucket("bucket")
        .key("none")
        .presigned(config)
        .await
        .unwrap();
    let request = http::Request::head(head.uri()).header("host", format!("127.0.0.1:{port}"));
    let answer = send(port, request.body(Full::default()).unwrap()).await;
    assert_eq!((answer.status().as_u16(), answer.body().len()), (404, 0));
    let request = http::Request::put("/bucket/k")
        .header("host", "localhost")
        .header("content-length", "5368709121");
    let stream = tokio::net::TcpStream::connect(("127.0.0.1", port))
        .await
        .unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .unwrap();
    let driver = tokio::spawn(connection);
    let endless = http_body_util::StreamBody::new(futures_util::stream::pending::<
        Result<hyper::body::Frame<bytes::Bytes>, std::io::Error>,
    >());
    let answer = sender
        .send_request(request.body(endless).unwrap())
        .await
        .unwrap();
    let text = answer.into_body().collect().await.unwrap().to_bytes();
    assert!(
        String::from_utf8_lossy(&text).contains("EntityTooLarge"),
        "refused before it has come"
    );
    driver.abort();
    server.abort();
}

/// What a server answers to bytes that are written before anything is read.
fn exchange(stream: &mut std::net::TcpStream, head: &str, body: &[u8]) -> std::io::Result<String> {
    use std::io::{BufRead, Read, Write};
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)?;
    let mut reader = std::io::BufReader::new(stream);
    let (mut answer, mut length) = (String::new(), 0);
    while !answer.ends_with("\r\n\r\n") {
        let start = answer.len();
        if reader.read_line(&mut answer)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if let Some(value) = answer[start..].strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    reader.take(length).read_to_string(&mut answer)?;
    Ok(answer)
}

#[test]
fn a_refusal_was_lost_while_a_large_body_was_still_coming() {
    let world = World::default();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let listener = runtime
        .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
        .unwrap();
    let address = listener.local_addr().unwrap();
    let server = runtime.spawn(Arc::clone(&world.aws).serve(listener, Guard::default(), pending()));
    let body = noise(30_000_000);
    let put = |more: &str| {
        let length = body.len();
        format!(
            "PUT /bucket/k HTTP/1.1\r\nhost: {address}\r\n{more}content-length: {length}\r\n\r\n"
        )
    };
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    for _ in 0..2 {
        let answer = exchange(&mut stream, &put(""), &body).unwrap();
        assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
        assert!(answer.contains("AccessDenied"), "{answer}");
        assert!(!answer.contains("connection: close"), "{answer}");
    }
    // Who asks first is told at once, and that the connection has ended with it.
    let answer = exchange(&mut stream, &put("expect: 100-continue\r\n"), b"").unwrap();
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
    assert!(answer.contains("connection: close"), "{answer}");
    server.abort();
}

#[tokio::test]
async fn a_client_that_vanishes_leaves_nothing() {
    use std::io::Write;
    let world = World::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(Arc::clone(&world.aws).serve(listener, Guard::default(), pending()));
    let s3 = world.s3();
    let put = || s3.put_object().bucket("bucket").key("k");
    put().content_type("first/one").send().await.unwrap();
    let host = format!("http://{address}");
    let config = s3.config().to_builder().endpoint_url(&host);
    let there = aws_sdk_s3::Client::from_conf(config.force_path_style(true).build());
    let signed = there.put_object().bucket("bucket").key("k");
    let signed = signed.presigned(world.minute()).await.unwrap();
    let path = signed.uri().strip_prefix(&host).unwrap();
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    let head = format!("PUT {path} HTTP/1.1\r\nhost: {address}\r\ncontent-length: 1000000\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&noise(600_000)).unwrap();
    let temporary = world.folder.path().join("s3-state/temporary");
    let bodies = || {
        let mut found = files(&temporary);
        found.retain(|path| !path.ends_with("lock"));
        found.len()
    };
    let wait_for = async |wanted: usize| {
        let wait = async {
            while bodies() != wanted {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(60), wait).await;
        waited.expect("a body that comes, or goes");
    };
    // Half of it is there, as nobody can see.
    wait_for(1).await;
    let head = async || s3.head_object().bucket("bucket").key("k").send().await;
    assert_eq!(head().await.unwrap().content_type(), Some("first/one"));
    drop(stream);
    wait_for(0).await;
    assert_eq!(head().await.unwrap().content_type(), Some("first/one"));
    server.abort();
}
