use super::*;
use crate::json::Json;
use crate::serve::tracking::ArrivedEvents;

fn sender(ip: &str) -> Sender {
    Sender {
        ip: ip.parse().expect("an address"),
        received: time::parse("2026-01-31T12:00:00.000Z").expect("a time"),
    }
}

/// The JSON of an event that came at noon.
pub fn enriched(event: ArrivedEvent) -> String {
    let (sender, mut json) = (sender("1.2.3.4"), String::new());
    enrich(&event, &sender, &time::to_iso(sender.received), &mut json);
    json
}

fn of_text(text: &str, ip: &str) -> (Json, Option<&'static str>) {
    let events = ArrivedEvents::parse(text).expect("an event");
    let (event, sender) = (events.iter().next().expect("one"), sender(ip));
    let mut json = String::new();
    let enriched = enrich(&event, &sender, &time::to_iso(sender.received), &mut json);
    let fault = enriched.fault;
    (Json::parse(&json).expect("JSON"), fault)
}

fn text<'a>(event: &'a Json, pointer: &str) -> Option<&'a str> {
    event.pointer(pointer).and_then(Json::as_str)
}

#[test]
fn a_wrong_clock_of_the_client_is_taken_out() {
    // The client's clock is an hour late, and the event happened 5 s before it was sent.
    let (event, _) = of_text(
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
    let (event, _) = of_text(r#"{"timestamp": "2020-01-01T00:00:00Z"}"#, "1.2.3.4");
    assert_eq!(text(&event, "/timestamp"), Some("2020-01-01T00:00:00.000Z"));
    for without in [r#"{}"#, r#"{"timestamp": "soon"}"#, r#"{"sentAt": 1}"#] {
        let (event, _) = of_text(without, "1.2.3.4");
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
        let (got, _) = of_text(event, ip);
        assert_eq!(text(&got, "/context/ip"), wanted, "{event}");
        assert_eq!(text(&got, "/channel"), Some(channel), "{event}");
    }
}

#[test]
fn an_id_is_made_where_there_is_none() {
    for without in [r#"{}"#, r#"{"messageId": ""}"#, r#"{"messageId": null}"#] {
        let (event, _) = of_text(without, "1.2.3.4");
        let id = text(&event, "/messageId").expect("an id");
        let drawn = id.strip_prefix("api-").expect("the platform's form");
        assert_eq!(drawn.len(), 22);
    }
    let (event, _) = of_text(r#"{"messageId": "mine"}"#, "1.2.3.4");
    assert_eq!(text(&event, "/messageId"), Some("mine"));
}

#[test]
fn what_the_platform_drops_has_a_reason() {
    let fault = |text: &str| of_text(text, "1.2.3.4").1;
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

#[test]
fn what_the_event_says_stays_as_it_is_written() {
    let text = r#"{ "write\u004bey": "K", "type" : "track", "n": 1.0, "context": { }, "a": [1, 2], "writeKey": "K" }"#;
    let events = ArrivedEvents::parse(text).expect("an event");
    let json = enriched(events.iter().next().expect("one"));
    let wanted = r#"{"type" : "track","n": 1.0,"context": { },"a": [1, 2],"integrations":{},"messageId":"api-"#;
    assert!(json.starts_with(wanted), "{json}");
    let (direct, _) = of_text(r#"{"context": { "direct": true } }"#, "1.2.3.4");
    assert_eq!(
        direct["context"].to_string(),
        r#"{"direct":true,"ip":"1.2.3.4"}"#
    );
}
