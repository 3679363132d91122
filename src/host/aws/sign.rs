//! Requests of the services that have no typed client here, sent as the package built them.

use std::borrow::Cow;

use aws_sigv4::http_request::{
    PercentEncodingMode, SignableBody, SignableRequest, SigningSettings, UriPathNormalizationMode,
    sign,
};
use aws_sigv4::sign::v4;
use bytes::Bytes;
use http::header::CONTENT_LENGTH;

use super::client::{Attempt, UNSIGNED};

/// Why a request can't be built.
#[derive(Debug, thiserror::Error)]
pub(super) enum BuildError {
    #[error("{0}")]
    Http(#[from] http::Error),
    #[error("the request can't be signed: the dates of signatures have four digits for the year")]
    Year,
    #[error("the request can't be signed: {0}")]
    Params(#[from] v4::signing_params::BuildError),
    #[error("the request can't be signed: {0}")]
    Signing(#[from] aws_sigv4::http_request::SigningError),
}

/// The request of `attempt`, signed for the service that signs as `name` where there are
/// credentials. Without, the headers stay as the package has them: it may have signed in its own
/// way, as some services' older schemes want it.
pub(super) fn build(attempt: &Attempt, name: &str) -> Result<http::Request<Bytes>, BuildError> {
    let mut request = http::Request::builder()
        .method(attempt.method.as_str())
        .uri(&attempt.url);
    let unsigned = attempt.credentials.is_none();
    for (header, value) in &attempt.headers {
        let theirs = header.eq_ignore_ascii_case("expect") || header.eq_ignore_ascii_case("host");
        if unsigned && !theirs {
            request = request.header(header, value);
        }
    }
    if let Some(credentials) = attempt.credentials.clone() {
        for (header, value) in attempt.own_headers() {
            request = request.header(header, value);
        }
        if attempt.declares_length() {
            request = request.header(CONTENT_LENGTH, attempt.body.len());
        }
        let mut request = request.body(attempt.body.clone())?;
        sign_request(&mut request, attempt, credentials, name)?;
        return Ok(request);
    }
    Ok(request.body(attempt.body.clone())?)
}

fn sign_request(
    request: &mut http::Request<Bytes>,
    attempt: &Attempt,
    credentials: aws_credential_types::Credentials,
    name: &str,
) -> Result<(), BuildError> {
    let mut settings = SigningSettings::default();
    let excluded = settings.excluded_headers.get_or_insert_default();
    excluded.extend(UNSIGNED.map(Cow::Borrowed));
    if name == "s3" {
        // A key is signed as it stands in the path, dots and double slashes included.
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    }
    let identity = credentials.into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(&attempt.region)
        .name(name)
        .time(attempt.time)
        .settings(settings)
        .build()?
        .into();
    let digest = request
        .headers()
        .get("x-amz-content-sha256")
        .and_then(|v| v.to_str().ok());
    let body = match digest {
        Some("UNSIGNED-PAYLOAD") => SignableBody::UnsignedPayload,
        Some(digest) => SignableBody::Precomputed(digest.to_owned()),
        None => SignableBody::Bytes(request.body()),
    };
    let headers = request.headers().iter();
    let headers = headers.filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
    let signable = SignableRequest::new(
        request.method().as_str(),
        attempt.url.as_str(),
        headers,
        body,
    )?;
    let (instructions, _) = sign(signable, &params)?.into_parts();
    instructions.apply_to_request_http1x(request);
    Ok(())
}
