//! What the platform puts on an event when it arrives (docs/serve.md has the rules and their sources).

use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, SystemTime};

use crate::json::{Json, JsonObject};
use crate::random;
use crate::text::time;

use super::parse::LARGEST_EVENT;

/// The version of the Tracking API that every current sample names.
const VERSION: u64 = 2;

/// How long the part of a message's id is that is drawn.
const ID_LENGTH: usize = 22;

/// The longest id of a message, in characters.
const LONGEST_ID: usize = 100;

const ALPHABET: &[u8; 62] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// Names of libraries on phones begin with one of these, after `analytics-` or `@segment/analytics-`.
const MOBILE: [&str; 7] = [
    "android",
    "ios",
    "kotlin",
    "swift",
    "react-native",
    "flutter",
    "csharp-xamarin",
];

/// Who sent an event.
#[derive(Clone, Copy, Debug)]
pub struct Sender {
    /// The other end of the connection, or what a proxy says that was.
    pub ip: IpAddr,
    pub received: SystemTime,
}

/// Puts on what the platform does. `received` is the time of the sender as a text.
pub fn enrich(event: &mut JsonObject, sender: &Sender, received: &str) {
    let library = event
        .get("context")
        .and_then(|context| context.pointer("/library/name"));
    let channel = channel_of(library.and_then(Json::as_str).unwrap_or_default());
    if event
        .get("messageId")
        .and_then(Json::as_str)
        .is_none_or(str::is_empty)
    {
        event.insert("messageId", message_id());
    }
    if !event.get("integrations").is_some_and(Json::is_object) {
        event.insert("integrations", JsonObject::new());
    }
    if !event.get("context").is_some_and(Json::is_object) {
        event.insert("context", JsonObject::new());
    }
    if let Some(context) = event.get_mut("context").and_then(Json::as_object_mut) {
        let direct = context.get("direct") == Some(&Json::Bool(true));
        if (channel != "server" || direct)
            && !context.contains_key("ip")
            && let Some(ip) = ipv4(sender.ip)
        {
            context.insert("ip", ip.to_string());
        }
    }
    set_times(event, sender.received, received);
    if !event.contains_key("channel") {
        event.insert("channel", channel);
    }
    event.insert("receivedAt", received);
    if !event.contains_key("version") {
        event.insert("version", Json::from(VERSION));
    }
}

/// `timestamp` is when it happened by our clock: the client's may be wrong, but both of its times are
/// wrong by the same.
fn set_times(event: &mut JsonObject, received: SystemTime, received_text: &str) {
    let text = |name: &str| event.get(name).and_then(Json::as_str).map(str::to_owned);
    let sent = text("sentAt").and_then(|text| time::parse(&text));
    let original = text("timestamp")
        .or_else(|| text("originalTimestamp"))
        .or_else(|| text("sentAt"))
        .unwrap_or_else(|| received_text.to_owned());
    let happened = match (sent, time::parse(&original)) {
        (Some(sent), Some(original)) => Some(match sent.duration_since(original) {
            Ok(earlier) => before(received, earlier),
            Err(later) => received.checked_add(later.duration()).unwrap_or(received),
        }),
        (None, original) => original,
        (Some(_), None) => None,
    };
    let timestamp = happened.map_or_else(|| received_text.to_owned(), time::to_iso);
    event.insert("originalTimestamp", original);
    event.insert("timestamp", timestamp);
}

fn before(time: SystemTime, earlier: Duration) -> SystemTime {
    time.checked_sub(earlier).unwrap_or(time)
}

fn ipv4(ip: IpAddr) -> Option<Ipv4Addr> {
    match ip {
        IpAddr::V4(ip) => Some(ip),
        IpAddr::V6(ip) => ip.to_ipv4_mapped(),
    }
}

fn channel_of(library: &str) -> &'static str {
    let name = library.strip_prefix("@segment/").unwrap_or(library);
    let name = name.strip_prefix("analytics-").unwrap_or(name);
    if library == "analytics.js" {
        "client"
    } else if MOBILE.iter().any(|known| name.starts_with(known)) {
        "mobile"
    } else {
        "server"
    }
}

/// `api-` and 22 letters and digits, as the platform makes them.
fn message_id() -> String {
    // A system without randomness still has a clock.
    let bytes: [u8; ID_LENGTH] = random::from_system().unwrap_or_else(|_| {
        let now = time::to_millis(SystemTime::now()).to_le_bytes();
        std::array::from_fn(|index| now[index % now.len()])
    });
    let letters = bytes.map(|byte| char::from(ALPHABET[usize::from(byte) % ALPHABET.len()]));
    format!("api-{}", String::from_iter(letters))
}

