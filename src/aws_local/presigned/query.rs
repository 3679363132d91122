//! The parameters of a query, and what of a request is signed by both versions.

use std::time::SystemTime;

use http::{HeaderMap, Uri};
use s3s::{S3Error, S3ErrorCode};
use subtle::ConstantTimeEq;

use crate::aws_local::answer::s3_error;

/// One parameter of a query, as it is written and as it is meant.
pub struct Parameter<'a> {
    pub written: &'a str,
    pub name: String,
    pub value: String,
}

impl<'a> Parameter<'a> {
    /// The parameters of a query, in its order.
    pub fn parse(query: &'a str) -> Vec<Parameter<'a>> {
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

/// The session token among the parameters.
pub fn token(parameters: &[Parameter<'_>]) -> Option<String> {
    let found = parameters
        .iter()
        .find(|parameter| parameter.name.eq_ignore_ascii_case("x-amz-security-token"));
    found.map(|parameter| parameter.value.clone())
}

/// A header's values as they are signed.
pub fn header_text(headers: &HeaderMap, name: &str) -> String {
    let values = headers
        .get_all(name)
        .iter()
        .map(|value| String::from_utf8_lossy(value.as_bytes()));
    let trimmed = values.map(|value| value.split_whitespace().collect::<Vec<_>>().join(" "));
    trimmed.collect::<Vec<_>>().join(",")
}

/// Refuses what ended before `now`.
pub fn unless_over(end: SystemTime, now: SystemTime) -> Result<(), S3Error> {
    if now > end {
        return Err(S3Error::with_message(
            S3ErrorCode::AccessDenied,
            "Request has expired",
        ));
    }
    Ok(())
}

/// Refuses a signature that is not the one computed, in a time that tells nothing of it.
pub fn compare(computed: &str, given: &str) -> Result<(), S3Error> {
    if bool::from(computed.as_bytes().ct_eq(given.as_bytes())) {
        return Ok(());
    }
    Err(s3_error(S3ErrorCode::SignatureDoesNotMatch))
}
