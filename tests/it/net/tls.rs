//! TLS: certificates good and bad, and servers that don't speak it. The expected codes and texts are
//! what Node 20 says to the same servers.

use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use openssl::pkey::PKey;
use openssl::ssl::{Ssl, SslAcceptor, SslAcceptorBuilder, SslMethod, SslVerifyMode, SslVersion};
use openssl::symm::Cipher;
use openssl::x509::X509;
use segfn::net::{Body, SendOptions, TlsOptions, Trace, Transport};
use segfn::node_error::{NodeError, Stage};
use segfn::outcome::Via;
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio_openssl::SslStream;

use super::client::{net, request};
use super::server::{Server, read_request};
use crate::support::Run;

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/it/tls")
            .join(name),
    )
    .unwrap()
}

/// An HTTPS server with certificates of tests/it/tls, all for `localhost`; the first is its own.
async fn secure(certificates: &str) -> Server {
    serving(certificates, |_| {}).await
}

const ANSWER: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// The same, set up further by `change`.
async fn serving(certificates: &str, change: impl FnOnce(&mut SslAcceptorBuilder)) -> Server {
    speaking(certificates, change, |mut stream| async move {
        read_request(&mut stream).await;
        let _ = stream.write_all(ANSWER.as_bytes()).await;
        let _ = stream.shutdown().await;
    })
    .await
}

/// The same, and it says what `talk` does.
async fn speaking<F, T>(
    certificates: &str,
    change: impl FnOnce(&mut SslAcceptorBuilder),
    talk: F,
) -> Server
where
    F: Fn(SslStream<tokio::net::TcpStream>) -> T + Clone + Send + Sync + 'static,
    T: Future<Output = ()> + Send + 'static,
{
    let mut certificates = certificates.split('+').map(fixture);
    let mut builder = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls()).unwrap();
    let own = X509::from_pem(&certificates.next().unwrap()).unwrap();
    builder.set_certificate(&own).unwrap();
    for more in certificates {
        let more = X509::from_pem(&more).unwrap();
        builder.add_extra_chain_cert(more).unwrap();
    }
    let key = PKey::private_key_from_pem(&fixture("key.pem")).unwrap();
    builder.set_private_key(&key).unwrap();
    change(&mut builder);
    let acceptor = builder.build();
    Server::start(move |_, stream| {
        let ssl = Ssl::new(acceptor.context()).unwrap();
        let talk = talk.clone();
        async move {
            let mut stream = SslStream::new(ssl, stream).unwrap();
            if Pin::new(&mut stream).accept().await.is_ok() {
                talk(stream).await;
            }
        }
    })
    .await
}

/// A server that says `answer` to whatever comes first, and closes.
async fn insecure(answer: &'static [u8]) -> Server {
    Server::start(move |_, mut stream| async move {
        let mut first = [0; 1];
        let _ = tokio::io::AsyncReadExt::read(&mut stream, &mut first).await;
        stream.write_all(answer).await.unwrap();
        stream.shutdown().await.unwrap();
        // The client says what it thinks of that before it goes.
        read_request(&mut stream).await;
    })
    .await
}

async fn get_secure(server: &Server, host: &str, tls: TlsOptions) -> Result<String, NodeError> {
    get_secure_by(&net(), server, host, tls).await
}

async fn get_secure_by(
    net: &Transport,
    server: &Server,
    host: &str,
    tls: TlsOptions,
) -> Result<String, NodeError> {
    let url = format!("https://{host}:{}/", server.address.port());
    let options = SendOptions {
        tls: Arc::new(tls),
        ..SendOptions::new(Via::Http)
    };
    let mut get = request("GET", &url, Body::Empty);
    let close = "close".parse().unwrap();
    get.headers_mut().insert("connection", close);
    let response = net.send(get, options, &Trace::default()).await?;
    let body = http_body_util::BodyExt::collect(response.into_body()).await?;
    Ok(String::from_utf8(body.to_bytes().to_vec()).unwrap())
}

