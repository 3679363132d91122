//! Events in a request's body.

use std::borrow::Cow;

use crate::json::{Document, Json, JsonObject, NodeKind};

/// The largest batch, in bytes; the largest event; and how many events a batch may have
/// (docs/platform.md section 9).
pub const LARGEST_BATCH: usize = 500 * 1024;
pub const LARGEST_EVENT: usize = 32 * 1024;
pub const MOST_EVENTS: usize = 2500;

/// An event as it came, before anything is put on it.
#[derive(Debug)]
pub struct ArrivedEvent {
    pub fields: JsonObject,
    /// In bytes, as it was written.
    pub size: usize,
}

impl ArrivedEvent {
    /// The event in a text of JSON, if that is an object.
    pub fn parse(text: &str) -> Option<ArrivedEvent> {
        match Json::parse(text) {
            Ok(Json::Object(fields)) => Some(ArrivedEvent {
                fields,
                size: text.len(),
            }),
            _ => None,
        }
    }
}

/// Events as they came.
#[derive(Debug, Default)]
pub struct Arrived {
    pub events: Vec<ArrivedEvent>,
    /// The write key that stands in the body.
    pub key: Option<String>,
}

/// Why a body has no events. The text is the platform's where it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrackingError {
    #[error("malformed JSON")]
    NotJson,
    #[error("the request is larger than {} KB", LARGEST_BATCH >> 10)]
    BatchTooLarge,
    #[error("the event is larger than {} KB", LARGEST_EVENT >> 10)]
    EventTooLarge,
    /// The platform answers it with 200 and takes none of them.
    #[error("the batch has more than {MOST_EVENTS} events")]
    TooManyEvents,
}

/// The one event of type `kind` in `text`.
///
/// # Errors
/// It is no JSON object, or too large.
pub fn parse_event(text: &str, kind: &str) -> Result<Arrived, TrackingError> {
    if text.len() > LARGEST_EVENT {
        return Err(TrackingError::EventTooLarge);
    }
    let mut event = ArrivedEvent::parse(text).ok_or(TrackingError::NotJson)?;
    let key = taken_key(&mut event.fields);
    if !event.fields.contains_key("type") {
        event.fields.insert("type", kind);
    }
    Ok(Arrived {
        events: vec![event],
        key,
    })
}

/// The events of a batch, each with what the batch says of all of them.
///
/// # Errors
/// It is no JSON object with a `batch`, too large, or has too many events.
pub fn parse_batch(text: &str) -> Result<Arrived, TrackingError> {
    if text.len() > LARGEST_BATCH {
        return Err(TrackingError::BatchTooLarge);
    }
    let document = Document::parse(text).ok_or(TrackingError::NotJson)?;
    let value = |number| Json::from_node(&document, number).map_err(|_| TrackingError::NotJson);
    let of_batch = |name| document.field(0, name);
    let nodes = document.nodes();
    let batch = of_batch("batch").filter(|batch| nodes[*batch].kind == NodeKind::Array);
    let batch = batch.ok_or(TrackingError::NotJson)?;
    if document.children(batch).count() > MOST_EVENTS {
        return Err(TrackingError::TooManyEvents);
    }
    let shared = ["context", "integrations"].map(|name| {
        let shared = of_batch(name).filter(|shared| nodes[*shared].kind == NodeKind::Object);
        shared.map(|shared| Ok((name, value(shared)?))).transpose()
    });
    let shared = shared.into_iter().collect::<Result<Vec<_>, _>>()?;
    let sent_at = of_batch("sentAt").map(value).transpose()?;
    let key = of_batch("writeKey").and_then(|key| document.string(&nodes[key]));
    let mut events = Vec::new();
    for number in document.children(batch) {
        let Json::Object(mut fields) = value(number)? else {
            return Err(TrackingError::NotJson);
        };
        taken_key(&mut fields);
        for (name, shared) in shared.iter().flatten() {
            add_below(fields.get_or_insert_null(name), shared);
        }
        if let Some(sent_at) = &sent_at {
            fields.insert("sentAt", sent_at.clone());
        }
        events.push(ArrivedEvent {
            fields,
            size: nodes[number].span.len(),
        });
    }
    Ok(Arrived {
        events,
        key: key.map(Cow::into_owned).filter(|key| !key.is_empty()),
    })
}

fn taken_key(fields: &mut JsonObject) -> Option<String> {
    let key = fields.remove("writeKey")?;
    key.as_str()
        .filter(|key| !key.is_empty())
        .map(str::to_owned)
}

/// Adds what `event` doesn't have itself.
fn add_below(event: &mut Json, shared: &Json) {
    match (event, shared) {
        (Json::Object(event), Json::Object(shared)) => {
            for (name, value) in shared.iter() {
                match event.get_mut(name) {
                    Some(own) => add_below(own, value),
                    None => event.insert(name.clone(), value.clone()),
                }
            }
        }
        (event @ Json::Null, shared) => *event = shared.clone(),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_batch_says_counts_for_its_events_which_come_first() {
        let text = r#"{"writeKey": "K", "sentAt": "T", "context": {"a": 1, "b": {"c": 2, "d": 3}},
            "integrations": {"All": false},
            "batch": [{"type": "track", "context": {"b": {"c": 9}}}, {"type": "page", "writeKey": "X"}]}"#;
        let arrived = parse_batch(text).expect("events");
        assert_eq!(arrived.key.as_deref(), Some("K"));
        let events: Vec<String> = arrived
            .events
            .into_iter()
            .map(|event| Json::Object(event.fields).to_string())
            .collect();
        assert_eq!(
            events,
            [
                r#"{"type":"track","context":{"b":{"c":9,"d":3},"a":1},"integrations":{"All":false},"sentAt":"T"}"#,
                r#"{"type":"page","context":{"a":1,"b":{"c":2,"d":3}},"integrations":{"All":false},"sentAt":"T"}"#
            ]
        );
    }

    #[test]
    fn limits_are_the_platforms() {
        let of = |length: usize| format!("{{\"a\":\"{}\"}}", "x".repeat(length - 8));
        assert!(parse_event(&of(LARGEST_EVENT), "track").is_ok());
        let error = parse_event(&of(LARGEST_EVENT + 1), "track").expect_err("too large");
        assert_eq!(error, TrackingError::EventTooLarge);
        let items = |count: usize| format!("{{\"batch\":[{}]}}", vec!["{}"; count].join(","));
        assert!(parse_batch(&items(MOST_EVENTS)).is_ok());
        let error = parse_batch(&items(MOST_EVENTS + 1)).expect_err("too many");
        assert_eq!(error, TrackingError::TooManyEvents);
        for bad in ["", "[]", "{", "{}", "{\"batch\":{}}", "{\"batch\":[1]}"] {
            assert_eq!(parse_batch(bad).expect_err(bad), TrackingError::NotJson);
        }
    }
}
