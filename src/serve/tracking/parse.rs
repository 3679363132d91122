//! Events in a request's body.

use std::borrow::Cow;
use std::time::SystemTime;

use crate::json::{Document, Json, MAX_DEPTH, Node, NodeKind};
use crate::text::time;

/// What tells whose an event is. No function sees it.
pub(super) const WRITE_KEY: &str = "writeKey";

/// The largest batch, in bytes; the largest event; and how many events a batch may have
/// (docs/platform.md section 9).
pub const LARGEST_BATCH: usize = 500 * 1024;
pub const LARGEST_EVENT: usize = 32 * 1024;
pub const MOST_EVENTS: usize = 2500;

/// Events as they came, before anything is put on them: in one text, which is taken apart once.
#[derive(Debug)]
pub struct ArrivedEvents<'t> {
    document: Document<'t>,
    /// The numbers of the events in it.
    numbers: Vec<usize>,
    /// What an event is that doesn't say so itself.
    kind: Option<&'static str>,
    batch: BatchSays<'t>,
}

/// What a batch says of all of its events.
#[derive(Debug, Default)]
struct BatchSays<'t> {
    /// The numbers of objects with fields for those of each event.
    context: Option<usize>,
    integrations: Option<usize>,
    sent_at: Option<SentAt<'t>>,
}

/// When events were sent.
#[derive(Debug)]
pub(super) struct SentAt<'t> {
    /// As JSON.
    pub raw: &'t str,
    pub text: Option<String>,
    pub time: Option<SystemTime>,
}

/// An event as it came.
#[derive(Clone, Copy)]
pub struct ArrivedEvent<'e, 't> {
    pub document: &'e Document<'t>,
    /// Its number in that.
    pub number: usize,
    all: &'e ArrivedEvents<'t>,
}

impl<'t> ArrivedEvents<'t> {
    /// The event in a text of JSON, if that is an object; or those in an array of objects.
    pub fn parse(text: &'t str) -> Option<ArrivedEvents<'t>> {
        let document = Document::parse(text)?;
        let numbers = match document.nodes()[0].kind {
            NodeKind::Array => document.children(0).collect(),
            _ => vec![0],
        };
        ArrivedEvents {
            document,
            numbers,
            kind: None,
            batch: BatchSays::default(),
        }
        .checked()
    }

    /// Each is an object, and none is deeper than segfn can keep it.
    fn checked(self) -> Option<ArrivedEvents<'t>> {
        let nodes = self.document.nodes();
        let is_event = |number: &usize| {
            let event = &nodes[*number];
            let is_too_deep = |node: &Node| {
                node.depth - event.depth >= MAX_DEPTH
                    && matches!(node.kind, NodeKind::Array | NodeKind::Object)
            };
            event.kind == NodeKind::Object && !nodes[*number..event.next].iter().any(is_too_deep)
        };
        self.numbers.iter().all(is_event).then_some(self)
    }

    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = ArrivedEvent<'_, 't>> {
        self.numbers.iter().map(|number| ArrivedEvent {
            document: &self.document,
            number: *number,
            all: self,
        })
    }

    /// How long the text is, in bytes.
    pub fn size(&self) -> usize {
        self.document.text().len()
    }
}

impl<'e, 't> ArrivedEvent<'e, 't> {
    /// In bytes, as it was written.
    pub fn size(&self) -> usize {
        self.document.nodes()[self.number].span.len()
    }

    pub(super) fn kind(&self) -> Option<&'static str> {
        self.all.kind
    }

    /// When the batch says that it was sent.
    pub(super) fn sent_at(&self) -> Option<&'e SentAt<'t>> {
        self.all.batch.sent_at.as_ref()
    }

    /// The JSON of an object of the event, which has the number `own`, with what the batch says of all of them; `None`
    /// where it says nothing.
    pub(super) fn with_context(&self, own: Option<usize>) -> Option<String> {
        self.with_shared(own, self.all.batch.context?)
    }

    pub(super) fn with_integrations(&self, own: Option<usize>) -> Option<String> {
        self.with_shared(own, self.all.batch.integrations?)
    }

    fn with_shared(&self, own: Option<usize>, shared: usize) -> Option<String> {
        let value = |number| Json::from_node(self.document, number).ok();
        let mut own = own.and_then(value).unwrap_or_default();
        add_below(&mut own, &value(shared)?);
        Some(own.to_string())
    }

    /// Whether it alone says all that there is to say: nothing of the batch is added to it but a time.
    pub fn is_all(&self) -> bool {
        let BatchSays {
            context,
            integrations,
            sent_at,
        } = &self.all.batch;
        let is_time = |sent: &SentAt| sent.time.is_some();
        context.is_none() && integrations.is_none() && sent_at.as_ref().is_none_or(is_time)
    }
}