fn trusting(name: &str) -> TlsOptions {
    TlsOptions {
        ca: fixture(name),
        ..TlsOptions::default()
    }
}

fn trusting_all() -> TlsOptions {
    TlsOptions {
        insecure: true,
        ..TlsOptions::default()
    }
}

fn named(name: &str) -> TlsOptions {
    TlsOptions {
        servername: Some(name.into()),
        ..trusting("ca.pem")
    }
}

#[tokio::test]
async fn servers_that_node_trusts_are_trusted() {
    let good = [
        ("signed.pem", "localhost", trusting("ca.pem")),
        ("signed.pem", "127.0.0.1", named("localhost")),
        ("signed.pem", "127.0.0.1", named("LOCALHOST.")),
        ("signed.pem", "localhost", named("")),
        ("signed.pem+ca.pem", "localhost", trusting("ca.pem")),
        ("self-signed.pem", "localhost", trusting("self-signed.pem")),
        ("self-signed.pem", "127.0.0.1", trusting_all()),
        ("expired.pem", "127.0.0.1", trusting_all()),
    ];
    for (certificates, host, tls) in good {
        let answer = get_secure(&secure(certificates).await, host, tls).await;
        assert_eq!(answer.unwrap(), "ok", "{certificates}");
    }
}

#[tokio::test]
async fn servers_that_node_refuses_are_refused_in_its_words() {
    let nobody = TlsOptions::default;
    let no_pem = || TlsOptions {
        ca: b"no PEM".to_vec(),
        ..nobody()
    };
    let bad = [
        (
            ("self-signed.pem", "localhost", nobody()),
            ("DEPTH_ZERO_SELF_SIGNED_CERT", "self-signed certificate"),
        ),
        (
            ("signed.pem", "localhost", nobody()),
            (
                "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
                "unable to verify the first certificate",
            ),
        ),
        (
            ("signed.pem", "localhost", no_pem()),
            (
                "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
                "unable to verify the first certificate",
            ),
        ),
        (
            ("signed.pem+ca.pem", "localhost", nobody()),
            (
                "SELF_SIGNED_CERT_IN_CHAIN",
                "self-signed certificate in certificate chain",
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
            ("signed.pem", "127.0.0.1", named("example.com")),
            (
                "ERR_TLS_CERT_ALTNAME_INVALID",
                "Hostname/IP does not match certificate's altnames: Host: example.com. is not in the cert's \
                 altnames: DNS:localhost",
            ),
        ),
        (
            ("signed.pem", "127.0.0.1", named("a b")),
            (
                "ERR_TLS_CERT_ALTNAME_INVALID",
                "Hostname/IP does not match certificate's altnames: Host: a b. is not in the cert's \
                 altnames: DNS:localhost",
            ),
        ),
    ];
    for ((certificates, host, tls), (code, message)) in bad {
        let error = get_secure(&secure(certificates).await, host, tls)
            .await
            .unwrap_err();
        assert_eq!(
            (&*error.code, &*error.message, error.stage),
            (code, message, Stage::Connect)
        );
    }
}

#[tokio::test]
async fn a_name_longer_than_tls_can_ask_for_is_refused_by_the_certificate() {
    let name = "a".repeat(300);
    let server = secure("signed.pem").await;
    let error = get_secure(&server, "127.0.0.1", named(&name)).await;
    assert_eq!(
        *error.unwrap_err().message,
        format!(
            "Hostname/IP does not match certificate's altnames: Host: {name}. is not in the cert's \
             altnames: DNS:localhost"
        )
    );
}

#[tokio::test]
async fn what_is_no_certificate_or_key_is_refused_in_openssls_words() {
    let server = secure("signed.pem").await;
    let encrypted = PKey::private_key_from_pem(&fixture("key.pem")).unwrap();
    let encrypted = encrypted.private_key_to_pem_pkcs8_passphrase(Cipher::aes_128_cbc(), b"secret");
    let cases = [
        (
            (b"no PEM".to_vec(), fixture("key.pem")),
            (
                "ERR_OSSL_PEM_NO_START_LINE",
                "error:0480006C:PEM routines::no start line",
            ),
        ),
        (
            (fixture("signed.pem"), b"no PEM".to_vec()),
            (
                "ERR_OSSL_UNSUPPORTED",
                "error:1E08010C:DECODER routines::unsupported",
            ),
        ),
        (
            (fixture("signed.pem"), encrypted.unwrap()),
            (
                "ERR_OSSL_CRYPTO_INTERRUPTED_OR_CANCELLED",
                "error:07880109:common libcrypto routines::interrupted or cancelled",
            ),
        ),
    ];
    for ((cert, key), (code, message)) in cases {
        let tls = TlsOptions {
            cert,
            key,
            ..trusting("ca.pem")
        };
        let error = get_secure(&server, "localhost", tls).await.unwrap_err();
        assert_eq!((&*error.code, &*error.message), (code, message));
        assert_eq!(error.stage, Stage::Refused);
    }
    assert_eq!(server.connections(), 0);
}

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

#[tokio::test(flavor = "multi_thread")]
async fn the_machines_certificates_and_nodes_extra_ones_are_trusted() {
    let server = secure("signed.pem").await;
    let port = server.address.port();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/tls/ca.pem");
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(&file, folder.path().join("own.pem")).unwrap();
    let file = file.to_str().unwrap().to_owned();
    let runs = tokio::task::spawn_blocking(move || {
        let told = |name: &str, value: &str| {
            Run::new(&format!(
                "async function onTrack() {{
                    try {{ return (await fetch('https://localhost:{port}/')).status }}
                    catch (error) {{ return [error.code, error.message] }}
                }}"
            ))
            .env(name, value)
            .track("a")
            .value()
        };
        [
            told("SSL_CERT_FILE", &file),
            told("SSL_CERT_DIR", folder.path().to_str().unwrap()),
            told("NODE_EXTRA_CA_CERTS", &file),
            told("OTHER", &file),
        ]
    });
    let [by_file, by_folder, extra, unknown] = runs.await.unwrap();
    assert_eq!(
        (by_file, by_folder, extra),
        (json!(200), json!(200), json!(200))
    );
    let message = format!(
        "request to https://localhost:{port}/ failed, reason: unable to verify the first certificate"
    );
    assert_eq!(unknown, json!(["UNABLE_TO_VERIFY_LEAF_SIGNATURE", message]));
}

