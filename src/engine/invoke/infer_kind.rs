//! Infers the kind of a function from its handlers, where nobody declared it.

use memchr::memmem;

use super::returned_event::returns_event;
use crate::engine::error::EngineError;
use crate::engine::isolate::instance::Handler;
use crate::engine::result::Loaded;
use crate::function::{BATCH_HANDLER, Function, HANDLERS, Kind, REQUEST_HANDLER};
use crate::hints;
use crate::text::is_js_word;

/// What the platform doesn't let the code of source functions contain (docs/platform.md section 2).
const OWN_ENDPOINT: &str = "https://fn.segmentapis.com";

/// The kind, and the reason for it where it was inferred.
pub fn infer_kind(
    function: &Function,
    handlers: &[Handler],
) -> Result<(Kind, Option<String>), EngineError> {
    if let Some(kind) = function.kind {
        return told(kind, function, handlers);
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
        (true, Some(other)) => Err(EngineError::NoKind {
            problem: format!(
                "the function defines both {REQUEST_HANDLER} and {}, but no kind of function has both",
                other.name
            ),
            hint: hints::WHICH_KIND.into(),
        }),
        (false, None) => Err(EngineError::NoKind {
            problem: "the function defines no handler".into(),
            hint: no_handler(&function.source),
        }),
        (false, Some(_)) => Ok(insert_or_destination(function, handlers)),
    }
}

/// A kind that was told, of which the function must have a handler.
fn told(
    kind: Kind,
    function: &Function,
    handlers: &[Handler],
) -> Result<(Kind, Option<String>), EngineError> {
    if handlers.iter().any(|handler| handler.own) {
        return Ok((kind, None));
    }
    let hint = match (kind, defined_elsewhere(kind, &function.source)) {
        (Kind::Source, Some(other)) => {
            format!("it defines {other}, but a source function defines {REQUEST_HANDLER}")
        }
        (_, Some(other)) => format!("it defines {other}, as source functions do"),
        (_, None) => no_handler(&function.source),
    };
    Err(EngineError::NoKind {
        problem: format!("the function has no handler of the kind {}", kind.name()),
        hint,
    })
}

/// A handler of another kind that the function seems to define.
fn defined_elsewhere(kind: Kind, source: &str) -> Option<&'static str> {
    let is_other = |handler: &&str| (**handler == *REQUEST_HANDLER) != (kind == Kind::Source);
    let mut others = HANDLERS.into_iter().filter(is_other);
    others.find(|handler| mentions(source, handler))
}

/// An insert function hands its event on, or drops it; a destination function does neither.
fn insert_or_destination(function: &Function, handlers: &[Handler]) -> (Kind, Option<String>) {
    if mentions(&function.source, "DropEvent") {
        return (Kind::InsertDestination, Some("it uses DropEvent".into()));
    }
    for handler in handlers {
        if handler.own
            && handler.name != BATCH_HANDLER
            && returns_event(&handler.text, &function.source)
        {
            return (
                Kind::InsertDestination,
                Some(format!("{} returns an event", handler.name)),
            );
        }
    }
    let first = handlers
        .iter()
        .find(|handler| handler.own)
        .map_or("", |handler| handler.name);
    (Kind::Destination, Some(format!("it defines {first}")))
}

fn mentions(text: &str, word: &str) -> bool {
    memmem::find_iter(text.as_bytes(), word).any(|at| {
        !text[..at].ends_with(is_js_word)
            && !text[at + word.len()..].starts_with(is_js_word)
            && !text[..at].rsplit('\n').next().unwrap_or("").contains("//")
    })
}

/// What the author should do when no handler was found.
fn no_handler(source: &str) -> String {
    if let Some((word, handler)) = misspelt(source).next() {
        return format!("it has `{word}`, but the handler's name is {handler}");
    }
    if mentions(source, "exports") {
        return "a function doesn't export anything: write `async function onTrack(event, \
                settings) { … }`"
            .into();
    }
    if mentions(source, "class") {
        return "a handler is a function at the top level, not a method of a class: write `async \
                function onTrack(event, settings) { … }`"
            .into();
    }
    "write `async function onTrack(event, settings) { … }`, or onIdentify, onPage, onScreen, \
     onGroup, onAlias, onDelete or onBatch; in a source function `async function \
     onRequest(request, settings) { … }`"
        .into()
}

/// The words that are nearly a handler's name, with that name. Case matters to the platform, and
/// its own documentation once calls onIdentify onIdentity.
fn misspelt(source: &str) -> impl Iterator<Item = (&str, &'static str)> {
    let words = source.split(|c| !is_js_word(c));
    words.filter_map(|word| {
        let alike = |handler: &&str| handler.eq_ignore_ascii_case(word) && *handler != word;
        let handler = match word {
            "onIdentity" => "onIdentify",
            _ => HANDLERS.into_iter().find(alike)?,
        };
        Some((word, handler))
    })
}

/// What the author should know before anything runs. `wanted` is the handler that was asked for.
pub fn warnings(function: &Function, loaded: &Loaded, wanted: Option<&str>) -> Vec<String> {
    let (kind, own) = (loaded.kind, &loaded.handlers);
    let has = |name: &str| own.iter().any(|own| own == name);
    let defined = own.join(", ");
    let mut warnings = Vec::new();
    if let Some(wanted) = wanted.filter(|wanted| !has(wanted)) {
        warnings.push(format!(
            "the function has no {wanted} (its handlers: {defined})"
        ));
    }
    if let Some((word, handler)) = misspelt(&function.source).find(|(_, name)| !has(name)) {
        warnings.push(format!(
            "the function has `{word}`, but the handler's name is {handler}"
        ));
    }
    if kind == Kind::Source && function.source.contains(OWN_ENDPOINT) {
        warnings.push(format!(
            "the function contains {OWN_ENDPOINT}: the platform refuses to save a source function that \
             could send to a source function"
        ));
    }
    warnings
}
