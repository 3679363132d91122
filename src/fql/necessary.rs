//! Which texts can't be those of an event that fits.

use memchr::memchr;
use memchr::memmem::Finder;
use serde::de::IgnoredAny;

use crate::fql::function::Function;
use crate::fql::term::{Comparison, Term, TermKind};
use crate::json::{Json, string};

/// Texts of which an event has at least one if an expression is true of it; `None` where nothing is known.
///
/// Only texts that JSON has as they are, where it has no backslash.
#[derive(Clone, Debug, Default)]
pub(super) struct Necessary(Option<Vec<Finder<'static>>>);

impl Necessary {
    pub fn of(root: &Term) -> Necessary {
        let texts = any_of(root);
        let finder = |text: &&str| Finder::new(text.as_bytes()).into_owned();
        Necessary(texts.map(|texts| texts.iter().map(finder).collect()))
    }

    /// Whether `json` is JSON, and none of the texts is in it.
    pub fn is_missing_in(&self, json: &str) -> bool {
        let Necessary(Some(texts)) = self else {
            return false;
        };
        let bytes = json.as_bytes();
        texts.iter().all(|text| text.find(bytes).is_none())
            // With one, a text may stand there in another form.
            && memchr(b'\\', bytes).is_none()
            && serde_json::from_str::<IgnoredAny>(json).is_ok()
    }
}

fn any_of(term: &Term) -> Option<Vec<&str>> {
    match &term.kind {
        // One of them is enough: the one whose shortest text is longest.
        TermKind::And(terms) => {
            let shortest = |texts: &Vec<&str>| texts.iter().map(|text| text.len()).min();
            terms.iter().filter_map(any_of).max_by_key(shortest)
        }
        TermKind::Or(terms) => {
            let all: Option<Vec<Vec<&str>>> = terms.iter().map(any_of).collect();
            Some(all?.concat())
        }
        TermKind::Compare(Comparison::Equal, left, right) => match (&left.kind, &right.kind) {
            (TermKind::Path(_), TermKind::Value(value))
            | (TermKind::Value(value), TermKind::Path(_)) => Some(vec![plain(value)?]),
            _ => None,
        },
        TermKind::Compare(Comparison::In, left, right) => match (&left.kind, &right.kind) {
            (TermKind::Path(_), TermKind::Value(Json::Array(items))) => {
                items.iter().map(plain).collect()
            }
            (TermKind::Value(value), TermKind::Path(_)) => Some(vec![plain(value)?]),
            _ => None,
        },
        TermKind::Call(Function::Contains, arguments) => match &arguments[..] {
            [
                Term {
                    kind: TermKind::Path(_),
                    ..
                },
                Term {
                    kind: TermKind::Value(part),
                    ..
                },
            ] => Some(vec![plain(part)?]),
            _ => None,
        },
        TermKind::Value(_)
        | TermKind::Path(_)
        | TermKind::Not(_)
        | TermKind::Compare(..)
        | TermKind::Call(..) => None,
    }
}

/// A text that JSON without a backslash has as it is.
fn plain(value: &Json) -> Option<&str> {
    let text = value.as_str()?;
    (!text.is_empty() && !string::is_odd(text)).then_some(text)
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use crate::fql::Expression;

    fn skipped(expression: &str, json: &str) -> bool {
        let expression = Expression::from_str(expression).expect(expression);
        expression.is_surely_not_of(json)
    }

    #[test]
    fn a_text_without_what_has_to_be_in_it_is_skipped() {
        let json = r#"{"type":"page","n":1}"#;
        for (expression, expected) in [
            ("type = 'track'", true),
            ("'track' = type", true),
            ("type = 'page'", false),
            ("other = 'page'", false),
            ("type in ['track', 'group']", true),
            ("type in ['track', 'page']", false),
            ("type in ['track', 1]", false),
            ("type in []", true),
            ("'a' in tags", false),
            ("'abc' in tags", true),
            ("contains(type, 'rac')", true),
            ("contains('rac', type)", false),
            ("type = 'page' and event = 'Paid'", true),
            ("type = 'page' or event = 'Paid'", false),
            ("event = 'Sent' or event = 'Paid'", true),
            ("event = 'Sent' or n > 1", false),
            ("!(type = 'track')", false),
            ("type != 'track'", false),
            ("lowercase(type) = 'track'", false),
            ("type = ''", false),
            ("n = 2", false),
        ] {
            assert_eq!(skipped(expression, json), expected, "{expression}");
        }
    }

    #[test]
    fn a_text_that_may_say_it_in_another_form_or_is_no_json_is_not_skipped() {
        let track = "type = 'track'";
        assert!(skipped(track, "[{\"type\":\"page\"}]"));
        for json in [r#"{"type":"t\u0072ack"}"#, r#"{"type":"page""#, "", "{}}"] {
            assert!(!skipped(track, json), "{json}");
        }
    }
}
