//! What the platform puts on an event when it arrives (docs/serve.md has the rules and their sources).

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, SystemTime};

use crate::json::{Document, NodeKind, string};
use crate::random;
use crate::text::time;

use super::fields::{Fields, is_object, with_field, write};
use super::parse::{ArrivedEvent, LARGEST_EVENT};

/// The version of the Tracking API that every current sample names.
const VERSION: &str = "2";

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

/// An event after what the platform puts on it.
pub struct Enriched<'e> {
    /// Why the platform would take it from the client and drop it, if it would.
    pub fault: Option<&'static str>,
    pub message_id: Cow<'e, str>,
    /// What it is called: the name of a track, page or screen, or else its type.
    pub name: Cow<'e, str>,
}

/// Appends the JSON of an event with what the platform puts on it. `received` is the time of the sender as a text.
pub fn enrich<'e>(
    event: &ArrivedEvent<'e, '_>,
    sender: &Sender,
    received: &str,
    json: &mut String,
) -> Enriched<'e> {
    let document = event.document;
    let fields = Fields::of(event);
    let text = |field: Option<usize>| document.string(&document.nodes()[field?]);
    let object = |field: Option<usize>| field.filter(|field| is_object(document, *field));
    let kind = match fields.kind {
        Some(_) => text(fields.kind),
        None => event.kind().map(Cow::Borrowed),
    };
    let given_id = text(fields.message_id).filter(|id| !id.is_empty());
    let id = given_id.clone().unwrap_or_else(|| message_id().into());
    let (context, channel) = context(event, object(fields.context), sender.ip);
    let integrations = event.with_integrations(object(fields.integrations));
    let integrations = match (integrations, object(fields.integrations)) {
        (Some(all), _) => Some(all.into()),
        (None, Some(_)) => None,
        (None, None) => Some("{}".into()),
    };
    let (original, timestamp) = times(event, &fields, sender.received, received);
    let quoted = |text: &str| Some(Cow::from(string::quoted(text)));
    let missing = |field: Option<usize>, value: &'static str| match field {
        Some(_) => None,
        None => Some(Cow::from(value)),
    };
    let set = [
        (
            fields.kind,
            "type",
            match fields.kind {
                Some(_) => None,
                None => event.kind().and_then(quoted),
            },
        ),
        (fields.context, "context", context),
        (fields.integrations, "integrations", integrations),
        (
            fields.sent_at,
            "sentAt",
            event.sent_at().map(|sent| sent.raw.into()),
        ),
        (
            fields.message_id,
            "messageId",
            match given_id {
                Some(_) => None,
                None => quoted(&id),
            },
        ),
        (
            fields.original_timestamp,
            "originalTimestamp",
            Some(original),
        ),
        (fields.timestamp, "timestamp", quoted(&timestamp)),
        (
            fields.channel,
            "channel",
            missing(fields.channel, channel.json()),
        ),
        (fields.received_at, "receivedAt", quoted(received)),
        (fields.version, "version", missing(fields.version, VERSION)),
    ];
    write(event, &set, json);
    let name = text(fields.event).or_else(|| text(fields.name));
    Enriched {
        fault: fault_of(event, &fields, kind.as_deref(), &id),
        message_id: id,
        name: name.or(kind).unwrap_or_default(),
    }
}

/// The JSON of an event's context, where it doesn't stay as it is, and the channel that it tells of.
fn context<'e>(
    event: &ArrivedEvent<'e, '_>,
    own: Option<usize>,
    ip: IpAddr,
) -> (Option<Cow<'e, str>>, Channel) {
    let Some(shared) = event.with_context(own) else {
        return match own {
            None => (Some("{}".into()), Channel::Server),
            Some(own) => {
                let (missing, channel) = address(event.document, own, ip);
                let json = event.document.raw(&event.document.nodes()[own]);
                let json = missing.map(|ip| with_field(json, "ip", &ip.to_string()));
                (json.map(Cow::from), channel)
            }
        };
    };
    let document = Document::parse(&shared);
    let known = document.as_ref().map(|document| address(document, 0, ip));
    let (missing, channel) = known.unwrap_or((None, Channel::Server));
    let json = match missing {
        Some(ip) => with_field(&shared, "ip", &ip.to_string()),
        None => shared,
    };
    (Some(json.into()), channel)
}

