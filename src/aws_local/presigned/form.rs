//! Forms that a browser posts to a bucket, with a signed policy.
//!
//! s3s checks signature and policy too, but neither the session token nor the time by our clock,
//! lets fields pass that the policy doesn't speak of, and refuses with codes that S3 doesn't use.

use std::time::SystemTime;

use bytes::Bytes;
use http::Method;
use http::header;
use http::request::Parts;
use s3s::S3Error;
use s3s::S3ErrorCode;
use s3s::dto::Timestamp;
use s3s::post_policy::PostPolicy;
use s3s::post_policy::PostPolicyCondition;

use super::Signer;
use crate::aws_local::hosts;

/// Fields that a policy needs no condition for: its own, and the file.
const FREE: [&str; 5] = [
    "policy",
    "x-amz-signature",
    "signature",
    "awsaccesskeyid",
    "file",
];

/// The boundary of a form that is posted to a bucket; `None` when the request is no such form.
pub fn boundary(request: &Parts) -> Option<String> {
    if request.method != Method::POST {
        return None;
    }
    let kind = request.headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let parameters = kind.strip_prefix("multipart/form-data")?;
    let (_, boundary) = parameters.split_once("boundary=")?;
    let boundary = boundary.split(';').next()?.trim().trim_matches('"');
    (!boundary.is_empty()).then(|| boundary.to_owned())
}

/// Checks the policy of a form at the time `now`, and tells whose it says it is. A form without a
/// policy has nobody.
///
/// # Errors
/// What S3 answers to a form that is not as its policy wants it.
pub fn check(
    request: &Parts,
    boundary: &str,
    body: &Bytes,
    now: SystemTime,
) -> Result<Option<Signer>, S3Error> {
    let fields = fields(body, boundary);
    let value = |name: &str| {
        let field = fields.iter().find(|(field, _)| field == name);
        field.map(|(_, value)| value.as_str())
    };
    let Some(policy) = value("policy") else {
        return Ok(None);
    };
    let policy = PostPolicy::from_base64(policy).map_err(|_| {
        S3Error::with_message(
            S3ErrorCode::InvalidPolicyDocument,
            "Invalid Policy: Invalid JSON.",
        )
    })?;
    if policy.expiration <= Timestamp::from(now) {
        return Err(refused("Policy expired."));
    }
    let host = request.headers.get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
    let in_path = request.uri.path().trim_matches('/');
    let bucket = hosts::bucket(host).unwrap_or(in_path);
    for condition in &policy.conditions {
        let (field, wanted, exactly) = match condition {
            PostPolicyCondition::Eq { field, value } => (field, value, true),
            PostPolicyCondition::StartsWith { field, prefix } => (field, prefix, false),
            // s3s compares it with the file.
            PostPolicyCondition::ContentLengthRange { .. } => continue,
        };
        let actual = match field.as_str() {
            "bucket" => bucket,
            field => value(field).unwrap_or_default(),
        };
        if actual != wanted && (exactly || !actual.starts_with(wanted.as_str())) {
            let kind = if exactly { "eq" } else { "starts-with" };
            return Err(refused(&format!(
                "Policy Condition failed: [\"{kind}\", \"${field}\", \"{wanted}\"]"
            )));
        }
    }
    let speaks_of = |name: &str| {
        policy.conditions.iter().any(|condition| match condition {
            PostPolicyCondition::Eq { field, .. }
            | PostPolicyCondition::StartsWith { field, .. } => field == name,
            PostPolicyCondition::ContentLengthRange { .. } => false,
        })
    };
    if let Some((name, _)) = fields.iter().find(|(name, _)| {
        !FREE.contains(&name.as_str()) && !name.starts_with("x-ignore-") && !speaks_of(name)
    }) {
        return Err(refused(&format!("Extra input fields: {name}")));
    }
    let credential = value("x-amz-credential").unwrap_or_default();
    let mut scope = credential.split('/');
    let access_key = value("awsaccesskeyid").or_else(|| scope.next());
    Ok(Some(Signer {
        access_key: access_key.unwrap_or_default().to_owned(),
        token: value("x-amz-security-token").map(str::to_owned),
        region: scope.nth(1).map(str::to_owned),
    }))
}

fn refused(why: &str) -> S3Error {
    S3Error::with_message(
        S3ErrorCode::AccessDenied,
        format!("Invalid according to Policy: {why}"),
    )
}

/// The fields before the file, with their names in lower case. What comes behind it S3 ignores.
fn fields(body: &[u8], boundary: &str) -> Vec<(String, String)> {
    let delimiter = format!("\r\n--{boundary}");
    let mut fields = Vec::new();
    // The first delimiter has no line break before it.
    let mut rest = body
        .strip_prefix(&delimiter.as_bytes()[2..])
        .unwrap_or_default();
    while let Some((head, after)) = split(rest, b"\r\n\r\n") {
        let Some(name) = field_name(head) else { break };
        if name == "file" {
            break;
        }
        let Some((value, after)) = split(after, delimiter.as_bytes()) else {
            break;
        };
        fields.push((name, String::from_utf8_lossy(value).into_owned()));
        rest = after;
    }
    fields
}

fn field_name(head: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(head);
    let (_, name) = head.split_once(" name=")?;
    let name = match name.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        None => name.split([';', '\r']).next()?,
    };
    Some(name.to_ascii_lowercase())
}

fn split<'a>(bytes: &'a [u8], at: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let start = bytes.windows(at.len()).position(|window| window == at)?;
    Some((&bytes[..start], &bytes[start + at.len()..]))
}
