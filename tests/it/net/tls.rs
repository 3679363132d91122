//! Certificates, good and bad.

use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

use openssl::pkey::PKey;
use openssl::ssl::{Ssl, SslAcceptor, SslAcceptorBuilder, SslMethod};
use openssl::x509::X509;
use tokio_openssl::SslStream;

use segfn::net::Body;
use segfn::net::SendOptions;
use segfn::net::TlsOptions;
use segfn::net::Trace;
use segfn::node_error::{NodeError, Stage};
use segfn::outcome::Via;
use tokio::io::AsyncWriteExt;

use super::client::{net, request, text};
use super::server::{Server, read_request};

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/it/tls")
            .join(name),
    )
    .unwrap()
}

/// An HTTPS server with certificates of tests/tls, all for `localhost`; the first is its own.
async fn secure(certificates: &str) -> Server {
    serving(certificates, |_| {}).await
}

/// The same, set up further by `change`.
async fn serving(certificates: &str, change: impl FnOnce(&mut SslAcceptorBuilder)) -> Server {
    let mut certificates = certificates.split('+').map(fixture);
    let mut builder = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls()).unwrap();
    let own = X509::from_pem(&certificates.next().unwrap()).unwrap();
    builder.set_certificate(&own).unwrap();
    for more in certificates {
        builder
            .add_extra_chain_cert(X509::from_pem(&more).unwrap())
            .unwrap();
    }
    let key = PKey::private_key_from_pem(&fixture("key.pem")).unwrap();
    builder.set_private_key(&key).unwrap();
    change(&mut builder);
    let acceptor = builder.build();
    Server::start(move |_, stream| {
        let ssl = Ssl::new(acceptor.context()).unwrap();
        async move {
            let mut stream = SslStream::new(ssl, stream).unwrap();
            if Pin::new(&mut stream).accept().await.is_err() {
                return;
            }
            read_request(&mut stream).await;
            let _ = stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                .await;
            let _ = stream.shutdown().await;
        }
    })
    .await
}

async fn get_secure(server: &Server, host: &str, tls: TlsOptions) -> Result<String, NodeError> {
    let url = format!("https://{host}:{}/", server.address.port());
    let options = SendOptions {
        tls: Arc::new(tls),
        ..SendOptions::new(Via::Http)
    };
    let response = net()
        .send(
            request("GET", &url, Body::Empty),
            options,
            &Trace::default(),
        )
        .await?;
    Ok(text(response).await)
}

#[tokio::test]
async fn certificates_are_checked_as_node_checks_them() {
    let trusting = |name: &str| TlsOptions {
        ca: fixture(name),
        ..TlsOptions::default()
    };
    let insecure = TlsOptions {
        insecure: true,
        ..TlsOptions::default()
    };
    let renamed = TlsOptions {
        servername: Some("localhost".into()),
        ..trusting("ca.pem")
    };
    let good = [
        ("signed.pem", "localhost", trusting("ca.pem")),
        ("signed.pem", "127.0.0.1", renamed),
        ("self-signed.pem", "localhost", trusting("self-signed.pem")),
        ("self-signed.pem", "127.0.0.1", insecure),
    ];
    for (certificate, host, tls) in good {
        assert_eq!(
            get_secure(&secure(certificate).await, host, tls)
                .await
                .unwrap(),
            "ok"
        );
    }
    let bad = [
        (
            ("self-signed.pem", "localhost", TlsOptions::default()),
            ("DEPTH_ZERO_SELF_SIGNED_CERT", "self-signed certificate"),
        ),
        (
            ("signed.pem", "localhost", TlsOptions::default()),
            (
                "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
                "unable to verify the first certificate",
            ),
        ),
        (
            ("expired.pem", "localhost", trusting("ca.pem")),
            ("CERT_HAS_EXPIRED", "certificate has expired"),
        ),
        (
            ("signed.pem", "127.0.0.1", trusting("ca.pem")),
            (
                "ERR_TLS_CERT_ALTNAME_INVALID",
                "Hostname/IP does not match certificate's altnames: IP: 127.0.0.1 is not in the cert's list: ",
            ),
        ),
        (
            (
                "signed.pem",
                "127.0.0.1",
                TlsOptions {
                    servername: Some("example.com".into()),
                    ..trusting("ca.pem")
                },
            ),
            (
                "ERR_TLS_CERT_ALTNAME_INVALID",
                "Hostname/IP does not match certificate's altnames: Host: example.com. is not in the cert's \
                 altnames: DNS:localhost",
            ),
        ),
    ];
    for ((certificate, host, tls), (code, message)) in bad {
        let error = get_secure(&secure(certificate).await, host, tls)
            .await
            .unwrap_err();
        assert_eq!(
            (&*error.code, &*error.message, error.stage),
            (code, message, Stage::Connect)
        );
    }
}

#[tokio::test]
async fn a_server_without_tls_is_a_protocol_error() {
    let server = Server::start(|_, mut stream| async move {
        let answer = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        // The client says what it thinks of that before it goes.
        answer.unwrap();
        read_request(&mut stream).await;
    })
    .await;
    let error = get_secure(&server, "127.0.0.1", TlsOptions::default())
        .await
        .unwrap_err();
    assert!(error.message.starts_with("write EPROTO"), "{error:?}");
    assert_eq!(&*error.code, "EPROTO");
}
