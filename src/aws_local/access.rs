//! Who may do what: the checks that s3s leaves to its user, and those it would make by the real
//! clock instead of segfn's.

use std::sync::Arc;
use std::time::Duration;
use std::time::SystemTime;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use http::HeaderMap;
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
use super::presigned::Signer;

/// How far a request's time may be from ours.
pub const SKEW: Duration = Duration::from_secs(15 * 60);

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

/// The session token in a request's headers.
pub fn header_token(headers: &HeaderMap) -> Option<String> {
    let token = headers.get("x-amz-security-token")?;
    token.to_str().ok().map(str::to_owned)
}

/// Refuses a request whose signature is of another time than `now`. (A presigned one has a time of
/// its own.)
pub fn check_time(request: &Parts, now: SystemTime) -> Result<(), S3Error> {
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

/// The time in a date such as `20200102T030405Z`.
pub fn read_date(date: &str) -> Option<SystemTime> {
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
    use std::time::UNIX_EPOCH;

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
