//! HTTPS, by Node's client.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::x509::extension::SubjectAlternativeName;
use openssl::x509::{X509, X509Name};
use serde_json::Value;

use super::{folder, logged, post, track};
use crate::support::served::Served;
use crate::support::{Folder, node};

/// A server with TLS, once its function is loaded. The folder is its user's folder of data, too.
fn served(folder: &Folder, arguments: &[&str]) -> Served {
    let data = folder.path().join("data");
    let served = Served::with(folder, &[("XDG_DATA_HOME", &data)], arguments);
    served.line_with("loaded");
    served
}

/// What Node's client gets that trusts the certificates in a file.
fn asked(url: &str, ca: &str, body: &str) -> Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/serve/https.cjs");
    let output = node::output_of(node::node().arg(script).args([url, ca, body]));
    let output = output.expect("node ends");
    let told = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {told}"))
}

#[test]
fn who_trusts_the_authority_trusts_each_start() {
    let folder = folder();
    let mut authorities = Vec::new();
    for user in ["first", "second"] {
        let served = served(&folder, &["--tls", "--allow-host", "mac.local"]);
        let (url, ca) = (served.url(), served.told("ca"));
        assert!(url.starts_with("https://127.0.0.1:"), "{url}");
        let answer = asked(&format!("{url}/v1/track"), ca, &track(user));
        assert_eq!(answer["status"], 200, "{answer}");
        assert_eq!(answer["body"], r#"{"success":true}"#);
        let names = answer["names"].as_str().expect("names");
        for name in [
            "DNS:localhost",
            "DNS:mac.local",
            "IP Address:127.0.0.1",
            "IP Address:10.0.2.2",
        ] {
            assert!(names.contains(name), "{names}");
        }
        assert_eq!(logged(&served)["userId"], user);
        let by_name = url.replace("127.0.0.1", "localhost");
        let answer = asked(&format!("{by_name}/v1/track"), ca, &track("by-name"));
        assert_eq!(answer["status"], 200, "{answer}");
        logged(&served);
        let settings = asked_for_settings(&served, ca);
        assert_eq!(settings["integrations"]["Segment.io"]["protocol"], "https");
        authorities.push(std::fs::read(ca).expect("a certificate"));
    }
    assert_eq!(authorities[0], authorities[1], "it is made once");
    let key = folder.path().join("data/segfn/tls/ca-key.pem");
    let mode = std::fs::metadata(key).expect("a key").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

/// By the panel's API, of which only the answer to a GET is the same as over HTTP.
fn asked_for_settings(served: &Served, ca: &str) -> Value {
    let script = "const [url, ca] = process.argv.slice(1);
        require('node:https').get(url, { ca: require('node:fs').readFileSync(ca) }, (response) => response.pipe(process.stdout));";
    let url = format!("{}/v1/projects/KEY/settings", served.url());
    let output = node::output_of(node::node().args(["-e", script, &url, ca]));
    serde_json::from_slice(&output.expect("node ends").stdout).expect("JSON")
}

#[test]
fn who_does_not_trust_it_is_not_served_and_others_are() {
    let folder = folder();
    let served = served(&folder, &["--tls"]);
    let (other, _) = certificate("elsewhere.test");
    folder.write("other.pem", other.to_pem().expect("PEM"));
    let other = folder.path().join("other.pem").display().to_string();
    let answer = asked(served.url(), &other, "{}");
    assert_eq!(answer["code"], "SELF_SIGNED_CERT_IN_CHAIN", "{answer}");
    // A client that begins and says no more keeps nobody waiting.
    let mut silent = TcpStream::connect(served.address()).expect("a connection");
    silent.write_all(b"\x16\x03\x01").expect("it is sent");
    // On this machine, HTTP is answered on the same port.
    assert_eq!(post(&served, "/v1/track", &[], &track("plain")).status, 200);
    assert_eq!(logged(&served)["userId"], "plain");
    // It is given up after a while.
    silent
        .set_read_timeout(Some(Duration::from_secs(60)))
        .expect("a time limit");
    let mut told = Vec::new();
    silent.read_to_end(&mut told).expect("an end");
    assert_eq!(told, b"");
}

/// A certificate that vouches for itself.
fn certificate(name: &str) -> (X509, PKey<Private>) {
    let key = PKey::from_rsa(Rsa::generate(2048).expect("a key")).expect("a key");
    let mut subject = X509Name::builder().expect("a name");
    subject.append_entry_by_text("CN", name).expect("a name");
    let subject = subject.build();
    let mut made = X509::builder().expect("a certificate");
    made.set_version(2).expect("a version");
    let serial = BigNum::from_u32(1).and_then(|number| number.to_asn1_integer());
    made.set_serial_number(&serial.expect("a number"))
        .expect("a number");
    made.set_subject_name(&subject).expect("a name");
    made.set_issuer_name(&subject).expect("a name");
    made.set_pubkey(&key).expect("a key");
    let day = |days| Asn1Time::days_from_now(days).expect("a time");
    made.set_not_before(&day(0)).expect("a time");
    made.set_not_after(&day(2)).expect("a time");
    let mut names = SubjectAlternativeName::new();
    let names = names
        .dns(name)
        .ip("127.0.0.1")
        .build(&made.x509v3_context(None, None));
    made.append_extension(names.expect("names")).expect("names");
    made.sign(&key, MessageDigest::sha256()).expect("signed");
    (made.build(), key)
}

#[test]
fn a_certificate_of_ones_own_is_shown() {
    let folder = folder();
    let (certificate, key) = certificate("own.test");
    folder.write("cert.pem", certificate.to_pem().expect("PEM"));
    folder.write("key.pem", key.private_key_to_pem_pkcs8().expect("PEM"));
    let served = served(&folder, &["--tls-cert", "cert.pem", "--tls-key", "key.pem"]);
    let ca = folder.path().join("cert.pem").display().to_string();
    let answer = asked(&format!("{}/v1/track", served.url()), &ca, &track("own"));
    assert_eq!(
        answer["names"], "DNS:own.test, IP Address:127.0.0.1",
        "{answer}"
    );
    assert_eq!(logged(&served)["userId"], "own");
}

#[test]
fn what_is_no_certificate_is_told() {
    let folder = folder();
    let (one, key) = certificate("own.test");
    folder.write("cert.pem", one.to_pem().expect("PEM"));
    folder.write("key.pem", key.private_key_to_pem_pkcs8().expect("PEM"));
    let (_, other) = certificate("own.test");
    folder.write("other.pem", other.private_key_to_pem_pkcs8().expect("PEM"));
    for (certificate, key, wanted) in [
        ("key.pem", "key.pem", "there is no certificate in key.pem: "),
        (
            "cert.pem",
            "cert.pem",
            "there is no private key in cert.pem: ",
        ),
        (
            "cert.pem",
            "other.pem",
            "the key in other.pem is not that of the certificate in cert.pem",
        ),
        ("none.pem", "key.pem", "can't read none.pem: "),
    ] {
        let arguments = [
            "serve",
            "--port",
            "0",
            "--tls-cert",
            certificate,
            "--tls-key",
            key,
        ];
        let (code, _, told) = folder.segfn(&arguments);
        assert_eq!(code, 2, "{told}");
        assert!(told.contains(wanted), "{told}");
    }
}
