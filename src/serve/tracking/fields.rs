//! The fields of an event that the platform looks at, and those that it sets.

use std::borrow::Cow;

use super::parse::{ArrivedEvent, WRITE_KEY};
use crate::json::{Document, NodeKind};

/// Where they are, by their numbers.
#[derive(Default)]
pub(super) struct Fields {
    pub kind: Option<usize>,
    pub event: Option<usize>,
    pub name: Option<usize>,
    pub message_id: Option<usize>,
    pub user_id: Option<usize>,
    pub anonymous_id: Option<usize>,
    pub integrations: Option<usize>,
    pub context: Option<usize>,
    pub timestamp: Option<usize>,
    pub original_timestamp: Option<usize>,
    pub sent_at: Option<usize>,
    pub received_at: Option<usize>,
    pub channel: Option<usize>,
    pub version: Option<usize>,
}

impl Fields {
    /// Of a name that comes twice, the last counts, as in JavaScript.
    pub fn of(event: &ArrivedEvent) -> Fields {
        let (document, nodes) = (event.document, event.document.nodes());
        let mut fields = Fields::default();
        for child in document.children(event.number) {
            let key = document.key(&nodes[child]).unwrap_or_default();
            let field = match &*key {
                "type" => &mut fields.kind,
                "event" => &mut fields.event,
                "name" => &mut fields.name,
                "messageId" => &mut fields.message_id,
                "userId" => &mut fields.user_id,
                "anonymousId" => &mut fields.anonymous_id,
                "integrations" => &mut fields.integrations,
                "context" => &mut fields.context,
                "timestamp" => &mut fields.timestamp,
                "originalTimestamp" => &mut fields.original_timestamp,
                "sentAt" => &mut fields.sent_at,
                "receivedAt" => &mut fields.received_at,
                "channel" => &mut fields.channel,
                "version" => &mut fields.version,
                _ => continue,
            };
            *field = Some(child);
        }
        fields
    }
}

/// A field as it is to be: its number, where the event has it; its name; and the JSON of its value, where that is not to
/// stay as it is.
pub(super) type SetField<'v> = (Option<usize>, &'static str, Option<Cow<'v, str>>);

/// Appends the JSON of an event, with some fields as they are to be. New ones come last, in their order.
pub(super) fn write(event: &ArrivedEvent, set: &[SetField], json: &mut String) {
    let (document, nodes) = (event.document, event.document.nodes());
    json.push('{');
    let mut comma = "";
    let mut begin = |json: &mut String| json.push_str(std::mem::replace(&mut comma, ","));
    for child in document.children(event.number) {
        let node = &nodes[child];
        let Some(key) = node.key.clone() else {
            continue;
        };
        let raw = &document.text()[key.clone()];
        let is_plain = raw.len() != WRITE_KEY.len() + 2 && !raw.contains('\\');
        if !is_plain && document.key(node).as_deref() == Some(WRITE_KEY) {
            continue;
        }
        begin(json);
        let is_it = |(number, ..): &&SetField| *number == Some(child);
        let value = set
            .iter()
            .find(is_it)
            .and_then(|(.., value)| value.as_deref());
        match value {
            Some(value) => {
                json.push_str(raw);
                json.push(':');
                json.push_str(value);
            }
            None => json.push_str(&document.text()[key.start..node.span.end]),
        }
    }
    for (number, name, value) in set {
        if let (None, Some(value)) = (number, value) {
            begin(json);
            json.push('"');
            json.push_str(name);
            json.push_str("\":");
            json.push_str(value);
        }
    }
    json.push('}');
}

/// The JSON of an object with another field, whose name and value need no escapes.
pub(super) fn with_field(object: &str, name: &str, value: &str) -> String {
    let inner = object
        .trim_end()
        .strip_suffix('}')
        .unwrap_or(object)
        .trim_end();
    let comma = if inner.ends_with('{') { "" } else { "," };
    format!("{inner}{comma}\"{name}\":\"{value}\"}}")
}

/// Whether the value is an object.
pub(super) fn is_object(document: &Document, number: usize) -> bool {
    document.nodes()[number].kind == NodeKind::Object
}
