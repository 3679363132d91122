//! What outcomes show of a request.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::content::Content;
use super::payload::Payload;
use super::recorded_exchange::{Headers, header};
use super::redact::Redactor;
use crate::outcome::{Sent, SentBody, SentPart, Via};

/// Bodies that are larger, in bytes, are shown by their digest.
const SHOWN: usize = 1 << 20;

/// Headers that say nothing about the function.
const LEFT_OUT: [&str; 9] = [
    "accept-encoding",
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
];

/// Headers that AWS's package computes from the other headers, the body and the time.
const LEFT_OUT_OF_AWS: [&str; 9] = [
    "amz-sdk-invocation-id",
    "amz-sdk-request",
    "authorization",
    "content-md5",
    "user-agent",
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-security-token",
    "x-amz-user-agent",
];

/// The request's headers and body as outcomes show them: redacted and decoded.
pub(crate) fn sent(via: Via, headers: &Headers, body: Bytes, redactor: &Redactor) -> Sent {
    let kind = header(headers, "content-type").map(str::to_owned);
    let body = Payload::decode(body, header(headers, "content-encoding"));
    let mut shown = std::collections::BTreeMap::<String, String>::new();
    for (name, value) in headers {
        let name = name.to_ascii_lowercase();
        if says_nothing(via, &name, value) {
            continue;
        }
        let mut value = redactor.header(&name, value);
        if name == "content-type"
            && let Some((kind, _)) = value.split_once(';')
            && kind.trim().eq_ignore_ascii_case("multipart/form-data")
        {
            // The boundary is another one each time.
            value = kind.trim().to_owned();
        }
        shown
            .entry(redactor.latin1(&name))
            .and_modify(|all| {
                all.push_str(", ");
                all.push_str(&value);
            })
            .or_insert(value);
    }
    Sent {
        headers: shown,
        body: (!body.bytes.is_empty()).then(|| whole_body(body.bytes, kind.as_deref(), redactor)),
    }
}

fn says_nothing(via: Via, name: &str, value: &str) -> bool {
    LEFT_OUT.contains(&name)
        || (via != Via::Http && LEFT_OUT_OF_AWS.contains(&name))
        || (name == "user-agent" && value.starts_with("node-fetch/"))
        || (name == "accept" && value == "*/*")
}

fn whole_body(bytes: Bytes, kind: Option<&str>, redactor: &Redactor) -> SentBody {
    if bytes.len() > SHOWN {
        let digest = Sha256::digest(&bytes);
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        return SentBody::Text(format!("[{} bytes, sha256 {hex}]", bytes.len()));
    }
    body_of(redactor.read(&bytes, kind))
}

fn body_of(content: Content) -> SentBody {
    match content {
        Content::Json(value) => SentBody::Json(value),
        Content::Form(pairs) => SentBody::Form(pairs),
        Content::Multipart(form) => SentBody::Multipart(
            form.parts
                .into_iter()
                .map(|part| SentPart {
                    name: part.name,
                    filename: part.filename,
                    content_type: part.content_type,
                    body: body_of(part.content),
                })
                .collect(),
        ),
        Content::Empty => SentBody::Text(String::new()),
        Content::Text(text) => SentBody::Text(text),
        Content::Lines(values) => {
            let lines = values.iter().map(|value| format!("{value}\n"));
            SentBody::Text(lines.collect())
        }
        Content::Binary(bytes) => SentBody::Base64(STANDARD.encode(&bytes)),
    }
}
