//! What `onBatch` returned, event by event (docs/platform.md section 7).

use deno_core::v8;
use serde_json::value::RawValue;

use crate::engine::isolate::js::{Scope, get, json, text};
use crate::outcome::{BatchItem, Class};

/// Only an array as long as the batch, of objects that each have a numeric `status`, is a list of
/// results: functions also return arrays that mean nothing (docs/platform.md section 7.1).
pub fn destination<'s>(
    scope: &mut Scope<'s, '_>,
    events: v8::Local<'s, v8::Array>,
    returned: v8::Local<'s, v8::Value>,
    warnings: &mut Vec<String>,
) -> Vec<BatchItem> {
    let delivered = || BatchItem {
        class: Class::Success,
        status: None,
        message: None,
        event: None,
    };
    let all = |count: u32| (0..count).map(|_| delivered()).collect();
    let Ok(results) = v8::Local::<v8::Array>::try_from(returned) else {
        return all(events.length());
    };
    let items: Option<Vec<BatchItem>> = (results.length() == events.length())
        .then(|| {
            (0..results.length())
                .map(|i| result(scope, results, i, warnings))
                .collect()
        })
        .flatten();
    items.unwrap_or_else(|| {
        warnings.push(
            "onBatch returned an array that is not a list of results (one object with a numeric \
             `status` for each event, in order): production counts every event as delivered"
                .into(),
        );
        all(events.length())
    })
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
/// docs/platform.md section 7.2.
pub fn insert<'s>(
    scope: &mut Scope<'s, '_>,
    events: v8::Local<'s, v8::Array>,
    returned: v8::Local<'s, v8::Value>,
    warnings: &mut Vec<String>,
) -> Vec<BatchItem> {
    let count = events.length();
    let Ok(outputs) = v8::Local::<v8::Array>::try_from(returned) else {
        warnings.push("onBatch returned no array: nothing is forwarded; return the events".into());
        return (0..count).map(|_| item(scope, None)).collect();
    };
    let given: Vec<_> = (0..count)
        .filter_map(|i| events.get_index(scope, i))
        .collect();
    let taken: Vec<_> = (0..outputs.length())
        .filter_map(|i| outputs.get_index(scope, i))
        .collect();
    if given.len() == taken.len() {
        warn_if_permuted(scope, &given, &taken, warnings);
        return taken
            .into_iter()
            .map(|output| item(scope, Some(output)))
            .collect();
    }
    let mut left: Vec<_> = taken.into_iter().map(Some).collect();
    let paired: Vec<_> = given
        .iter()
        .map(|event| take_match(scope, *event, &mut left))
        .collect();
    if paired.iter().all(Option::is_none) && left.iter().any(Option::is_some) {
        warnings.push(
            "onBatch returned a different number of events, and none can be recognised as one of \
             the batch: they are paired by position, from the first"
                .into(),
        );
        let mut left = left.into_iter();
        return given
            .iter()
            .map(|_| item(scope, left.next().flatten()))
            .collect();
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
    paired
        .into_iter()
        .map(|output| item(scope, output))
        .collect()
}

fn item<'s>(scope: &mut Scope<'s, '_>, output: Option<v8::Local<'s, v8::Value>>) -> BatchItem {
    let event = output
        .and_then(|output| json(scope, output))
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
    scope: &mut Scope<'s, '_>,
    event: v8::Local<'s, v8::Value>,
    left: &mut [Option<v8::Local<'s, v8::Value>>],
) -> Option<v8::Local<'s, v8::Value>> {
    let same = left
        .iter()
        .position(|output| output.is_some_and(|o| o.strict_equals(event)));
    let at = same.or_else(|| {
        let id = message_id(scope, event)?;
        left.iter()
            .position(|output| output.and_then(|o| message_id(scope, o)).as_ref() == Some(&id))
    })?;
    left[at].take()
}

fn message_id<'s>(scope: &mut Scope<'s, '_>, event: v8::Local<'s, v8::Value>) -> Option<String> {
    let event: v8::Local<v8::Object> = event.try_into().ok()?;
    text(scope, event, "messageId")
}

fn warn_if_permuted<'s>(
    scope: &mut Scope<'s, '_>,
    given: &[v8::Local<'s, v8::Value>],
    taken: &[v8::Local<'s, v8::Value>],
    warnings: &mut Vec<String>,
) {
    let ids: Vec<_> = given
        .iter()
        .map(|event| message_id(scope, *event))
        .collect();
    let moved = taken.iter().enumerate().any(|(index, output)| {
        let id = message_id(scope, *output);
        id.is_some() && ids[index] != id && ids.contains(&id)
    });
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
