//! Requests, responses and connections.

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::BodyExt;
use segfn::net::{Body, Peer, SendOptions, Trace, Traced, Transport};
use segfn::node_error::Stage;
use segfn::options::NetPolicy;
use segfn::outcome::Via;
use tokio::io::AsyncWriteExt;

use super::client::{get, net, request, send, text};
use super::server::{Server, read_request};
use crate::support::server::closed_port;

#[tokio::test]
async fn a_request_arrives_as_it_was_made() {
    let server = Server::echoing().await;
    let mut post = request(
        "POST",
        &server.url("/a?b=c"),
        Bytes::from_static(b"hello").into(),
    );
    post.headers_mut().append("x-one", "1".parse().unwrap());
    post.headers_mut().append("x-one", "2".parse().unwrap());
    let response = send(&net(), post).await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(
        response.extensions().get::<Peer>().unwrap().remote,
        server.address
    );
    let expected = format!(
        "POST /a?b=c HTTP/1.1\r\nX-One: 1\r\nX-One: 2\r\nHost: {}\r\nContent-Length: 5\r\n\r\nhello",
        server.address
    );
    assert_eq!(text(response).await, expected);
}

#[tokio::test]
async fn connections_are_kept_unless_a_header_says_close() {
    let server = Server::echoing().await;
    let net = net();
    for _ in 0..3 {
        text(get(&net, &server.url("/")).await.unwrap()).await;
    }
    assert_eq!(server.connections(), 1);
    for _ in 0..2 {
        let mut closing = request("GET", &server.url("/"), Body::Empty);
        closing
            .headers_mut()
            .insert("connection", "close".parse().unwrap());
        assert!(
            text(send(&net, closing).await.unwrap())
                .await
                .contains("Connection: close")
        );
    }
    assert_eq!(server.connections(), 3);
}