/// Why the platform would take the event from the client and drop it, if it would.
pub fn fault_of(event: &JsonObject, size: usize) -> Option<&'static str> {
    let has = |name: &str| match event.get(name) {
        Some(Json::String(text)) => !text.is_empty(),
        Some(Json::Number(_)) => true,
        _ => false,
    };
    if size > LARGEST_EVENT {
        return Some("the event is larger than 32 KB");
    }
    if !event.get("type").is_some_and(Json::is_string) {
        return Some("the event has no `type`");
    }
    if !has("userId") && !has("anonymousId") {
        return Some("no_user_anon_id: the event has neither `userId` nor `anonymousId`");
    }
    if event.get("type").and_then(Json::as_str) == Some("track") && !has("event") {
        return Some("the track has no `event`");
    }
    let id = event.get("messageId").and_then(Json::as_str);
    if id.is_some_and(|id| id.chars().count() > LONGEST_ID) {
        return Some("the `messageId` is longer than 100 characters");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enriched(text: &str, ip: &str) -> Json {
        let Ok(Json::Object(mut event)) = Json::parse(text) else {
            panic!("an object")
        };
        let sender = Sender {
            ip: ip.parse().expect("an address"),
            received: time::parse("2026-01-31T12:00:00.000Z").expect("a time"),
        };
        enrich(&mut event, &sender, &time::to_iso(sender.received));
        Json::Object(event)
    }

    fn text<'a>(event: &'a Json, pointer: &str) -> Option<&'a str> {
        event.pointer(pointer).and_then(Json::as_str)
    }

    #[test]
    fn a_wrong_clock_of_the_client_is_taken_out() {
        // The client's clock is an hour late, and the event happened 5 s before it was sent.
        let event = enriched(
            r#"{"timestamp": "2026-01-31T10:59:55Z", "sentAt": "2026-01-31T11:00:00Z"}"#,
            "1.2.3.4",
        );
        assert_eq!(text(&event, "/timestamp"), Some("2026-01-31T11:59:55.000Z"));
        assert_eq!(
            text(&event, "/originalTimestamp"),
            Some("2026-01-31T10:59:55Z")
        );
        assert_eq!(
            text(&event, "/receivedAt"),
            Some("2026-01-31T12:00:00.000Z")
        );
        let event = enriched(r#"{"timestamp": "2020-01-01T00:00:00Z"}"#, "1.2.3.4");
        assert_eq!(text(&event, "/timestamp"), Some("2020-01-01T00:00:00.000Z"));
        for without in [r#"{}"#, r#"{"timestamp": "soon"}"#, r#"{"sentAt": 1}"#] {
            let event = enriched(without, "1.2.3.4");
            let timestamp = text(&event, "/timestamp");
            assert_eq!(timestamp, Some("2026-01-31T12:00:00.000Z"), "{without}");
        }
    }

    #[test]
    fn the_address_is_put_on_for_clients_only() {
        for (event, ip, wanted, channel) in [
            (
                r#"{"context": {"library": {"name": "analytics.js"}}}"#,
                "1.2.3.4",
                Some("1.2.3.4"),
                "client",
            ),
            (
                r#"{"context": {"library": {"name": "analytics-kotlin"}}}"#,
                "1.2.3.4",
                Some("1.2.3.4"),
                "mobile",
            ),
            (
                r#"{"context": {"library": {"name": "@segment/analytics-react-native"}}}"#,
                "1.2.3.4",
                Some("1.2.3.4"),
                "mobile",
            ),
            (
                r#"{"context": {"library": {"name": "@segment/analytics-node"}}}"#,
                "1.2.3.4",
                None,
                "server",
            ),
            (
                r#"{"context": {"direct": true}}"#,
                "1.2.3.4",
                Some("1.2.3.4"),
                "server",
            ),
            (
                r#"{"context": {"direct": true, "ip": "9.9.9.9"}}"#,
                "1.2.3.4",
                Some("9.9.9.9"),
                "server",
            ),
            (
                r#"{"context": {"library": {"name": "analytics.js"}}}"#,
                "::1",
                None,
                "client",
            ),
        ] {
            let got = enriched(event, ip);
            assert_eq!(text(&got, "/context/ip"), wanted, "{event}");
            assert_eq!(text(&got, "/channel"), Some(channel), "{event}");
        }
    }

    #[test]
    fn an_id_is_made_where_there_is_none() {
        for without in [r#"{}"#, r#"{"messageId": ""}"#, r#"{"messageId": null}"#] {
            let event = enriched(without, "1.2.3.4");
            let id = text(&event, "/messageId").expect("an id");
            let drawn = id.strip_prefix("api-").expect("the platform's form");
            assert_eq!(drawn.len(), 22);
        }
        let event = enriched(r#"{"messageId": "mine"}"#, "1.2.3.4");
        assert_eq!(text(&event, "/messageId"), Some("mine"));
    }

    #[test]
    fn what_the_platform_drops_has_a_reason() {
        let fault = |text: &str| {
            let Ok(Json::Object(event)) = Json::parse(text) else {
                panic!("an object")
            };
            fault_of(&event, text.len())
        };
        assert_eq!(fault(r#"{"type": "page", "anonymousId": "a"}"#), None);
        let none = fault(r#"{"type": "page", "userId": ""}"#).expect("a fault");
        assert!(none.starts_with("no_user_anon_id"), "{none}");
        for bad in [
            r#"{"type": "track", "userId": "u"}"#.to_owned(),
            r#"{"userId": "u"}"#.to_owned(),
            format!(
                r#"{{"type": "page", "userId": "u", "messageId": "{}"}}"#,
                "x".repeat(101)
            ),
            format!(
                r#"{{"type": "page", "userId": "{}"}}"#,
                "x".repeat(LARGEST_EVENT)
            ),
        ] {
            assert!(fault(&bad).is_some(), "{bad}");
        }
    }
}
