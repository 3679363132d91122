//! Which certificates are trusted.

use std::path::Path;

use openssl::pkey::PKey;
use openssl::symm::Cipher;
use segfn::net::TlsOptions;
use segfn::node_error::Stage;
use serde_json::json;

use super::secure::{fixture, get_secure, named, secure, trusting, trusting_all};
use crate::support::Run;

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