/// Events as they came with a request.
#[derive(Debug)]
pub struct Arrived<'t> {
    pub events: ArrivedEvents<'t>,
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
pub fn parse_event<'t>(text: &'t str, kind: &'static str) -> Result<Arrived<'t>, TrackingError> {
    if text.len() > LARGEST_EVENT {
        return Err(TrackingError::EventTooLarge);
    }
    let events = ArrivedEvents::parse(text).ok_or(TrackingError::NotJson)?;
    if events.numbers != [0] {
        return Err(TrackingError::NotJson);
    }
    Ok(Arrived {
        key: key_in(&events.document),
        events: ArrivedEvents {
            kind: Some(kind),
            ..events
        },
    })
}

/// The events of a batch, each with what the batch says of all of them.
///
/// # Errors
/// It is no JSON object with a `batch`, too large, or has too many events.
pub fn parse_batch(text: &str) -> Result<Arrived<'_>, TrackingError> {
    if text.len() > LARGEST_BATCH {
        return Err(TrackingError::BatchTooLarge);
    }
    let document = Document::parse(text).ok_or(TrackingError::NotJson)?;
    let nodes = document.nodes();
    let of_batch = |name, kind| {
        let number = document.field(0, name);
        number.filter(|number| nodes[*number].kind == kind)
    };
    let batch = of_batch("batch", NodeKind::Array).ok_or(TrackingError::NotJson)?;
    let numbers: Vec<usize> = document.children(batch).collect();
    if numbers.len() > MOST_EVENTS {
        return Err(TrackingError::TooManyEvents);
    }
    let says = BatchSays {
        context: of_batch("context", NodeKind::Object),
        integrations: of_batch("integrations", NodeKind::Object),
        sent_at: document.field(0, "sentAt").map(|number| {
            let text = document.string(&nodes[number]).map(Cow::into_owned);
            SentAt {
                raw: document.raw(&nodes[number]),
                time: text.as_deref().and_then(time::parse),
                text,
            }
        }),
    };
    let key = key_in(&document);
    let events = ArrivedEvents {
        document,
        numbers,
        kind: None,
        batch: says,
    };
    let events = events.checked().ok_or(TrackingError::NotJson)?;
    Ok(Arrived { events, key })
}

/// The write key that an object has.
fn key_in(document: &Document) -> Option<String> {
    let number = document.field(0, WRITE_KEY)?;
    let key = document.string(&document.nodes()[number])?;
    Some(key.into_owned()).filter(|key| !key.is_empty())
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
    use crate::serve::tracking::enrich::tests::enriched;

    #[test]
    fn what_a_batch_says_counts_for_its_events_which_come_first() {
        let text = r#"{"writeKey": "K", "sentAt": "T", "context": {"a": 1, "b": {"c": 2, "d": 3}},
            "integrations": {"All": false},
            "batch": [{"type": "track", "context": {"b": {"c": 9}}}, {"type": "page", "writeKey": "X"}]}"#;
        let arrived = parse_batch(text).expect("events");
        assert_eq!(arrived.key.as_deref(), Some("K"));
        let enriched: Vec<String> = arrived.events.iter().map(enriched).collect();
        for (event, wanted) in enriched.iter().zip([
            r#"{"type": "track","context":{"b":{"c":9,"d":3},"a":1},"integrations":{"All":false},"sentAt":"T","#,
            r#"{"type": "page","context":{"a":1,"b":{"c":2,"d":3}},"integrations":{"All":false},"sentAt":"T","#,
        ]) {
            assert!(event.starts_with(wanted), "{event}");
            assert!(!event.contains("writeKey"), "{event}");
        }
        assert!(arrived.events.iter().all(|event| !event.is_all()));
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
