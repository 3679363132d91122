//! Times as s3s has them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use s3s::dto::Timestamp;

/// The end of the year 9999, in seconds since 1970. s3s knows no later times, and panics.
const LAST: u64 = 253_402_300_799;

/// The time as s3s has it, from 1970 to 9999: the nearest one there is.
pub fn timestamp(time: SystemTime) -> Timestamp {
    let last = UNIX_EPOCH + Duration::from_secs(LAST);
    Timestamp::from(time.clamp(UNIX_EPOCH, last))
}

/// The same without what is less than a second: S3 keeps whole seconds.
pub fn whole_seconds(time: SystemTime) -> Timestamp {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    timestamp(UNIX_EPOCH + Duration::from_secs(since.as_secs()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::time;

    #[test]
    fn times_that_s3s_does_not_know_do_not_panic() {
        let at = |text: &str| time::parse(text).expect("a time");
        for (given, known) in [
            ("-271821-04-20T00:00:00.5Z", "1970-01-01T00:00:00Z"),
            ("1969-12-31T23:59:59.5Z", "1970-01-01T00:00:00Z"),
            ("2026-01-31T12:00:00.5Z", "2026-01-31T12:00:00Z"),
            ("+010000-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
            ("+275760-09-13T00:00:00Z", "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(whole_seconds(at(given)), Timestamp::from(at(known)));
        }
    }
}
