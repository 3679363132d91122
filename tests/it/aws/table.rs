//! The table of operations: it is what its generator writes, and each operation puts on the wire
//! what the real aws-sdk 2.488.0 would. Needs node and what `npm ci` leaves in js/node_modules.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::rc::Rc;
use std::sync::Arc;

use bytes::Bytes;
use segfn::host;
use segfn::host::aws::{Ambient, AwsConfig, AwsTarget};
use segfn::secrets::Secrets;

use super::isolate::{FROZEN, TestTransport, run};

#[derive(Debug, serde::Deserialize)]
struct Request {
    #[serde(default)]
    service: String,
    #[serde(default)]
    operation: String,
    method: String,
    url: String,
    headers: BTreeMap<String, serde_json::Value>,
    body: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn node(script: &str, argument: &str) -> String {
    let output = Command::new("node")
        .arg(root().join(script))
        .arg(argument)
        .output()
        .expect("node is installed");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn the_table_is_what_its_generator_writes() {
    let written = root().join("target/aws-table-test");
    node("scripts/aws-table.mjs", &written.to_string_lossy());
    for file in ["s3.rs", "sts.rs"] {
        let table = root().join("src/host/aws/table").join(file);
        let (now, then) = (
            fs::read_to_string(written.join(file)),
            fs::read_to_string(&table),
        );
        assert!(
            now.expect("written") == then.expect("checked in"),
            "{} is out of date: run `node scripts/aws-table.mjs`",
            table.display()
        );
    }
}

#[test]
fn every_operation_is_sent_as_the_real_package_would() {
    let operations = fs::read_to_string(root().join("tests/it/aws/operations.js")).expect("there");
    let expected: Vec<Request> = node("tests/it/aws/real.mjs", "")
        .lines()
        .map(|line| serde_json::from_str(line).expect("a request"))
        .collect();
    assert_eq!(expected.len(), 95);

    let transport = Rc::new(TestTransport::new(|_| {
        Some(Ok(http::Response::new(Bytes::new())))
    }));
    let config = AwsConfig {
        transport: transport.clone(),
        target: AwsTarget::Real,
        ambient: Ambient::None,
        secrets: Arc::new(Secrets::default()),
    };
    let send_all = format!(
        "for (const {{ client, operation, params }} of {operations}(AWS)) {{
                client.clearBucketRegionCache?.(); // createBucket has left a region there
                const {{ error }} = await new Promise((done) =>
                    client[operation](params).on('complete', done).send());
                if (/^Se/.test(error?.code)) throw error;
            }}"
    );
    run(&format!("{FROZEN}{send_all}"), |state, _| {
        host::aws::install(state, config);
    });

    let sent = transport.requests.take();
    assert_eq!(sent.len(), expected.len());
    for (sent, expected) in sent.iter().zip(&expected) {
        compare(sent, expected);
    }
}

/// Equal but for what the Rust SDK writes in another way of the same meaning.
fn compare(sent: &http::Request<Bytes>, expected: &Request) {
    let name = format!("{}.{}", expected.service, expected.operation);
    assert_eq!(sent.method().as_str(), expected.method, "{name}");
    assert_eq!(sent.uri().to_string(), expected.url, "{name}");
    let body = std::str::from_utf8(sent.body()).expect("UTF-8");
    assert_eq!(meaning(body), meaning(&expected.body), "{name}");

    let header = |header: &str| {
        let value = sent.headers().get(header)?;
        Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    for (key, value) in &expected.headers {
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        let found = header(key);
        match key.as_str() {
            "Host" => assert_eq!(sent.uri().authority().map(|a| a.as_str()), Some(&*value)),
            // Left to whatever sends the request, unless the SDK has set it.
            "Content-Length" => assert!(
                found.is_none_or(|found| found == body.len().to_string()),
                "{name}: wrong {key}"
            ),
            "Content-MD5" => assert_eq!(found, Some(md5(body)), "{name}: {key}"),
            "X-Amz-Content-Sha256" if value != "UNSIGNED-PAYLOAD" => {
                assert_eq!(found, Some(sha256(body)), "{name}: {key}");
            }
            "Authorization" => {
                let found = found.expect("signed");
                assert_eq!(
                    found.split(", ").next(),
                    value.split(", ").next(),
                    "{name}: {key}"
                );
                assert_eq!(signed_headers(&found), signed_headers(&value), "{name}");
            }
            _ => assert_eq!(found, Some(value), "{name}: {key}"),
        }
    }
    for key in sent.headers().keys() {
        let known = expected
            .headers
            .keys()
            .any(|name| name.eq_ignore_ascii_case(key.as_str()));
        assert!(known, "{name}: {key} was never asked for");
    }
}

/// A body's parts in one spelling and order: a form's fields, or the tags of XML, where empty
/// elements and quotes in a text can be written in two ways.
fn meaning(body: &str) -> Vec<String> {
    let separator = if body.starts_with('<') { '<' } else { '&' };
    let text = body.replace("&quot;", "\"").replace("&apos;", "'");
    let mut parts: Vec<String> = Vec::new();
    for part in text.split(separator) {
        match part.strip_suffix("/>") {
            Some(name) => parts.extend([format!("{name}>"), format!("/{name}>")]),
            None => parts.push(part.to_owned()),
        }
    }
    parts.sort_unstable();
    parts
}

fn signed_headers(authorization: &str) -> Vec<String> {
    let (_, list) = authorization
        .split_once("SignedHeaders=")
        .expect("of version 4");
    let (list, _) = list.split_once(',').expect("and a signature");
    list.split(';').map(str::to_owned).collect()
}

fn md5(body: &str) -> String {
    use md5::Digest;
    base64::Engine::encode(&base64::prelude::BASE64_STANDARD, md5::Md5::digest(body))
}

fn sha256(body: &str) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(body)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
