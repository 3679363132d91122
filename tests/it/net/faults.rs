//! Servers at fault: what is told of them, and what is tried again.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt;
use segfn::net::{Body, SendOptions, Trace};
use segfn::node_error::Stage;
use segfn::outcome::Via;
use tokio::io::AsyncWriteExt;

use super::client::{get, net, request, send, text};
use super::server::{Server, read_request, reset};
use crate::support::server::closed_port;

/// The first connection answers once and is then closed, by `reset` or properly, when the second
/// request has arrived.
async fn closing_after_one(with_reset: bool) -> Server {
    Server::start(move |number, mut stream| async move {
        let request = read_request(&mut stream).await;
        assert!(!request.is_empty());
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            .await
            .unwrap();
        if !read_request(&mut stream).await.is_empty() && number == 0 && with_reset {
            reset(stream);
        }
    })
    .await
}

#[tokio::test]
async fn a_kept_connection_that_died_is_replaced_for_what_may_be_repeated() {
    for with_reset in [false, true] {
        let server = closing_after_one(with_reset).await;
        let net = net();
        for body in [Body::Empty, Bytes::from_static(b"again").into()] {
            let response = send(&net, request("PUT", &server.url("/"), body))
                .await
                .unwrap();
            assert_eq!(text(response).await, "ok");
        }
        assert_eq!(server.connections(), 2);
    }
}

