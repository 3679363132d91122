//! Signature version 2 in a query, as aws-sdk 2 makes it in most regions.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use http::request::Parts;
use s3s::{S3Error, S3ErrorCode};
use sha1::Sha1;

use super::query::{Parameter, compare, header_text, token, unless_over};
use crate::aws_local::access_keys::AccessKeys;
use crate::aws_local::answer::s3_error;
use crate::aws_local::hosts;
use crate::aws_local::signature::Signer;

/// The signer of a request whose signature is right and not over.
pub fn check(
    request: &Parts,
    parameters: &[Parameter<'_>],
    keys: &AccessKeys,
    now: SystemTime,
) -> Result<Signer, S3Error> {
    let value = |name: &str| {
        let found = parameters.iter().find(|parameter| parameter.name == name);
        found.map(|parameter| parameter.value.as_str()).ok_or_else(|| {
            S3Error::with_message(
                S3ErrorCode::AccessDenied,
                "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
            )
        })
    };
    let access_key = value("AWSAccessKeyId")?;
    let expires = value("Expires")?;
    let end: u32 = expires.parse().map_err(|_| {
        S3Error::with_message(
            S3ErrorCode::AccessDenied,
            format!("Invalid date (should be seconds since epoch): {expires}"),
        )
    })?;
    unless_over(UNIX_EPOCH + Duration::from_secs(end.into()), now)?;

    let secret = keys
        .secret_of(access_key)
        .ok_or_else(|| s3_error(S3ErrorCode::InvalidAccessKeyId))?;
    // What a header says may be said in the query instead.
    let text = |name: &str| match request.headers.contains_key(name) {
        true => header_text(&request.headers, name),
        false => {
            let found = parameters
                .iter()
                .find(|parameter| parameter.name.eq_ignore_ascii_case(name));
            found
                .map(|parameter| parameter.value.clone())
                .unwrap_or_default()
        }
    };
    let in_headers = request.headers.keys().map(|name| name.as_str().to_owned());
    let in_query = parameters
        .iter()
        .map(|parameter| parameter.name.to_ascii_lowercase());
    let mut amazon: Vec<String> = in_headers
        .chain(in_query)
        .filter(|name| name.starts_with("x-amz-"))
        .collect();
    amazon.sort_unstable();
    amazon.dedup();
    let amazon: String = amazon
        .iter()
        .map(|name| format!("{name}:{}\n", text(name)))
        .collect();
    let host = header_text(&request.headers, "host");
    let bucket = hosts::bucket(&host)
        .map(|bucket| format!("/{bucket}"))
        .unwrap_or_default();
    let to_sign = format!(
        "{}\n{}\n{}\n{expires}\n{amazon}{bucket}{}{}",
        request.method,
        text("content-md5"),
        text("content-type"),
        request.uri.path(),
        signed_parameters(parameters),
    );
    let mut mac = match Hmac::<Sha1>::new_from_slice(secret.as_bytes()) {
        Ok(mac) => mac,
        Err(_) => unreachable!("HMAC takes keys of any length"),
    };
    mac.update(to_sign.as_bytes());
    compare(
        &BASE64.encode(mac.finalize().into_bytes()),
        value("Signature")?,
    )?;
    Ok(Signer {
        access_key: access_key.to_owned(),
        token: token(parameters),
        region: None,
    })
}

/// The parameters that version 2 signs, with a leading `?` if there are any.
fn signed_parameters(parameters: &[Parameter<'_>]) -> String {
    const SUBRESOURCES: [&str; 24] = [
        "accelerate",
        "acl",
        "analytics",
        "cors",
        "delete",
        "inventory",
        "lifecycle",
        "location",
        "logging",
        "metrics",
        "notification",
        "partNumber",
        "policy",
        "replication",
        "requestPayment",
        "restore",
        "tagging",
        "torrent",
        "uploadId",
        "uploads",
        "versionId",
        "versioning",
        "versions",
        "website",
    ];
    let mut signed: Vec<String> = Vec::new();
    for parameter in parameters {
        let name = parameter.name.as_str();
        if name.starts_with("response-") {
            signed.push(format!("{name}={}", parameter.value));
        } else if SUBRESOURCES.contains(&name) {
            // aws-sdk 2 signs `tagging` and writes `tagging=`.
            signed.push(parameter.written.trim_end_matches('=').to_owned());
        }
    }
    signed.sort_unstable();
    if signed.is_empty() {
        String::new()
    } else {
        format!("?{}", signed.join("&"))
    }
}
