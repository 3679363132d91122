//! What recorded cases are called.

use std::collections::BTreeSet;

use crate::json::Json;

use crate::function::{BATCH_HANDLER, REQUEST_HANDLER};

/// The longest name, in characters.
const LONGEST: usize = 60;

/// Where in an event its name may stand, by what tells most. What names a person is not among
/// them.
const TELLING: [&str; 6] = [
    "/event",
    "/name",
    "/properties/name",
    "/category",
    "/body/event",
    "/body/type",
];

/// A name for the case of `input`, by the handler that took it: `track-order-completed`. It is safe
/// for every file system, and none of `taken`, to which it is added.
pub fn name_for(handler: Option<&str>, input: &Json, taken: &mut BTreeSet<String>) -> String {
    let what = match handler {
        Some(BATCH_HANDLER) => format!("batch-of-{}", input.as_array().map_or(0, Vec::len)),
        Some(REQUEST_HANDLER) => joined("request", input),
        Some(handler) => joined(handler.strip_prefix("on").unwrap_or(handler), input),
        None => match input.get("type").and_then(Json::as_str) {
            Some(kind) => joined(kind, input),
            None => "input".to_owned(),
        },
    };
    unique(slug(&what), taken)
}

/// A name for a case about `what`, as [`name_for`] makes one.
pub fn name_of(what: &str, taken: &mut BTreeSet<String>) -> String {
    unique(slug(what), taken)
}

fn joined(kind: &str, input: &Json) -> String {
    let telling = TELLING
        .iter()
        .find_map(|place| input.pointer(place)?.as_str());
    format!("{kind}-{}", telling.unwrap_or_default())
}

/// `text` in the characters that names may have.
pub fn slug(text: &str) -> String {
    let mut slug = String::new();
    for char in text.chars().flat_map(char::to_lowercase) {
        if char.is_ascii_alphanumeric() {
            slug.push(char);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        if slug.len() == LONGEST - 5 {
            break;
        }
    }
    match slug.trim_end_matches('-') {
        "" => "case".to_owned(),
        slug => slug.to_owned(),
    }
}

/// The name, with a number where it is taken.
fn unique(name: String, taken: &mut BTreeSet<String>) -> String {
    let numbered = (2..).map(|number| format!("{name}-{number}"));
    let free = std::iter::once(name.clone())
        .chain(numbered)
        .find(|name| !taken.contains(name));
    let free = free.unwrap_or(name);
    taken.insert(free.clone());
    free
}

#[cfg(test)]
mod tests {
    use crate::json::arbitrary::json;

    use super::*;

    #[test]
    fn a_name_says_what_the_case_is_about() {
        let mut taken = BTreeSet::new();
        let mut name = |handler: &str, input: Json| name_for(Some(handler), &input, &mut taken);
        assert_eq!(
            name("onTrack", json!({"event": "Order Completed"})),
            "track-order-completed"
        );
        assert_eq!(
            name("onTrack", json!({"event": "Order  completed!"})),
            "track-order-completed-2"
        );
        assert_eq!(
            name("onIdentify", json!({"userId": "a@b.example"})),
            "identify"
        );
        assert_eq!(name("onBatch", json!([1, 2])), "batch-of-2");
        assert_eq!(
            name("onRequest", json!({"body": {"type": "é/../x"}})),
            "request-x"
        );
        let long = name("onTrack", json!({"event": "x".repeat(1000)}));
        assert!(long.len() <= LONGEST, "{long}");
        assert_eq!(
            name_for(None, &json!({"type": "../.."}), &mut taken),
            "case"
        );
    }
}
