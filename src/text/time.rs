//! Points in time as events and people write them.

use std::fmt;
use std::time::Duration;
use std::time::SystemTime;

use serde::Deserialize;
use serde::Deserializer;
use serde::de::IgnoredAny;
use serde::de::SeqAccess;
use serde_json::value::RawValue;
use toml::value::Datetime;
use toml::value::Offset;

/// What a frozen clock says for an event that has no time of its own: 2024-01-01T00:00:00Z, as time
/// since 1970.
const DEFAULT: Duration = Duration::from_secs(1_704_067_200);

/// When an event is taken to have happened that doesn't say so.
pub fn default() -> SystemTime {
    SystemTime::UNIX_EPOCH + DEFAULT
}

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
pub fn of_event(json: &str) -> Option<SystemTime> {
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

    #[test]
    fn an_event_says_when_it_was() {
        let of = |json: &str| {
            of_event(json).map(|time| humantime::format_rfc3339_seconds(time).to_string())
        };
        let (one, two) = ("2026-01-31T12:00:01Z", "2026-01-31T12:00:02Z");
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
}
