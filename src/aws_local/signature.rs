//! What every way to sign a request has: who signed, and when.

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use jiff::Timestamp;

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
pub fn parse_date(date: &str) -> Option<SystemTime> {
    let as_written = |(at, byte): (usize, u8)| match at {
        8 => byte == b'T',
        15 => byte == b'Z',
        at => at < 15 && byte.is_ascii_digit(),
    };
    let complete = date.len() == 16 && date.bytes().enumerate().all(as_written);
    let time: Timestamp = complete.then(|| date.parse().ok()).flatten()?;
    SystemTime::try_from(time).ok()
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    #[test]
    fn dates_of_signatures() {
        let time = UNIX_EPOCH + Duration::from_secs(1_577_934_245);
        assert_eq!(parse_date("20200102T030405Z"), Some(time));
        for wrong in [
            "",
            "20200102",
            "20201302T030405Z",
            "2020-01-02T03:04",
            "+0100000101T0000",
            "äääääääT030405Z",
        ] {
            assert_eq!(parse_date(wrong), None, "{wrong:?}");
        }
    }
}
