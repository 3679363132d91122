//! Points in time as events and people write them.
//!
//! jiff knows the years from -9999 to 9999, and JavaScript those from -271821 to 275760. The calendar
//! repeats after 400 years, so a time is read and written in the years from 2000 to 2399, and only
//! the number of the year is another.

use std::fmt;
use std::time::{Duration, SystemTime};

use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};
use serde::de::{IgnoredAny, SeqAccess};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use toml::value::Datetime;

/// The years after which the calendar repeats, weekdays included.
const ERA: i64 = 400;

/// Seconds of an era.
const ERA_SECONDS: i64 = 146_097 * 24 * 60 * 60;

/// The first year of the era in which jiff is asked.
const HOME: i64 = 2000;

/// 2000-01-01T00:00:00Z, in seconds since 1970.
const HOME_SECONDS: i64 = 946_684_800;

/// What a frozen clock says for an event that has no time of its own: 2024-01-01T00:00:00Z, as time
/// since 1970.
const DEFAULT: Duration = Duration::from_secs(1_704_067_200);

/// When an event is taken to have happened that doesn't say so.
pub fn default() -> SystemTime {
    SystemTime::UNIX_EPOCH + DEFAULT
}

/// The time that is `seconds` and `nanoseconds` from 1970; `None` where the system's clock ends.
fn from_parts(seconds: i64, nanoseconds: u32) -> Option<SystemTime> {
    let whole = Duration::from_secs(seconds.unsigned_abs());
    let time = match seconds < 0 {
        true => SystemTime::UNIX_EPOCH.checked_sub(whole),
        false => SystemTime::UNIX_EPOCH.checked_add(whole),
    };
    time?.checked_add(Duration::from_nanos(nanoseconds.into()))
}

/// Seconds from 1970, rounded down, and the nanoseconds beyond.
fn parts(time: SystemTime) -> (i64, u32) {
    let seconds = |time: Duration| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => (seconds(since), since.subsec_nanos()),
        Err(before) => match before.duration() {
            before if before.subsec_nanos() == 0 => (-seconds(before), 0),
            before => (-seconds(before) - 1, 1_000_000_000 - before.subsec_nanos()),
        },
    }
}

/// The time that is `millis` from 1970, as JavaScript counts.
pub fn from_millis(millis: i64) -> SystemTime {
    let nanoseconds = millis.rem_euclid(1000) as u32 * 1_000_000;
    // All that fits into milliseconds fits into the system's seconds.
    from_parts(millis.div_euclid(1000), nanoseconds).unwrap_or(SystemTime::UNIX_EPOCH)
}

/// Milliseconds from 1970, rounded down; the nearest that there are for times beyond.
pub fn to_millis(time: SystemTime) -> i64 {
    let (seconds, nanoseconds) = parts(time);
    let millis = i128::from(seconds) * 1000 + i128::from(nanoseconds / 1_000_000);
    let nearest = if seconds < 0 { i64::MIN } else { i64::MAX };
    i64::try_from(millis).unwrap_or(nearest)
}

/// The time that `text` names: RFC 3339, with `Z` or an offset. The year may have a sign and six
/// digits, as JavaScript writes it beyond 9999 and before 0.
pub fn parse(text: &str) -> Option<SystemTime> {
    let digits = match text.starts_with(['+', '-']) {
        true => 7,
        false => 4,
    };
    let (year, rest) = text.split_at_checked(digits)?;
    let year: i64 = year.parse().ok()?;
    if !rest.starts_with('-') {
        return None;
    }
    let home = HOME + year.rem_euclid(ERA);
    let time: Timestamp = format!("{home}{rest}").parse().ok()?;
    // jiff rounds towards zero, and no time is before zero here.
    let seconds = time.as_second() + (year - home) / ERA * ERA_SECONDS;
    from_parts(seconds, time.subsec_nanosecond().unsigned_abs())
}

/// The time that a date, and perhaps a time of day, of TOML names; in UTC where it doesn't say.
pub fn from_toml(time: &Datetime) -> Option<SystemTime> {
    time.date?;
    let of_day = if time.time.is_some() { "" } else { "T00:00:00" };
    let zone = if time.offset.is_some() { "" } else { "Z" };
    parse(&format!("{time}{of_day}{zone}"))
}