#[tokio::test]
async fn a_response_dropped_unread_costs_its_connection_only() {
    let server = Server::start(|number, mut stream| async move {
        read_request(&mut stream).await;
        let body = if number == 0 {
            vec![b'x'; 1 << 20]
        } else {
            Vec::new()
        };
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        let _ = stream.write_all(&[head.into_bytes(), body].concat()).await;
        read_request(&mut stream).await;
    })
    .await;
    let net = net();
    drop(get(&net, &server.url("/")).await.unwrap());
    assert_eq!(text(get(&net, &server.url("/")).await.unwrap()).await, "");
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn bodies_of_every_framing_are_read() {
    let cases: &[(&[u8], &str)] = &[
        (b"HTTP/1.1 200\r\nContent-Length: 3\r\n\r\nabc", "abc"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n", "abc"),
        (b"HTTP/1.0 200 OK\r\n\r\nto the end", "to the end"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", ""),
        (b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na", "a"),
    ];
    for (response, expected) in cases {
        let server = Server::answering(response).await;
        assert_eq!(
            text(get(&net(), &server.url("/")).await.unwrap()).await,
            *expected
        );
    }
}

#[tokio::test]
async fn trailers_come_after_the_body() {
    let server = Server::answering(
        b"HTTP/1.1 200 OK\r\nTrailer: X-T\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-T: v\r\n\r\n",
    )
    .await;
    let body = get(&net(), &server.url("/"))
        .await
        .unwrap()
        .into_body()
        .collect()
        .await
        .unwrap();
    assert_eq!(body.trailers().unwrap()["x-t"], "v");
    assert_eq!(body.to_bytes(), "a");
}

#[tokio::test]
async fn a_streamed_body_is_sent_in_chunks_with_its_trailers() {
    let server = Server::echoing().await;
    let (sender, body) = Body::channel();
    let mut put = request("PUT", &server.url("/"), body);
    put.headers_mut()
        .insert("trailer", "x-sum".parse().unwrap());
    let feed = async move {
        assert!(sender.send(Bytes::from_static(b"ab")).await);
        assert!(sender.send(Bytes::from_static(b"c")).await);
        let sum = [("x-sum".parse().unwrap(), "3".parse().unwrap())];
        sender.finish(Some(sum.into_iter().collect())).await;
    };
    let net = net();
    let (response, ()) = tokio::join!(send(&net, put), feed);
    let seen = text(response.unwrap()).await;
    assert!(seen.contains("Transfer-Encoding: chunked\r\n"), "{seen}");
    assert!(
        seen.ends_with("\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\nX-Sum: 3\r\n\r\n"),
        "{seen}"
    );
}

#[tokio::test]
async fn a_streamed_body_given_up_is_never_taken_as_whole() {
    let (seen, mut was_seen) = tokio::sync::mpsc::channel(1);
    let server = Server::start(move |_, mut stream| {
        let seen = seen.clone();
        async move { seen.send(read_request(&mut stream).await).await.unwrap() }
    })
    .await;
    let (sender, body) = Body::channel();
    let net = net();
    let give_up = async move {
        assert!(sender.send(Bytes::from_static(b"half")).await);
    };
    let (response, ()) = tokio::join!(send(&net, request("PUT", &server.url("/"), body)), give_up);
    assert_eq!(response.unwrap_err().code, "ECONNRESET");
    let request = was_seen.recv().await.unwrap();
    assert!(!String::from_utf8_lossy(&request).contains("0\r\n\r\n"));
}

#[tokio::test]
async fn a_dropped_request_closes_its_connection() {
    let (arrived, mut has_arrived) = tokio::sync::mpsc::channel(1);
    let (gone, mut is_gone) = tokio::sync::mpsc::channel(1);
    let server = Server::start(move |_, mut stream| {
        let (arrived, gone) = (arrived.clone(), gone.clone());
        async move {
            read_request(&mut stream).await;
            arrived.send(()).await.unwrap();
            gone.send(read_request(&mut stream).await).await.unwrap();
        }
    })
    .await;
    let trace = Trace::default();
    let net = net();
    let get = request("GET", &server.url("/"), Body::Empty);
    tokio::select! {
        result = net.send(get, SendOptions::new(Via::Http), &trace) => panic!("{result:?}"),
        _ = has_arrived.recv() => {}
    }
    assert_eq!(is_gone.recv().await.unwrap(), b"");
    let exchanges = trace.finish().exchanges;
    assert_eq!(exchanges[0].error.as_deref(), Some("aborted"));
}

#[tokio::test]
async fn requests_beyond_the_limit_wait_and_none_is_lost() {
    let server = Server::echoing().await;
    let net = net();
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..1000 {
        let (net, url) = (net.clone(), server.url(&format!("/{number}")));
        tasks.spawn(async move {
            let seen = text(get(&net, &url).await.unwrap()).await;
            assert!(
                seen.starts_with(&format!("GET /{number} HTTP/1.1")),
                "{seen}"
            );
        });
    }
    assert_eq!(tasks.join_all().await.len(), 1000);
    assert!(server.connections() <= 256, "{}", server.connections());
}

#[tokio::test]
async fn the_policy_refuses_before_anything_is_sent() {
    let server = Server::echoing().await;
    let port = server.address.port();
    let only = |pattern: &str| NetPolicy::Only(vec![pattern.parse().unwrap()]);
    for policy in [NetPolicy::Deny, only("example.com"), only("127.0.0.1:1")] {
        let net = Transport::new(Arc::new(policy), Arc::default());
        let trace = Trace::default();
        let get = request("GET", &server.url("/"), Body::Empty);
        let error = net
            .send(get, SendOptions::new(Via::Http), &trace)
            .await
            .unwrap_err();
        assert_eq!(
            (&*error.code, error.stage),
            ("ERR_SEGFN_NET_DENIED", Stage::Refused)
        );
        let expected = format!(
            "segfn's network policy refuses 127.0.0.1:{port} (--allow-net 127.0.0.1 allows it)"
        );
        assert_eq!(*error.message, *expected);
        assert_eq!(
            trace.finish().exchanges[0].error.as_deref(),
            Some(expected.as_str())
        );
    }
    assert_eq!(server.connections(), 0);
    let net = Transport::new(Arc::new(only(&format!("127.0.0.1:{port}"))), Arc::default());
    assert_eq!(get(&net, &server.url("/")).await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_clouds_metadata_could_be_asked_for_the_machines_credentials() {
    let refused = async |host: &str| {
        let error = get(&net(), &format!("http://{host}/latest/meta-data/")).await;
        let error = error.unwrap_err();
        assert_eq!(
            (&*error.code, error.stage),
            ("ERR_SEGFN_NET_DENIED", Stage::Refused)
        );
        error.message.into_string()
    };
    assert_eq!(
        refused("169.254.169.254").await,
        "segfn refuses 169.254.169.254:80: there a cloud gives machines their credentials (--allow-net 169.254.169.254 \
         allows it)"
    );
    for host in [
        "metadata.google.internal",
        "[fd00:ec2::254]",
        "[::ffff:a9fe:a9fe]",
    ] {
        refused(host).await;
    }
    // The resolver takes this for the same address.
    assert_eq!(
        refused("2852039166").await,
        "segfn refuses 2852039166:80, which is 169.254.169.254: there a cloud gives machines their credentials \
         (--allow-net 2852039166 --allow-net 169.254.169.254 allows it)"
    );
    let mut proxied = SendOptions::new(Via::Http);
    proxied.proxy = Some("http://127.0.0.1:9/".parse().unwrap());
    let get = request("GET", "http://169.254.169.254/", Body::Empty);
    let error = net()
        .send(get, proxied, &Trace::default())
        .await
        .unwrap_err();
    assert_eq!(&*error.code, "ERR_SEGFN_NET_DENIED");
}

#[tokio::test]
async fn what_is_no_http_url_is_refused() {
    for url in ["ftp://localhost/", "/only/a/path"] {
        assert_eq!(get(&net(), url).await.unwrap_err().stage, Stage::Refused);
    }
}

#[tokio::test]
async fn the_trace_tells_what_happened_in_order() {
    let server = Server::echoing().await;
    let (_held, port) = closed_port();
    let net = net();
    let trace = Trace::default();
    let options = SendOptions::new(Via::Aws);
    let read = net.send(
        request("GET", &server.url("/read?q=1"), Body::Empty),
        options.clone(),
        &trace,
    );
    text(read.await.unwrap()).await;
    let url = format!("http://user:password@127.0.0.1:{port}/");
    let refused = net.send(request("POST", &url, Body::Empty), options.clone(), &trace);
    refused.await.unwrap_err();
    let kept = net
        .send(
            request("GET", &server.url("/kept"), Body::Empty),
            options,
            &trace,
        )
        .await;
    let Traced {
        exchanges, unkept, ..
    } = trace.finish();
    drop(kept);
    let told: Vec<_> = exchanges
        .iter()
        .map(|exchange| {
            (
                exchange.method.as_str(),
                exchange.url.clone(),
                exchange.status,
                exchange.error.clone(),
            )
        })
        .collect();
    let refusal = format!("connect ECONNREFUSED 127.0.0.1:{port}");
    assert_eq!(
        told,
        [
            ("GET", server.url("/read?q=1"), Some(200), None),
            (
                "POST",
                format!("http://127.0.0.1:{port}/"),
                None,
                Some(refusal)
            ),
            ("GET", server.url("/kept"), Some(200), None),
        ]
    );
    assert!(
        exchanges
            .iter()
            .all(|exchange| exchange.via == Via::Aws && exchange.ms > 0.0)
    );
    assert_eq!(unkept, 0);
    assert!(trace.finish().exchanges.is_empty());
}

#[tokio::test]
async fn a_trace_keeps_some_thousands_and_counts_the_rest() {
    let trace = Trace::default();
    for _ in 0..5000 {
        trace
            .begin(Via::Http, "GET", "http://a/".into())
            .responded(200);
    }
    let Traced {
        exchanges, unkept, ..
    } = trace.finish();
    assert_eq!((exchanges.len(), unkept), (4096, 904));
}
