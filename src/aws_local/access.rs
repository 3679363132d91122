//! Who may do what: the checks that s3s leaves to its user, and those it would make by the real
//! clock instead of segfn's.

use std::sync::Arc;
use std::time::SystemTime;

use http::request::Parts;
use http::{HeaderMap, header};
use s3s::access::{S3Access, S3AccessContext};
use s3s::auth::{S3Auth, SecretKey};
use s3s::{S3Error, S3ErrorCode, S3Result};

use super::access_keys::{AccessKeys, Refusal};
use super::answer::s3_error;
use super::limits::LARGEST_DOCUMENT;
use super::signature::{SKEW, Signer, header_token, parse_date};
use super::time_source::TimeSource;

/// Gives s3s the secrets to check signatures with.
pub struct Auth(pub Arc<AccessKeys>);

#[async_trait::async_trait]
impl S3Auth for Auth {
    async fn get_secret_key(&self, access_key: &str) -> S3Result<SecretKey> {
        let secret = self
            .0
            .secret_of(access_key)
            .ok_or_else(|| s3_error(S3ErrorCode::InvalidAccessKeyId))?;
        Ok(SecretKey::from(secret))
    }
}

/// Lets in to S3 whoever holds a valid session: the keys of the embedded AWS have all rights there.
pub struct Access {
    pub keys: Arc<AccessKeys>,
    pub clock: TimeSource,
}

#[async_trait::async_trait]
impl S3Access for Access {
    async fn check(&self, context: &mut S3AccessContext<'_>) -> S3Result<()> {
        check_size(context.s3_op().name(), context.headers())?;
        // What was signed elsewhere than in the headers was read before s3s had it.
        let signer = match context.extensions_mut().get::<Signer>().cloned() {
            None => context.credentials().map(|credentials| Signer {
                access_key: credentials.access_key.clone(),
                token: header_token(context.headers()),
                region: None,
            }),
            elsewhere => elsewhere,
        };
        let Some(signer) = signer else {
            return Err(s3_error(S3ErrorCode::AccessDenied));
        };
        match self
            .keys
            .holder(&signer.access_key, signer.token.as_deref(), (self.clock)())
        {
            Ok(_) => Ok(()),
            Err(Refusal::NoToken) => Err(s3_error(S3ErrorCode::InvalidAccessKeyId)),
            Err(Refusal::WrongToken) => Err(s3_error(S3ErrorCode::InvalidToken)),
            Err(Refusal::Expired) => Err(s3_error(S3ErrorCode::ExpiredToken)),
        }
    }
}

/// Refuses a document that is larger than S3 takes, which s3s would call an internal error. Only
/// the bytes of objects may be more.
fn check_size(operation: &str, headers: &HeaderMap) -> S3Result<()> {
    if matches!(operation, "PutObject" | "UploadPart" | "PostObject") {
        return Ok(());
    }
    let number = |name| headers.get(name)?.to_str().ok()?.parse::<u64>().ok();
    let length = number("x-amz-decoded-content-length").or_else(|| number("content-length"));
    match length {
        Some(length) if length > LARGEST_DOCUMENT => {
            Err(s3_error(S3ErrorCode::MaxMessageLengthExceeded))
        }
        None if headers.contains_key(header::TRANSFER_ENCODING) => {
            Err(s3_error(S3ErrorCode::MissingContentLength))
        }
        _ => Ok(()),
    }
}

/// Refuses a request whose signature is of another time than `now`. (A presigned one has a time of
/// its own.)
pub fn check_time(request: &Parts, now: SystemTime) -> Result<(), S3Error> {
    if request.headers.contains_key(header::AUTHORIZATION)
        && let Some(made) = request
            .headers
            .get("x-amz-date")
            .and_then(|date| parse_date(date.to_str().ok()?))
        && (made > now + SKEW || made + SKEW < now)
    {
        return Err(s3_error(S3ErrorCode::RequestTimeTooSkewed));
    }
    Ok(())
}
