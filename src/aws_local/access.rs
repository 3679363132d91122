//! Who may do what: the checks that s3s leaves to its user, and those it would make by the real
//! clock instead of segfn's.

use std::sync::Arc;
use std::time::Duration;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use http::HeaderMap;
use http::Uri;
use http::request::Parts;
use s3s::S3Error;
use s3s::S3ErrorCode;
use s3s::S3Result;
use s3s::access::S3Access;
use s3s::access::S3AccessContext;
use s3s::auth::S3Auth;
use s3s::auth::SecretKey;

use super::Clock;
use super::answer::s3_error;
use super::keys::Keys;
use super::keys::Refusal;

/// How far a request's time may be from ours.
const SKEW: Duration = Duration::from_secs(15 * 60);

/// The longest life of a presigned URL, in seconds.
const LONGEST_LIFE: u64 = 604_800;

/// Gives s3s the secrets to check signatures with.
pub struct Auth(pub Arc<Keys>);

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
    pub keys: Arc<Keys>,
    pub clock: Clock,
}

#[async_trait::async_trait]
impl S3Access for Access {
    async fn check(&self, context: &mut S3AccessContext<'_>) -> S3Result<()> {
        let Some(credentials) = context.credentials() else {
            return Err(s3_error(S3ErrorCode::AccessDenied));
        };
        // A form carries its token in a field that s3s doesn't show; its signature was checked.
        if context.s3_op().name() == "PostObject" {
            return Ok(());
        }
        let token = session_token(context.headers(), context.uri());
        match self
            .keys
            .holder(&credentials.access_key, token.as_deref(), (self.clock)())
        {
            Ok(_) => Ok(()),
            Err(Refusal::NoToken) => Err(s3_error(S3ErrorCode::InvalidAccessKeyId)),
            Err(Refusal::WrongToken) => Err(s3_error(S3ErrorCode::InvalidToken)),
            Err(Refusal::Expired) => Err(s3_error(S3ErrorCode::ExpiredToken)),
        }
    }
}

/// The session token of a request, from its header or its query.
pub fn session_token(headers: &HeaderMap, uri: &Uri) -> Option<String> {
    match headers.get("x-amz-security-token") {
        Some(token) => token.to_str().ok().map(str::to_owned),
        None => query(uri, "x-amz-security-token"),
    }
}

fn query(uri: &Uri, wanted: &str) -> Option<String> {
    url::form_urlencoded::parse(uri.query()?.as_bytes())
        .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
        .map(|(_, value)| value.into_owned())
}

/// Refuses a signed request whose time is too far from `now`, or a presigned one that is over.
pub fn check_time(request: &Parts, now: SystemTime) -> Result<(), S3Error> {
    let uri = &request.uri;
    if query(uri, "x-amz-signature").is_some() {
        let made = query(uri, "x-amz-date").and_then(|date| read_date(&date));
        let life = query(uri, "x-amz-expires").and_then(|seconds| seconds.parse::<u64>().ok());
        let (Some(made), Some(life)) = (made, life) else {
            return Ok(());
        };
        if life > LONGEST_LIFE {
            return Err(S3Error::with_message(
                S3ErrorCode::AuthorizationQueryParametersError,
                format!(
                    "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be \
                     less than {LONGEST_LIFE} seconds"
                ),
            ));
        }
        if made > now + SKEW {
            return Err(S3Error::with_message(
                S3ErrorCode::AccessDenied,
                "Request is not valid yet",
            ));
        }
        return unless_over(made + Duration::from_secs(life), now);
    }
    if query(uri, "signature").is_some()
        && let Some(end) = query(uri, "expires").and_then(|seconds| seconds.parse::<u32>().ok())
    {
        return unless_over(UNIX_EPOCH + Duration::from_secs(end.into()), now);
    }
    if request.headers.contains_key(http::header::AUTHORIZATION)
        && let Some(made) = request
            .headers
            .get("x-amz-date")
            .and_then(|date| read_date(date.to_str().ok()?))
        && (made > now + SKEW || made + SKEW < now)
    {
        return Err(s3_error(S3ErrorCode::RequestTimeTooSkewed));
    }
    Ok(())
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

/// The time in a date such as `20200102T030405Z`.
fn read_date(date: &str) -> Option<SystemTime> {
    let digits = |range: std::ops::Range<usize>| date.get(range);
    if date.len() != 16 {
        return None;
    }
    let dashed = format!(
        "{}-{}-{}{}:{}:{}",
        digits(0..4)?,
        digits(4..6)?,
        digits(6..8)?,
        digits(8..11)?,
        digits(11..13)?,
        digits(13..16)?
    );
    SystemTime::try_from(DateTime::from_str(&dashed, Format::DateTime).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_signatures() {
        let time = UNIX_EPOCH + Duration::from_secs(1_577_934_245);
        assert_eq!(read_date("20200102T030405Z"), Some(time));
        for wrong in [
            "",
            "20200102",
            "20201302T030405Z",
            "2020-01-02T03:04",
            "äääääääT030405Z",
        ] {
            assert_eq!(read_date(wrong), None, "{wrong:?}");
        }
    }
}