/// The time as JavaScript's `toISOString` writes it: in UTC, with milliseconds.
pub fn to_iso(time: SystemTime) -> String {
    let (seconds, nanoseconds) = parts(time);
    let from_home = seconds.saturating_sub(HOME_SECONDS);
    let home = HOME_SECONDS + from_home.rem_euclid(ERA_SECONDS);
    // A second of the home era is always one that jiff knows.
    let home = Timestamp::from_second(home).unwrap_or(Timestamp::UNIX_EPOCH);
    let home = Offset::UTC.to_datetime(home);
    let year = i64::from(home.year()) + from_home.div_euclid(ERA_SECONDS) * ERA;
    let mut iso = String::with_capacity("+275760-09-13T00:00:00.000Z".len());
    let mut put = |before: &str, number: i64, digits: u32| {
        iso.push_str(before);
        for place in (0..digits).rev() {
            let digit = number.unsigned_abs() / 10_u64.pow(place) % 10;
            iso.push(char::from(b'0' + digit as u8));
        }
    };
    match year {
        0..=9999 => put("", year, 4),
        ..0 => put("-", year, 6),
        _ => put("+", year, 6),
    }
    put("-", home.month().into(), 2);
    put("-", home.day().into(), 2);
    put("T", home.hour().into(), 2);
    put(":", home.minute().into(), 2);
    put(":", home.second().into(), 2);
    put(".", (nanoseconds / 1_000_000).into(), 3);
    iso.push('Z');
    iso
}

/// Whether the year of `time` is one from 0 to 9999, in UTC.
pub fn has_four_digits(time: SystemTime) -> bool {
    to_iso(time).len() == "2024-01-01T00:00:00.000Z".len()
}

/// A length of time as people write it: `90s`, `10m`, `1h 30m`, `7d`. A day has 24 hours.
pub fn parse_duration(text: &str) -> Option<Duration> {
    let span: Span = text.parse().ok()?;
    let time: SignedDuration = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    Duration::try_from(time).ok()
}

/// What of an event says when it was.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Times<'e> {
    #[serde(borrow)]
    received_at: Option<&'e RawValue>,
    #[serde(borrow)]
    timestamp: Option<&'e RawValue>,
    #[serde(borrow)]
    sent_at: Option<&'e RawValue>,
    #[serde(borrow)]
    original_timestamp: Option<&'e RawValue>,
}

/// When the platform had an event, or else when it was; of a batch, its first event. `None` where
/// it doesn't say so.
pub fn from_event(json: &str) -> Option<SystemTime> {
    let times = if json.trim_start().starts_with('[') {
        First::deserialize(&mut serde_json::Deserializer::from_str(json))
            .ok()?
            .0?
    } else {
        serde_json::from_str::<Times>(json).ok()?
    };
    [
        times.received_at,
        times.timestamp,
        times.sent_at,
        times.original_timestamp,
    ]
    .into_iter()
    .flatten()
    // What is no text says nothing, and the next may.
    .find_map(|time| parse(&serde_json::from_str::<String>(time.get()).ok()?))
}

/// The first item of a list.
struct First<'e>(Option<Times<'e>>);

impl<'de> Deserialize<'de> for First<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = First<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                formatter.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<First<'de>, A::Error> {
                let first = items.next_element()?;
                while items.next_element::<IgnoredAny>()?.is_some() {}
                Ok(First(first))
            }
        }
        deserializer.deserialize_seq(Visitor)
    }
}

