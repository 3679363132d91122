//! Presigned URLs, of both signature versions, and presigned forms.
//!
//! s3s can check them too, but by the real clock, which a frozen one has long left behind; and it
//! doesn't know the version 2 URLs that aws-sdk 2 makes by default, whose headers (the session
//! token first of all) are in the query. So they are checked here, and go on to s3s without their
//! signature.

pub mod form;
mod version_2;
mod version_4;

use std::time::SystemTime;

use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::Uri;
use http::header;
use http::request::Parts;
use s3s::S3Error;
use s3s::S3ErrorCode;
use subtle::ConstantTimeEq;

use super::answer::s3_error;
use super::keys::Keys;

/// Who signed a request.
#[derive(Clone)]
pub struct Signer {
    pub access_key: String,
    pub token: Option<String>,
    pub region: Option<String>,
}

/// One parameter of a query, as it is written and as it is meant.
struct Parameter<'a> {
    written: &'a str,
    name: String,
    value: String,
}

/// Checks the signature of a presigned request, takes it out of the URL and leaves a [`Signer`] in
/// the request's extensions. A request that isn't presigned stays as it is.
///
/// # Errors
/// What AWS answers to a signature that is wrong, over, or not complete.
pub fn admit(request: &mut Parts, keys: &Keys, now: SystemTime) -> Result<(), S3Error> {
    let query = request.uri.query().unwrap_or_default().to_owned();
    let parameters = read(&query);
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

fn read(query: &str) -> Vec<Parameter<'_>> {
    let written = query.split('&').filter(|written| !written.is_empty());
    let parameters = written.flat_map(|written| {
        url::form_urlencoded::parse(written.as_bytes()).map(move |(name, value)| Parameter {
            written,
            name: name.into_owned(),
            value: value.into_owned(),
        })
    });
    parameters.collect()
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

/// The same URL with another query.
pub fn with_query(uri: &Uri, query: &str) -> Result<Uri, S3Error> {
    let path = uri.path();
    let path_and_query = if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(
        path_and_query
            .parse()
            .map_err(|_| s3_error(S3ErrorCode::InvalidURI))?,
    );
    Uri::from_parts(parts).map_err(|_| s3_error(S3ErrorCode::InvalidURI))
}

fn token(parameters: &[Parameter<'_>]) -> Option<String> {
    let found = parameters
        .iter()
        .find(|parameter| parameter.name.eq_ignore_ascii_case("x-amz-security-token"));
    found.map(|parameter| parameter.value.clone())
}

/// A header's values as they are signed.
fn header_text(headers: &HeaderMap, name: &str) -> String {
    let values = headers
        .get_all(name)
        .iter()
        .map(|value| String::from_utf8_lossy(value.as_bytes()));
    let trimmed = values.map(|value| value.split_whitespace().collect::<Vec<_>>().join(" "));
    trimmed.collect::<Vec<_>>().join(",")
}

fn unless_over(end: SystemTime, now: SystemTime) -> Result<(), S3Error> {
    if now > end {
        return Err(S3Error::with_message(
            S3ErrorCode::AccessDenied,
            "Request has expired",
        ));
    }
    Ok(())
}

fn compare(computed: &str, given: &str) -> Result<(), S3Error> {
    if bool::from(computed.as_bytes().ct_eq(given.as_bytes())) {
        return Ok(());
    }
    Err(s3_error(S3ErrorCode::SignatureDoesNotMatch))
}
