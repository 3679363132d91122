//! Points in time as events and people write them.

use std::time::Duration;
use std::time::SystemTime;

use toml::value::Datetime;
use toml::value::Offset;

/// The time that `text` names: RFC 3339, with `Z` or an offset.
pub fn parse(text: &str) -> Option<SystemTime> {
    let time: Datetime = text.parse().ok()?;
    time.offset?;
    of(&time)
}

/// The time that a date, and perhaps a time of day, of TOML names; in UTC where it doesn't say.
pub fn of(time: &Datetime) -> Option<SystemTime> {
    let date = time.date?;
    let (hour, minute, second, nanosecond) = match &time.time {
        Some(of_day) => (
            of_day.hour,
            of_day.minute,
            of_day.second.unwrap_or_default(),
            of_day.nanosecond.unwrap_or_default(),
        ),
        None => (0, 0, 0, 0),
    };
    let text = format!(
        "{:04}-{:02}-{:02}T{hour:02}:{minute:02}:{second:02}.{nanosecond:09}Z",
        date.year, date.month, date.day
    );
    let local = humantime::parse_rfc3339(&text).ok()?;
    let minutes = match time.offset {
        Some(Offset::Custom { minutes }) => minutes,
        Some(Offset::Z) | None => 0,
    };
    let offset = Duration::from_secs(u64::from(minutes.unsigned_abs()) * 60);
    if minutes < 0 {
        local.checked_add(offset)
    } else {
        local.checked_sub(offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<String> {
        parse(text).map(|time| humantime::format_rfc3339_millis(time).to_string())
    }

    #[test]
    fn a_time_may_have_an_offset() {
        let noon = Some("2026-01-31T12:00:00.000Z".to_owned());
        assert_eq!(parsed("2026-01-31T12:00:00Z"), noon);
        assert_eq!(parsed("2026-01-31T14:00:00+02:00"), noon);
        assert_eq!(parsed("2026-01-31T08:30:00-03:30"), noon);
        assert_eq!(
            parsed("2026-01-31T12:00:00.1234Z").as_deref(),
            Some("2026-01-31T12:00:00.123Z")
        );
        for bad in [
            "",
            "2026-01-31",
            "2026-01-31T12:00:00",
            "2026-02-30T12:00:00Z",
            "noon",
        ] {
            assert_eq!(parsed(bad), None, "{bad}");
        }
    }
}