/// The time that lies a length of time before `time`, such as `7d`, `3 months` or `1y`.
pub fn before(time: SystemTime, text: &str) -> Option<SystemTime> {
    let span: Span = text.parse().ok()?;
    let time = Timestamp::try_from(time)
        .ok()?
        .to_zoned_datetime(TimeZone::UTC);
    let earlier = time
        .checked_sub(span)
        .ok()
        .filter(|_| !span.is_negative())?;
    SystemTime::try_from(earlier.timestamp()).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(text: &str) -> Option<String> {
        parse(text).map(to_iso)
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
            "2100-02-29T12:00:00Z",
            "20260131T120000Z",
            "noon",
            "+1-01-01T00:00:00Z",
            "ääää-01-01T00:00:00Z",
        ] {
            assert_eq!(parsed(bad), None, "{bad}");
        }
    }

    /// Milliseconds from 1970, and what `new Date(…).toISOString()` is in Node.
    const DATES: [(i64, &str); 12] = [
        (-8_640_000_000_000_000, "-271821-04-20T00:00:00.000Z"),
        (-377_705_116_800_001, "-010000-12-31T23:59:59.999Z"),
        (-62_198_755_200_000, "-000001-01-01T00:00:00.000Z"),
        (-62_167_219_200_001, "-000001-12-31T23:59:59.999Z"),
        (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
        (-7_200_000, "1969-12-31T22:00:00.000Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
        (0, "1970-01-01T00:00:00.000Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        (253_402_300_800_000, "+010000-01-01T00:00:00.000Z"),
        (8_640_000_000_000_000, "+275760-09-13T00:00:00.000Z"),
    ];

    #[test]
    fn any_date_of_javascript_is_written_and_read_as_javascript_does() {
        for (millis, text) in DATES {
            let time = from_millis(millis);
            assert_eq!(to_iso(time), text);
            assert_eq!(parse(text), Some(time), "{text}");
            assert_eq!(to_millis(time), millis);
        }
        assert_eq!(
            parsed("9999-12-31T23:59:59-02:00").as_deref(),
            Some("+010000-01-01T01:59:59.000Z")
        );
        // Beyond them there is nothing to compare with, but nothing to fear either.
        for millis in [i64::MIN, i64::MAX] {
            assert_eq!(to_millis(from_millis(millis)), millis);
            assert!(to_iso(from_millis(millis)).ends_with('Z'));
        }
    }

    #[test]
    fn a_date_of_toml_may_leave_out_what_it_does_not_know() {
        for (toml, iso) in [
            ("2026-01-31T14:00:00+02:00", "2026-01-31T12:00:00.000Z"),
            ("2026-01-31T12:00:00", "2026-01-31T12:00:00.000Z"),
            ("2026-01-31 12:00:00.5", "2026-01-31T12:00:00.500Z"),
            ("2026-01-31T12:00Z", "2026-01-31T12:00:00.000Z"),
            ("2026-01-31", "2026-01-31T00:00:00.000Z"),
        ] {
            let time: Datetime = toml.parse().expect("a date");
            assert_eq!(from_toml(&time).map(to_iso).as_deref(), Some(iso), "{toml}");
        }
        assert_eq!(from_toml(&"12:00:00".parse().expect("a time")), None);
    }

    #[test]
    fn a_length_of_time_has_units() {
        for (text, seconds) in [("7d", 604_800), ("1h 30m", 5400), ("2 weeks", 1_209_600)] {
            let time = parse_duration(text);
            assert_eq!(time, Some(Duration::from_secs(seconds)), "{text}");
        }
        assert_eq!(parse_duration("500ms"), Some(Duration::from_millis(500)));
        for bad in ["", "7", "d", "-7d", "7 days ago", "99999999999999999999s"] {
            assert_eq!(parse_duration(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_time_lies_before_another_by_months_too() {
        let now = parse("2024-03-31T12:00:00Z").expect("a time");
        for (text, expected) in [
            ("7d", Some("2024-03-24T12:00:00.000Z")),
            ("90m", Some("2024-03-31T10:30:00.000Z")),
            ("1 month", Some("2024-02-29T12:00:00.000Z")),
            ("2y", Some("2022-03-31T12:00:00.000Z")),
            ("-7d", None),
            ("99999y", None),
            ("soon", None),
        ] {
            assert_eq!(before(now, text).map(to_iso).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn an_event_says_when_it_was() {
        let of = |json: &str| from_event(json).map(to_iso);
        let (one, two) = ("2026-01-31T12:00:01.000Z", "2026-01-31T12:00:02.000Z");
        let event =
            format!(r#"{{"timestamp":"{one}","receivedAt":"{two}","x":{{"timestamp":1}}}}"#);
        assert_eq!(of(&event).as_deref(), Some(two));
        let batch = format!(r#" [{{"receivedAt":"soon","sentAt":"{one}"}}, {event}]"#);
        assert_eq!(of(&batch).as_deref(), Some(one));
        let odd = format!(r#"{{"receivedAt":7,"timestamp":"{one}"}}"#);
        assert_eq!(of(&odd).as_deref(), Some(one));
        for none in ["{}", "[]", "1", "{", r#"{"timestamp":12}"#, r#"[1]"#] {
            assert_eq!(of(none), None, "{none}");
        }
    }

    proptest! {
        #[test]
        fn any_time_of_javascript_is_read_back(millis in -8_640_000_000_000_000_i64..=8_640_000_000_000_000) {
            let time = from_millis(millis);
            prop_assert_eq!(to_millis(time), millis);
            prop_assert_eq!(parse(&to_iso(time)), Some(time));
        }

        #[test]
        fn an_offset_moves_a_time(minutes in -1439_i64..=1439, millis in any::<i32>()) {
            let local = to_iso(from_millis(i64::from(millis) * 1000 * 60));
            let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
            let sign = if minutes < 0 { '-' } else { '+' };
            let text = local.replace('Z', &format!("{sign}{hours:02}:{rest:02}"));
            let utc = (i64::from(millis) - minutes) * 60_000;
            prop_assert_eq!(parse(&text).map(to_millis), Some(utc), "{}", text);
        }

        #[test]
        fn any_text_is_a_time_or_none(text in prop_oneof!["[-+0-9TZ:. ]{0,30}", any::<String>()]) {
            if let Some(time) = parse(&text) {
                prop_assert!(to_iso(time).ends_with('Z'));
            }
            let _ = parse_duration(&text);
        }
    }
}
