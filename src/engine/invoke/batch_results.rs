//! What `onBatch` returned, event by event (docs/platform.md section 7).

use deno_core::v8;
use serde_json::value::RawValue;

use super::context::Context;
use crate::engine::isolate::js::{Scope, get, json, text};
use crate::outcome::{BatchItem, Class};

/// The most that `onBatch` may return beyond its batch. A function chooses how long the array is.
const MAX_MORE: u32 = 100_000;

/// Only an array as long as the batch, of objects that each have a numeric `status`, is a list of
/// results: functions also return arrays that mean nothing (docs/platform.md section 7.1).
pub fn destination<'s>(
    scope: &mut Scope<'s, '_>,
    context: &Context,
    events: v8::Local<'s, v8::Array>,
    returned: v8::Local<'s, v8::Value>,
    warnings: &mut Vec<String>,
) -> Option<Vec<BatchItem>> {
    let delivered = || BatchItem {
        class: Class::Success,
        status: None,
        message: None,
        event: None,
    };
    let all = |count: u32| (0..count).map(|_| delivered()).collect();
    let Ok(results) = v8::Local::<v8::Array>::try_from(returned) else {
        return Some(all(events.length()));
    };
    let mut items = Some(Vec::new()).filter(|_| results.length() == events.length());
    for index in 0..events.length() {
        let Some(list) = &mut items else { break };
        match result(scope, results, index, warnings) {
            _ if context.armed.is_over() => return None,
            Some(item) => list.push(item),
            None => items = None,
        }
    }
    Some(items.unwrap_or_else(|| {
        warnings.push(
            "onBatch returned an array that is not a list of results (one object with a numeric \
             `status` for each event, in order): production counts every event as delivered"
                .into(),
        );
        all(events.length())
    }))
}

fn result<'s>(
    scope: &mut Scope<'s, '_>,
    results: v8::Local<'s, v8::Array>,
    index: u32,
    warnings: &mut Vec<String>,
) -> Option<BatchItem> {
    let item: v8::Local<v8::Object> = results.get_index(scope, index)?.try_into().ok()?;
    let status = get(scope, item, "status")?;
    let status = status
        .is_number()
        .then(|| status.number_value(scope))
        .flatten()?;
    let class = match status {
        200.0..300.0 => Class::Success,
        s if s == 429.0 || s >= 500.0 => Class::Retry,
        _ => Class::Discard,
    };
    let mut message = text(scope, item, "errormessage");
    for alias in ["errorMessage", "message"] {
        if message.is_none() && class != Class::Success {
            message = text(scope, item, alias);
            if message.is_some() {
                let text = format!(
                    "a batch result has `{alias}`; production reads `errormessage`, in lower case"
                );
                if !warnings.contains(&text) {
                    warnings.push(text);
                }
            }
        }
    }
    Some(BatchItem {
        class,
        status: Some(status),
        message,
        event: None,
    })
}

/// Pairs what an insert function returned with the batch, in the order of
/// docs/platform.md section 7.2. `None` when time or memory ran out.
pub fn insert<'s>(
    scope: &mut Scope<'s, '_>,
    context: &Context,
    stringify: &v8::Global<v8::Function>,
    (events, returned): (v8::Local<'s, v8::Array>, v8::Local<'s, v8::Value>),
    warnings: &mut Vec<String>,
) -> Option<Vec<BatchItem>> {
    let outputs = paired(scope, context, events, returned, warnings)?;
    let mut items = Vec::with_capacity(outputs.len());
    for output in outputs {
        items.push(item(scope, stringify, output));
        if context.armed.is_over() {
            return None;
        }
    }
    Some(items)
}

