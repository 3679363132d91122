//! The same over a socket.

use std::sync::Arc;

use http_body_util::BodyExt;
use http_body_util::Full;
use hyper_util::rt::TokioIo;

use crate::World;

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
    let server = tokio::spawn(Arc::clone(&world.aws).serve(listener));

    // Presigned for the socket's own address, path-style.
    let bytes = crate::noise(9 * 1024 * 1024);
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
