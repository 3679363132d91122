//! Connections that fail, end or begin in an unusual way.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use openssl::ssl::{SslVerifyMode, SslVersion};
use segfn::net::TlsOptions;
use segfn::node_error::{NodeError, Stage};
use tokio::io::AsyncWriteExt;

use super::super::client::net;
use super::super::server::read_request;
use super::secure::{
    ANSWER, fixture, get_secure, get_secure_by, insecure, serving, speaking, trusting, trusting_all,
};

/// Node's text begins with a number of the thread, and names OpenSSL's function, file and line, which
/// are other ones in each version.
#[track_caller]
fn is_protocol_error(error: &NodeError, openssl: &str, reason: &str) {
    let message = &*error.message;
    let start = format!("write EPROTO error:{openssl}:SSL routines:");
    assert!(message.starts_with(&start), "{message}");
    assert!(message.contains(&format!(":{reason}:")), "{message}");
    assert_eq!((&*error.code, error.stage), ("EPROTO", Stage::Connect));
    let call = (error.errno, error.syscall.as_deref());
    assert_eq!(call, (Some(-71), Some("write")));
}

#[tokio::test]
async fn servers_without_tls_are_protocol_errors() {
    let wrong_version = ("0A00010B", "wrong version number");
    let cases: [(&[u8], _); 3] = [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", wrong_version),
        (&[7; 50], wrong_version),
        // The alert `handshake_failure`.
        (
            &[0x15, 3, 3, 0, 2, 2, 40],
            ("0A000410", "ssl/tls alert handshake failure"),
        ),
    ];
    for (answer, (openssl, reason)) in cases {
        let server = insecure(answer).await;
        let error = get_secure(&server, "127.0.0.1", TlsOptions::default()).await;
        is_protocol_error(&error.unwrap_err(), openssl, reason);
    }
}

#[tokio::test]
async fn servers_of_older_protocols_are_protocol_errors() {
    let server = serving("self-signed.pem", |builder| {
        builder.set_security_level(0);
        builder
            .set_min_proto_version(Some(SslVersion::TLS1_1))
            .unwrap();
        builder
            .set_max_proto_version(Some(SslVersion::TLS1_1))
            .unwrap();
    })
    .await;
    let error = get_secure(&server, "localhost", trusting_all()).await;
    is_protocol_error(
        &error.unwrap_err(),
        "0A00042E",
        "tlsv1 alert protocol version",
    );
}

#[tokio::test]
async fn a_server_that_closes_within_the_handshake_is_told_as_node_tells_it() {
    let server = insecure(b"").await;
    let error = get_secure(&server, "localhost", TlsOptions::default()).await;
    let error = error.unwrap_err();
    assert_eq!(
        (&*error.code, &*error.message),
        (
            "ECONNRESET",
            "Client network socket disconnected before secure TLS connection was established"
        )
    );
}

#[tokio::test]
async fn a_missing_client_certificate_is_told_as_node_tells_it() {
    let wanting = |version: SslVersion| {
        serving("self-signed.pem", move |builder| {
            builder.set_max_proto_version(Some(version)).unwrap();
            let verify = SslVerifyMode::PEER | SslVerifyMode::FAIL_IF_NO_PEER_CERT;
            builder.set_verify_callback(verify, |_, _| true);
        })
    };
    let error = get_secure(
        &wanting(SslVersion::TLS1_2).await,
        "localhost",
        trusting_all(),
    )
    .await;
    is_protocol_error(
        &error.unwrap_err(),
        "0A000410",
        "ssl/tls alert handshake failure",
    );
    // By TLS 1.3 the server says so when the handshake is over for the client.
    let server = wanting(SslVersion::TLS1_3).await;
    let error = get_secure(&server, "localhost", trusting_all()).await;
    let error = error.unwrap_err();
    assert_eq!(&*error.code, "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED");
    let start = "error:0A00045C:SSL routines:";
    assert!(error.message.starts_with(start), "{error:?}");
    let given = TlsOptions {
        cert: fixture("signed.pem"),
        key: fixture("key.pem"),
        ..trusting_all()
    };
    assert_eq!(get_secure(&server, "localhost", given).await.unwrap(), "ok");
}

#[tokio::test]
async fn a_body_that_ends_with_its_connection_needs_no_goodbye_of_tls() {
    let server = speaking(
        "self-signed.pem",
        |_| {},
        |mut stream| async move {
            read_request(&mut stream).await;
            let answer = b"HTTP/1.1 200 OK\r\n\r\nto the end";
            stream.write_all(answer).await.unwrap();
            stream.get_mut().shutdown().await.unwrap();
        },
    )
    .await;
    let answer = get_secure(&server, "localhost", trusting_all()).await;
    assert_eq!(answer.unwrap(), "to the end");
}

#[tokio::test]
async fn the_next_connection_takes_up_the_session_of_the_last() {
    for version in [SslVersion::TLS1_2, SslVersion::TLS1_3] {
        let resumed = Arc::new(AtomicUsize::new(0));
        let count = resumed.clone();
        let server = speaking(
            "signed.pem",
            |builder| builder.set_max_proto_version(Some(version)).unwrap(),
            move |mut stream| {
                let reused = usize::from(stream.ssl().session_reused());
                count.fetch_add(reused, Ordering::SeqCst);
                async move {
                    read_request(&mut stream).await;
                    let _ = stream.write_all(ANSWER.as_bytes()).await;
                    let _ = stream.shutdown().await;
                }
            },
        )
        .await;
        let net = net();
        for _ in 0..3 {
            let answer = get_secure_by(&net, &server, "localhost", trusting("ca.pem")).await;
            assert_eq!(answer.unwrap(), "ok");
        }
        assert_eq!(server.connections(), 3);
        assert_eq!(resumed.load(Ordering::SeqCst), 2);
        // A session says nothing for another name or other trust.
        let error = get_secure_by(&net, &server, "127.0.0.1", trusting("ca.pem")).await;
        assert_eq!(*error.unwrap_err().code, *"ERR_TLS_CERT_ALTNAME_INVALID");
        let error = get_secure_by(&net, &server, "localhost", TlsOptions::default()).await;
        assert_eq!(*error.unwrap_err().code, *"UNABLE_TO_VERIFY_LEAF_SIGNATURE");
    }
}