/// What was returned for each event.
fn paired<'s>(
    scope: &mut Scope<'s, '_>,
    context: &Context,
    events: v8::Local<'s, v8::Array>,
    returned: v8::Local<'s, v8::Value>,
    warnings: &mut Vec<String>,
) -> Option<Vec<Option<v8::Local<'s, v8::Value>>>> {
    let count = events.length();
    let nothing = || Some((0..count).map(|_| None).collect());
    let Ok(outputs) = v8::Local::<v8::Array>::try_from(returned) else {
        warnings.push("onBatch returned no array: nothing is forwarded; return the events".into());
        return nothing();
    };
    let length = outputs.length();
    if length > count.saturating_add(MAX_MORE) {
        warnings.push(format!(
            "onBatch returned an array with a length of {length}, for a batch of {count}: nothing is \
             forwarded; return the events"
        ));
        return nothing();
    }
    let given = elements(scope, context, events)?;
    let taken = elements(scope, context, outputs)?;
    let ids = message_ids(scope, context, &given)?;
    let taken_ids = message_ids(scope, context, &taken)?;
    if given.len() == taken.len() {
        warn_if_permuted(&ids, &taken_ids, warnings);
        return Some(taken.into_iter().map(Some).collect());
    }
    let mut left: Vec<_> = taken.into_iter().map(Some).collect();
    let mut paired = Vec::with_capacity(given.len());
    for (event, id) in given.iter().zip(&ids) {
        if context.armed.is_over() {
            return None;
        }
        paired.push(take_match(*event, id.as_deref(), &mut left, &taken_ids));
    }
    if paired.iter().all(Option::is_none) && left.iter().any(Option::is_some) {
        warnings.push(
            "onBatch returned a different number of events, and none can be recognised as one of \
             the batch: they are paired by position, from the first"
                .into(),
        );
        let mut left = left.into_iter();
        return Some(given.iter().map(|_| left.next().flatten()).collect());
    }
    let stray = left.iter().flatten().count();
    if stray > 0 {
        let events = match stray {
            1 => "1 event that isn't of the batch".to_owned(),
            _ => format!("{stray} events that aren't of the batch"),
        };
        warnings.push(format!(
            "onBatch returned {events}: an insert function can't add events"
        ));
    }
    Some(paired)
}

fn item<'s>(
    scope: &mut Scope<'s, '_>,
    stringify: &v8::Global<v8::Function>,
    output: Option<v8::Local<'s, v8::Value>>,
) -> BatchItem {
    let event = output
        .and_then(|output| json(scope, stringify, output))
        .filter(|event| is_event(event));
    let class = if event.is_some() {
        Class::Success
    } else {
        Class::Filtered
    };
    BatchItem {
        class,
        status: None,
        message: None,
        event,
    }
}

/// Finds the output for an event: the same object, or else one with the same `messageId`.
fn take_match<'s>(
    event: v8::Local<'s, v8::Value>,
    id: Option<&str>,
    left: &mut [Option<v8::Local<'s, v8::Value>>],
    ids: &[Option<String>],
) -> Option<v8::Local<'s, v8::Value>> {
    let same = left
        .iter()
        .position(|output| output.is_some_and(|o| o.strict_equals(event)));
    let at = same.or_else(|| {
        let id = id?;
        (0..left.len()).find(|&at| left[at].is_some() && ids[at].as_deref() == Some(id))
    })?;
    left[at].take()
}

/// The elements that an array has. `None` when time or memory ran out: an element may be a getter.
fn elements<'s>(
    scope: &mut Scope<'s, '_>,
    context: &Context,
    array: v8::Local<'s, v8::Array>,
) -> Option<Vec<v8::Local<'s, v8::Value>>> {
    let mut elements = Vec::new();
    for index in 0..array.length() {
        elements.extend(array.get_index(scope, index));
        if context.armed.is_over() {
            return None;
        }
    }
    Some(elements)
}

/// The `messageId` of each event. `None` when time or memory ran out.
fn message_ids<'s>(
    scope: &mut Scope<'s, '_>,
    context: &Context,
    events: &[v8::Local<'s, v8::Value>],
) -> Option<Vec<Option<String>>> {
    let mut ids = Vec::with_capacity(events.len());
    for event in events {
        let event = v8::Local::<v8::Object>::try_from(*event).ok();
        ids.push(event.and_then(|event| text(scope, event, "messageId")));
        if context.armed.is_over() {
            return None;
        }
    }
    Some(ids)
}

fn warn_if_permuted(
    ids: &[Option<String>],
    taken_ids: &[Option<String>],
    warnings: &mut Vec<String>,
) {
    let moved = taken_ids
        .iter()
        .zip(ids)
        .any(|(id, here)| id.is_some() && here != id && ids.contains(id));
    if moved {
        warnings.push(
            "onBatch changed the order of the events: production pairs them by position".into(),
        );
    }
}

/// Whether an insert function returned something that can be sent on: one event, not a list.
pub fn is_event(json: &RawValue) -> bool {
    json.get().starts_with('{')
}
