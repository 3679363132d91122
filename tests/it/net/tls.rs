//! Certificates, good and bad.

use std::path::Path;
use std::sync::Arc;

use segfn::net::{Body, NetError, SendOptions, Stage, TlsOptions, Trace};
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

/// An HTTPS server with one of the certificates of tests/it/tls, all for `localhost`.
async fn secure(certificate: &str) -> Server {
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::PrivateKeyDer;
    use rustls::pki_types::pem::PemObject;
    let chain = vec![CertificateDer::from_pem_slice(&fixture(certificate)).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(&fixture("key.pem")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    Server::start(move |_, stream| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(mut stream) = acceptor.accept(stream).await else {
                return;
            };
            read_request(&mut stream).await;
            let _ = stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                .await;
            let _ = stream.shutdown().await;
        }
    })
    .await
}

async fn get_secure(server: &Server, host: &str, tls: TlsOptions) -> Result<String, NetError> {
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
            (error.code, error.message.as_str(), error.stage),
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
    assert_eq!(error.code, "EPROTO");
}
