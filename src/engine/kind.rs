//! Finds out what kind a function is, where nobody said it.

use super::instance::BATCH_HANDLER;
use super::instance::Handler;
use super::instance::REQUEST_HANDLER;
use crate::function::Function;
use crate::function::Kind;

/// The kind, and what showed it. An error is a sentence that says what to do.
pub fn kind_of(
    function: &Function,
    handlers: &[Handler],
    texts: &[String],
) -> Result<(Kind, Option<String>), String> {
    if let Some(kind) = function.kind {
        return Ok((kind, None));
    }
    let own = |name: &str| {
        handlers
            .iter()
            .any(|handler| handler.own && handler.name == name)
    };
    let event = handlers
        .iter()
        .find(|handler| handler.own && handler.name != REQUEST_HANDLER);
    match (own(REQUEST_HANDLER), event) {
        (true, None) => Ok((Kind::Source, Some(format!("it defines {REQUEST_HANDLER}")))),
        (true, Some(other)) => Err(format!(
            "the function defines both {REQUEST_HANDLER} and {}: no kind of function has both; \
             say which it is with --kind source or --kind destination",
            other.name
        )),
        (false, None) => Err(no_handler(&function.source)),
        (false, Some(_)) => Ok(insert_or_destination(function, handlers, texts)),
    }
}

/// An insert function hands its event on, or drops it; a destination function does neither.
fn insert_or_destination(
    function: &Function,
    handlers: &[Handler],
    texts: &[String],
) -> (Kind, Option<String>) {
    if mentions(&function.source, "DropEvent") {
        return (Kind::InsertDestination, Some("it uses DropEvent".into()));
    }
    for (handler, text) in handlers.iter().zip(texts) {
        if handler.own && handler.name != BATCH_HANDLER && returns_first_parameter(text) {
            return (
                Kind::InsertDestination,
                Some(format!("{} returns the event", handler.name)),
            );
        }
    }
    let first = handlers
        .iter()
        .find(|handler| handler.own)
        .map_or("", |handler| handler.name);
    (Kind::Destination, Some(format!("it defines {first}")))
}

fn is_identifier(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

fn mentions(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        !text[..at].ends_with(is_identifier)
            && !text[at + word.len()..].starts_with(is_identifier)
            && !text[..at].rsplit('\n').next().unwrap_or("").contains("//")
    })
}

/// Whether a handler's text has `return EVENT` for its first parameter.
fn returns_first_parameter(text: &str) -> bool {
    let Some((_, after)) = text.split_once('(') else {
        return false;
    };
    let parameter: String = after
        .trim_start()
        .chars()
        .take_while(|c| is_identifier(*c))
        .collect();
    if parameter.is_empty() {
        return false;
    }
    text.split('\n')
        .filter(|line| !line.trim_start().starts_with("//"))
        .any(|line| {
            line.match_indices("return").any(|(at, word)| {
                let rest = line[at + word.len()..].trim_start_matches([' ', '\t', '(']);
                !line[..at].ends_with(is_identifier)
                    && rest.len() < line.len() - at - word.len()
                    && rest.strip_prefix(parameter.as_str()).is_some_and(|rest| {
                        !rest.starts_with(|c| is_identifier(c) || c == '.' || c == '[')
                    })
            })
        })
}

fn no_handler(source: &str) -> String {
    if mentions(source, "exports") {
        return "the function defines no handler; `exports.…` is the format of before September \
                2019, which the platform no longer runs: write `async function onRequest(request, \
                settings) { … }` (or onTrack, onIdentify …) instead"
            .into();
    }
    if mentions(source, "onIdentity") {
        return "the function defines onIdentity; the handler's name is onIdentify".into();
    }
    "the function defines no handler: write `async function onTrack(event, settings) { … }` (or \
     onIdentify, onPage, onScreen, onGroup, onAlias, onDelete, onBatch; onRequest in a source \
     function)"
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_insert_function_is_known_by_returning_its_event() {
        for text in [
            "async function onTrack(event, settings) {\n  return event;\n}",
            "async (e) => { if (x) return e; }",
            "function (event) { return (event) }",
        ] {
            assert!(returns_first_parameter(text), "{text}");
        }
        for text in [
            "async function onTrack(event) {\n  return event.type;\n}",
            "async function onTrack(event) {\n  // return event\n}",
            "async function onTrack(event) { return events; }",
            "async function onTrack() { return fetch('x'); }",
        ] {
            assert!(!returns_first_parameter(text), "{text}");
        }
    }
}
