//! What a function does that its author hardly meant: it trips over a field, or sends on that there is none.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::json::{FieldPath, Json};
use crate::outcome::{Exchange, Outcome, SentBody, SentPart};
use crate::text::Place;

/// Texts that come of a value which isn't there or isn't a text.
const UNSET: [&str; 3] = ["undefined", "NaN", "[object Object]"];

/// What looks like a mistake in what came of an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Flaw {
    /// The function threw a TypeError.
    TypeError { message: String, at: Option<Place> },
    /// A request says that a value is unset.
    Unset {
        /// How it says so: `undefined`.
        text: String,
        /// Where in the request: `the URL`, `body.json.name`.
        place: String,
        /// Its method and URL.
        request: String,
    },
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Flaw::TypeError { message, at } => {
                write!(f, "TypeError: {message}")?;
                match at {
                    Some(Place { line, column }) => write!(f, " (line {line}, column {column})"),
                    None => Ok(()),
                }
            }
            Flaw::Unset {
                text,
                place,
                request,
            } => write!(f, "{text} in {place} of {request}"),
        }
    }
}

/// The flaws of an outcome that shows whole requests.
pub fn flaws_of(outcome: &Outcome) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    if let Some(error) = outcome
        .error
        .as_ref()
        .filter(|error| error.name == "TypeError")
    {
        flaws.push(Flaw::TypeError {
            message: error.message.clone(),
            at: error.at,
        });
    }
    for exchange in &outcome.exchanges {
        let mut found = Vec::new();
        in_url(&exchange.url, &mut found);
        if let Some(body) = exchange
            .request
            .as_ref()
            .and_then(|sent| sent.body.as_ref())
        {
            in_body(body, "body", &mut found);
        }
        flaws.extend(found.into_iter().map(|(text, place)| Flaw::Unset {
            text,
            place,
            request: shown(exchange),
        }));
    }
    flaws
}

/// What is unset, and where.
type Found = Vec<(String, String)>;

/// Without the query, which may be long.
fn shown(exchange: &Exchange) -> String {
    let url = exchange.url.split('?').next().unwrap_or_default();
    format!("{} {url}", exchange.method)
}

fn in_url(text: &str, found: &mut Found) {
    let Ok(url) = Url::parse(text) else {
        return;
    };
    for part in url.path_segments().into_iter().flatten() {
        let part = percent_encoding::percent_decode_str(part).decode_utf8_lossy();
        in_text(&part, "the URL", found);
    }
    for (name, value) in url.query_pairs() {
        in_text(&name, "the URL", found);
        in_text(&value, &format!("the URL's parameter {name}"), found);
    }
}

fn in_body(body: &SentBody, place: &str, found: &mut Found) {
    match body {
        SentBody::Json(value) => in_json(value, &FieldPath::default(), place, found),
        SentBody::Form(pairs) => {
            for (name, value) in pairs {
                in_text(value, &format!("{place}.{name}"), found);
            }
        }
        SentBody::Multipart(parts) => {
            for SentPart { name, body, .. } in parts {
                in_body(body, &format!("{place}.{name}"), found);
            }
        }
        SentBody::Text(text) => in_text(text, place, found),
        SentBody::Base64(_) => {}
    }
}

fn in_json(value: &Json, path: &FieldPath, place: &str, found: &mut Found) {
    let at = || match path.0.is_empty() {
        true => place.to_owned(),
        false => format!("{place}.{path}"),
    };
    match value {
        Json::Null => found.push(("null".to_owned(), at())),
        Json::String(text) => in_text(text, &at(), found),
        Json::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                in_json(item, &path.index(index), place, found);
            }
        }
        Json::Object(fields) => {
            for (name, field) in fields.iter() {
                in_json(field, &path.key(name), place, found);
            }
        }
        Json::Bool(_) | Json::Number(_) => {}
    }
}

fn in_text(text: &str, place: &str, found: &mut Found) {
    let told = match text.trim() {
        "null" => Some("null"),
        text => UNSET.into_iter().find(|unset| is_word_in(text, unset)),
    };
    found.extend(told.map(|told| (told.to_owned(), place.to_owned())));
}

fn is_word_in(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let goes_on =
            |char: Option<char>| char.is_some_and(|char| char.is_alphanumeric() || char == '_');
        !goes_on(text[..at].chars().next_back()) && !goes_on(text[at + word.len()..].chars().next())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::arbitrary::json;

    #[test]
    fn what_is_unset_is_found_in_all_parts_of_a_request() {
        let mut found = Vec::new();
        in_url(
            "https://a.example/u/undefined?x=NaN&y=is%20undefined&z=undefinedness",
            &mut found,
        );
        let value = json!({"a": null, "b": ["[object Object]", "fine"], "c": "Hello undefined!"});
        in_body(&SentBody::Json(value), "body", &mut found);
        in_body(
            &SentBody::Form(vec![("d".into(), "null".into())]),
            "body",
            &mut found,
        );
        let found: Vec<String> = found
            .iter()
            .map(|(text, place)| format!("{text} in {place}"))
            .collect();
        assert_eq!(
            found,
            [
                "undefined in the URL",
                "NaN in the URL's parameter x",
                "undefined in the URL's parameter y",
                "null in body.a",
                "[object Object] in body.b[0]",
                "undefined in body.c",
                "null in body.d",
            ]
        );
    }
}