/// The address that a context is to have and doesn't, and the channel that it tells of.
fn address(document: &Document, context: usize, ip: IpAddr) -> (Option<Ipv4Addr>, Channel) {
    let nodes = document.nodes();
    let library = document
        .field(context, "library")
        .and_then(|library| document.field(library, "name"))
        .and_then(|name| document.string(&nodes[name]));
    let channel = Channel::of(library.as_deref().unwrap_or_default());
    let is_direct = || {
        let direct = document.field(context, "direct");
        direct.is_some_and(|direct| document.raw(&nodes[direct]) == "true")
    };
    let is_wanted =
        (channel != Channel::Server || is_direct()) && document.field(context, "ip").is_none();
    (is_wanted.then(|| ipv4(ip)).flatten(), channel)
}

/// `originalTimestamp`, as JSON, and `timestamp`. That is when it happened by our clock: the client's may be wrong, but
/// both of its times are wrong by the same.
fn times<'e>(
    event: &ArrivedEvent<'e, '_>,
    fields: &Fields,
    received: SystemTime,
    received_text: &str,
) -> (Cow<'e, str>, String) {
    let document = event.document;
    // Its text, and the same as JSON.
    let told = |field: Option<usize>| {
        let node = &document.nodes()[field?];
        Some((document.string(node)?, document.raw(node)))
    };
    let sent = match event.sent_at() {
        Some(sent) => sent.text.as_deref().map(|text| (Cow::from(text), sent.raw)),
        None => told(fields.sent_at),
    };
    let sent_time = match event.sent_at() {
        Some(sent) => sent.time,
        None => sent.as_ref().and_then(|(text, _)| time::parse(text)),
    };
    let original = told(fields.timestamp)
        .or_else(|| told(fields.original_timestamp))
        .or(sent);
    let (happened, original) = match original {
        Some((text, json)) => (time::parse(&text), Cow::from(json)),
        None => (Some(received), string::quoted(received_text).into()),
    };
    let happened = match (sent_time, happened) {
        (Some(sent), Some(happened)) => Some(match sent.duration_since(happened) {
            Ok(earlier) => before(received, earlier),
            Err(later) => received.checked_add(later.duration()).unwrap_or(received),
        }),
        (None, happened) => happened,
        (Some(_), None) => None,
    };
    (
        original,
        happened.map_or_else(|| received_text.to_owned(), time::to_iso),
    )
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

/// By what kind of client an event came.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Channel {
    Client,
    Mobile,
    Server,
}

impl Channel {
    /// That of a library with this name.
    fn of(library: &str) -> Channel {
        let name = library.strip_prefix("@segment/").unwrap_or(library);
        let name = name.strip_prefix("analytics-").unwrap_or(name);
        if library == "analytics.js" {
            Channel::Client
        } else if MOBILE.iter().any(|known| name.starts_with(known)) {
            Channel::Mobile
        } else {
            Channel::Server
        }
    }

    fn json(self) -> &'static str {
        match self {
            Channel::Client => "\"client\"",
            Channel::Mobile => "\"mobile\"",
            Channel::Server => "\"server\"",
        }
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

fn fault_of(
    event: &ArrivedEvent,
    fields: &Fields,
    kind: Option<&str>,
    message_id: &str,
) -> Option<&'static str> {
    let (document, nodes) = (event.document, event.document.nodes());
    let has = |field: Option<usize>| match field.map(|field| &nodes[field]) {
        Some(node) if node.kind == NodeKind::String => document.raw(node) != "\"\"",
        node => node.is_some_and(|node| node.kind == NodeKind::Number),
    };
    if event.size() > LARGEST_EVENT {
        return Some("the event is larger than 32 KB");
    }
    let Some(kind) = kind else {
        return Some("the event has no `type`");
    };
    if !has(fields.user_id) && !has(fields.anonymous_id) {
        return Some("no_user_anon_id: the event has neither `userId` nor `anonymousId`");
    }
    if kind == "track" && !has(fields.event) {
        return Some("the track has no `event`");
    }
    if message_id.chars().count() > LONGEST_ID {
        return Some("the `messageId` is longer than 100 characters");
    }
    None
}

#[cfg(test)]
pub(super) mod tests;
