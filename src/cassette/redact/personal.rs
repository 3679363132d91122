//! Personal data, where pseudonyms are put in its place.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::Redactor;
use crate::json::{Document, Json, NodeKind};
use crate::pseudonyms::names::{FieldPlace, about_person};
use crate::text::latin1;

/// What is escaped in a part of a path: all but what RFC 3986 never reserves.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

impl Redactor {
    /// What stands for a value that is personal by its name, if it is and pseudonyms are wanted.
    pub(super) fn named(&self, place: FieldPlace, value: &str) -> Option<String> {
        self.pseudonyms.as_ref()?.named(place, value)
    }

    /// What stands for a number that is personal: by its name, or because it was met as a text.
    pub(super) fn personal_number(&self, place: FieldPlace, raw: &str) -> Option<String> {
        let pseudonyms = self.pseudonyms.as_ref()?;
        let new = pseudonyms
            .named(place, raw)
            .unwrap_or_else(|| pseudonyms.text(raw).into_owned());
        (new != raw && Json::parse(&new).is_ok()).then_some(new)
    }

    /// The text with pseudonyms, where they are wanted.
    pub(super) fn personal<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match &self.pseudonyms {
            Some(pseudonyms) => pseudonyms.text(text),
            None => Cow::Borrowed(text),
        }
    }

    /// The same for a text each of whose characters is a byte of UTF-8.
    pub(super) fn personal_latin1(&self, text: String) -> String {
        if self.pseudonyms.is_none() {
            return text;
        }
        let bytes = latin1::bytes(&text).map(String::from_utf8);
        match bytes {
            Some(Ok(plain)) => latin1::text(self.personal(&plain).as_bytes()),
            _ => self.personal(&text).into_owned(),
        }
    }

    /// The path of a URL. What its parts say is looked at, however they are written.
    pub(super) fn path<'t>(&self, path: &'t str) -> Cow<'t, str> {
        let secret = self.secret_text(path);
        if self.pseudonyms.is_none() || matches!(secret, Cow::Owned(_)) {
            return secret;
        }
        let mut changed = false;
        let parts = path.split('/').map(|part| {
            let plain = percent_decode_str(part).decode_utf8_lossy();
            let new = self.personal(&plain);
            if new == plain {
                return Cow::Borrowed(part);
            }
            changed = true;
            Cow::Owned(utf8_percent_encode(&new, ESCAPED).to_string())
        });
        let new = parts.collect::<Vec<_>>().join("/");
        match changed {
            true => Cow::Owned(new),
            false => Cow::Borrowed(path),
        }
    }

    /// Whether the fields of an object tell that it is about a person, and whether it is a group's.
    pub(super) fn about(&self, document: &Document, number: usize) -> (bool, bool) {
        let nodes = document.nodes();
        if self.pseudonyms.is_none() || nodes[number].kind != NodeKind::Object {
            return (false, false);
        }
        let names: Vec<Cow<str>> = document
            .children(number)
            .filter_map(|child| document.key(&nodes[child]))
            .collect();
        let is_group = document.children(number).any(|child| {
            let node = &nodes[child];
            document.key(node).is_some_and(|key| key == "type")
                && document.string(node).is_some_and(|kind| kind == "group")
        });
        (about_person(names.iter().map(AsRef::as_ref)), is_group)
    }
}
