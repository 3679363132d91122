//! What arrives: made what functions get, and what is kept of it.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use super::event_text::EventText;
use crate::cassette::{Redactor, are_silent};
use crate::history::{EventRow, NewArrival};
use crate::json::Document;
use crate::serve::tracking::{ArrivedEvents, Enriched, Sender, enrich};
use crate::text::time;

/// So many bytes are put on an event, about.
const MORE: usize = 200;

/// Events that arrived together.
pub struct Arrivals<'t> {
    /// The write key that they came with, or the source function that sent them.
    pub source: String,
    pub events: ArrivedEvents<'t>,
    pub sender: Sender,
    /// Whether they are meant to come again, so that their ids may be known.
    pub again: bool,
}

/// Events with what the platform puts on them.
pub(super) struct Taken {
    pub events: Vec<TakenEvent>,
    /// What functions get, a line each.
    json: Arc<String>,
    /// The same without secrets.
    kept: Arc<String>,
}

/// One of them.
pub(super) struct TakenEvent {
    pub message_id: String,
    pub fault: Option<Cow<'static, str>>,
    /// What the terminal calls it, without secrets.
    pub name: Box<str>,
    pub size: usize,
    /// Whether no name in it tells of a secret.
    is_silent: bool,
    json: Range<usize>,
    kept: Range<usize>,
}

impl Taken {
    /// Takes secrets out of what is kept by all of `redactors`.
    pub fn new(arrivals: &Arrivals, redactors: &[Redactor]) -> Taken {
        let events = &arrivals.events;
        let received = time::to_iso(arrivals.sender.received);
        let mut json = String::with_capacity(events.size() + MORE * events.len());
        // It is the same until there is a secret.
        let mut kept: Option<String> = None;
        let mut taken = Vec::with_capacity(events.len());
        for event in events.iter() {
            let from = json.len();
            let enriched = enrich(&event, &arrivals.sender, &received, &mut json);
            in_one_line(&mut json, from);
            let span = from..json.len();
            // What is put on it tells nothing more than it does itself.
            let is_silent = event.is_all() && are_silent(event.document, event.number);
            let has_none = |redactor: &Redactor| {
                redactor.finds_nothing_in(event.document, event.number, is_silent)
            };
            let redacted = match event.is_all() && redactors.iter().all(has_none) {
                true => Cow::Borrowed(&json[span.clone()]),
                false => redacted(redactors, &json[span.clone()]),
            };
            let name = match &redacted {
                Cow::Borrowed(_) => enriched.name.as_ref().into(),
                Cow::Owned(redacted) => name_of(redacted),
            };
            let Enriched {
                fault, message_id, ..
            } = enriched;
            let message_id = message_id.into_owned();
            let redacted = match redacted {
                Cow::Borrowed(_) => None,
                Cow::Owned(redacted) => Some(redacted),
            };
            let same = || json[..from].to_owned();
            let kept_span = match (&mut kept, redacted) {
                (None, None) => span.clone(),
                (kept, redacted) => {
                    let kept = kept.get_or_insert_with(same);
                    let begin = kept.len();
                    kept.push_str(redacted.as_deref().unwrap_or(&json[span.clone()]));
                    kept.push('\n');
                    begin..kept.len() - 1
                }
            };
            json.push('\n');
            taken.push(TakenEvent {
                message_id,
                fault: fault.map(Cow::Borrowed),
                name,
                size: event.size(),
                is_silent,
                json: span,
                kept: kept_span,
            });
        }
        let json = Arc::new(json);
        Taken {
            events: taken,
            kept: kept.map_or_else(|| json.clone(), Arc::new),
            json,
        }
    }

    /// What is kept of them.
    pub fn arrival(&self, first: u64, received: i64, source: Arc<str>) -> NewArrival {
        NewArrival {
            first,
            received,
            source,
            kind: None,
            sizes: self.events.iter().map(|event| event.size).collect(),
            events: self.kept.clone(),
        }
    }

    /// What functions get of an event, and the same without secrets.
    pub fn texts(&self, event: &TakenEvent) -> (EventText, EventText) {
        (
            EventText::new(&self.json, event.json.clone(), event.is_silent),
            EventText::new(&self.kept, event.kept.clone(), event.is_silent),
        )
    }
}

/// Where JSON is written over several lines, they are white space.
fn in_one_line(json: &mut String, from: usize) {
    if memchr::memchr(b'\n', &json.as_bytes()[from..]).is_some() {
        let line = json[from..].replace('\n', " ");
        json.truncate(from);
        json.push_str(&line);
    }
}

/// A text without what all of `redactors` take out of it.
pub(super) fn redacted<'j>(redactors: &[Redactor], json: &'j str) -> Cow<'j, str> {
    let redactors = redactors.iter();
    redactors.fold(Cow::Borrowed(json), |json, redactor| {
        match redactor.input(&json) {
            Cow::Borrowed(_) => json,
            Cow::Owned(redacted) => Cow::Owned(redacted),
        }
    })
}

fn name_of(json: &str) -> Box<str> {
    let row = Document::parse(json).map(|event| EventRow::default().with_what_it_says(&event));
    row.map_or_else(Box::default, |row| row.name().into())
}