#[tokio::test]
async fn a_post_that_may_have_arrived_is_not_sent_twice() {
    let server = closing_after_one(false).await;
    let net = net();
    text(get(&net, &server.url("/")).await.unwrap()).await;
    let post = request("POST", &server.url("/"), Bytes::from_static(b"pay").into());
    let error = send(&net, post).await.unwrap_err();
    assert_eq!(
        (&*error.code, &*error.message),
        ("ECONNRESET", "socket hang up")
    );
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_post_over_a_connection_closed_before_it_goes_over_a_new_one() {
    let (closed, mut was_closed) = tokio::sync::mpsc::channel::<()>(1);
    let server = Server::start(move |_, mut stream| {
        let closed = closed.clone();
        async move {
            read_request(&mut stream).await;
            stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                .await
                .unwrap();
            drop(stream);
            closed.send(()).await.unwrap();
        }
    })
    .await;
    let net = net();
    for _ in 0..2 {
        let post = request("POST", &server.url("/"), Bytes::from_static(b"pay").into());
        assert_eq!(text(send(&net, post).await.unwrap()).await, "ok");
        was_closed.recv().await.unwrap();
    }
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn refused_connections_are_told_as_node_tells_them() {
    let (_held, port) = closed_port();
    let error = get(&net(), &format!("http://127.0.0.1:{port}/"))
        .await
        .unwrap_err();
    assert_eq!(
        *error.message,
        *format!("connect ECONNREFUSED 127.0.0.1:{port}")
    );
    let facts = serde_json::json!({
        "message": error.message, "code": "ECONNREFUSED", "stage": "connect", "errno": -111, "syscall": "connect",
        "address": "127.0.0.1", "port": port,
    });
    assert_eq!(serde_json::to_value(&error).unwrap(), facts);
    assert_eq!(error.stage, Stage::Connect);
}

#[tokio::test]
async fn names_without_an_address_are_told_as_node_tells_them() {
    // Names under `.invalid` exist nowhere (RFC 6761). A machine without a resolver says EAI_AGAIN.
    let error = get(&net(), "http://segfn.invalid/").await.unwrap_err();
    assert!(
        ["ENOTFOUND", "EAI_AGAIN"].contains(&&*error.code),
        "{error:?}"
    );
    assert_eq!(
        *error.message,
        *format!("getaddrinfo {} segfn.invalid", error.code)
    );
    assert_eq!(error.hostname.as_deref(), Some("segfn.invalid"));
}

#[tokio::test]
async fn faulty_responses_are_told_as_node_tells_them() {
    let long = format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "a".repeat(20_000)).leak();
    let cases: &[(&[u8], &str, &str)] = &[
        (b"", "ECONNRESET", "socket hang up"),
        (b"HTTP/1.1 200 OK\r\nX", "ECONNRESET", "socket hang up"),
        (
            b"garbage\r\n\r\n",
            "HPE_INVALID_CONSTANT",
            "Parse Error: Expected HTTP/, RTSP/ or ICE/",
        ),
        (
            b"HTTP/1.1 abc OK\r\n\r\n",
            "HPE_INVALID_STATUS",
            "Parse Error: Invalid status code",
        ),
        (
            b"HTTP/1.1 200 OK\r\nBad Header: x\r\n\r\n",
            "HPE_INVALID_HEADER_TOKEN",
            "Parse Error: Invalid header token",
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\n",
            "HPE_INVALID_CONTENT_LENGTH",
            "Parse Error: Invalid character in Content-Length",
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "HPE_INVALID_TRANSFER_ENCODING",
            "Parse Error: Transfer-Encoding can't be present with Content-Length",
        ),
        (
            long.as_bytes(),
            "HPE_HEADER_OVERFLOW",
            "Parse Error: Header overflow",
        ),
    ];
    for (response, code, message) in cases {
        let server = Server::answering(response).await;
        let error = get(&net(), &server.url("/")).await.unwrap_err();
        assert_eq!((&*error.code, &*error.message), (*code, *message));
        assert_eq!(error.stage, Stage::Head);
    }
}

#[tokio::test]
async fn a_reset_before_the_response_is_a_read_error() {
    let server = Server::start(|_, mut stream| async move {
        read_request(&mut stream).await;
        reset(stream);
    })
    .await;
    let error = get(&net(), &server.url("/")).await.unwrap_err();
    assert_eq!(
        (&*error.code, &*error.message),
        ("ECONNRESET", "read ECONNRESET")
    );
    assert_eq!(
        (error.errno, error.syscall.as_deref()),
        (Some(-104), Some("read"))
    );
}

#[tokio::test]
async fn faulty_bodies_fail_after_their_head() {
    let cases: &[(&[u8], &str, &str)] = &[
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
            "ECONNRESET",
            "aborted",
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
            "ECONNRESET",
            "aborted",
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "HPE_INVALID_CHUNK_SIZE",
            "Parse Error: Invalid character in chunk size",
        ),
    ];
    for (response, code, message) in cases {
        let server = Server::answering(response).await;
        let trace = Trace::default();
        let get = request("GET", &server.url("/"), Body::Empty);
        let response = net()
            .send(get, SendOptions::new(Via::Http), &trace)
            .await
            .unwrap();
        let error = response.into_body().collect().await.unwrap_err();
        assert_eq!((&*error.code, &*error.message), (*code, *message));
        assert_eq!(error.stage, Stage::Body);
        let exchanges = trace.finish().exchanges;
        assert_eq!(exchanges[0].status, Some(200));
        assert_eq!(exchanges[0].error.as_deref(), Some(*message));
    }
}

#[tokio::test]
async fn a_connection_that_takes_too_long_times_out() {
    // It accepts and never answers the TLS handshake.
    let server = Server::start(|_, stream| async move {
        std::future::pending::<()>().await;
        drop(stream);
    })
    .await;
    let options = SendOptions {
        connect_timeout: Some(Duration::from_millis(20)),
        ..SendOptions::new(Via::Aws)
    };
    let port = server.address.port();
    let get = request("GET", &format!("https://127.0.0.1:{port}/"), Body::Empty);
    let error = net()
        .send(get, options, &Trace::default())
        .await
        .unwrap_err();
    assert_eq!(
        (&*error.code, error.stage),
        ("ETIMEDOUT", Stage::ConnectTimeout)
    );
    assert_eq!(
        *error.message,
        *format!("connect ETIMEDOUT 127.0.0.1:{port}")
    );
}
