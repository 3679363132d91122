//! Lets presigned requests in.

use std::time::SystemTime;

use http::request::Parts;
use http::{HeaderName, HeaderValue, header};
use s3s::{S3Error, S3ErrorCode};

use super::query::{Parameter, with_query};
use super::{version_2, version_4};
use crate::aws_local::access_keys::AccessKeys;

/// Checks the signature of a presigned request, takes it out of the URL and leaves a [`Signer`](crate::aws_local::signature::Signer) in
/// the request's extensions. A request that isn't presigned stays as it is.
///
/// # Errors
/// What AWS answers to a signature that is wrong, over, or not complete.
pub fn admit(request: &mut Parts, keys: &AccessKeys, now: SystemTime) -> Result<(), S3Error> {
    let query = request.uri.query().unwrap_or_default().to_owned();
    let parameters = Parameter::parse(&query);
    let signature = |name: &str| parameters.iter().any(|parameter| parameter.name == name);
    let signer = if signature("X-Amz-Signature") {
        version_4::check(request, &parameters, keys, now)?
    } else if signature("Signature") {
        version_2::check(request, &parameters, keys, now)?
    } else {
        return Ok(());
    };
    if request.headers.contains_key(header::AUTHORIZATION) {
        return Err(S3Error::with_message(
            S3ErrorCode::InvalidArgument,
            "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string \
             parameter or the Authorization header should be specified",
        ));
    }
    let mut kept = Vec::new();
    for parameter in &parameters {
        if is_of_signature(&parameter.name) {
            continue;
        }
        if as_header(&parameter.name) {
            let named = HeaderName::from_bytes(parameter.name.as_bytes());
            if let (Ok(name), Ok(value)) = (named, HeaderValue::from_str(&parameter.value)) {
                request.headers.entry(name).or_insert(value);
            }
        } else {
            kept.push(parameter.written);
        }
    }
    request.uri = with_query(&request.uri, &kept.join("&"))?;
    request.extensions.insert(signer);
    Ok(())
}

/// Whether a parameter is part of the signature, and nothing else.
fn is_of_signature(name: &str) -> bool {
    const NAMES: [&str; 10] = [
        "X-Amz-Algorithm",
        "X-Amz-Credential",
        "X-Amz-Date",
        "X-Amz-Expires",
        "X-Amz-SignedHeaders",
        "X-Amz-Signature",
        "X-Amz-Content-Sha256",
        "AWSAccessKeyId",
        "Expires",
        "Signature",
    ];
    NAMES.contains(&name) || name.eq_ignore_ascii_case("x-amz-security-token")
}

/// Whether a parameter stands for the header of that name.
fn as_header(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("x-amz-")
        || matches!(
            name.as_str(),
            "content-type" | "content-md5" | "cache-control"
        )
}
