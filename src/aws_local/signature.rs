//! What every way to sign a request has: who signed, and when.

use std::time::{Duration, SystemTime};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use http::HeaderMap;

/// How far a request's time may be from ours.
pub const SKEW: Duration = Duration::from_secs(15 * 60);

/// Who signed a request.
#[derive(Clone)]
pub struct Signer {
    pub access_key: String,
    pub token: Option<String>,
    pub region: Option<String>,
}

/// The session token in a request's headers.
pub fn header_token(headers: &HeaderMap) -> Option<String> {
    let token = headers.get("x-amz-security-token")?;
    token.to_str().ok().map(str::to_owned)
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