#[tokio::test(flavor = "multi_thread")]
async fn functions_see_nodes_reasons() {
    let server = secure("signed.pem").await;
    let port = server.address.port();
    let ca = String::from_utf8(fixture("ca.pem")).unwrap();
    let seen = tokio::task::spawn_blocking(move || {
        Run::new(&format!(
            "const told = (options) => new Promise((resolve) => https
                .get({{ port: {port}, family: 4, ca: `{ca}`, ...options }}, (response) => resolve(response.statusCode))
                .on('error', ({{ code, reason, library }}) => resolve([code, reason, library])));
            async function onTrack() {{
                return [
                    await told({{ host: 'localhost', servername: '' }}),
                    await told({{ host: 'localhost', servername: 'sni.0', rejectUnauthorized: false }}),
                    await told({{ host: '127.0.0.1' }}),
                    await told({{ host: 'localhost', cert: 'x', key: 'y' }}),
                ];
            }}"
        ))
        .track("a")
        .value()
    });
    assert_eq!(
        seen.await.unwrap(),
        json!([
            200,
            200,
            [
                "ERR_TLS_CERT_ALTNAME_INVALID",
                "IP: 127.0.0.1 is not in the cert's list: ",
                null
            ],
            ["ERR_OSSL_PEM_NO_START_LINE", null, null],
        ])
    );
}
