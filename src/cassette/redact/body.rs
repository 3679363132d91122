//! Bodies, by what they are.

use std::borrow::Cow;
use std::ops::Range;

use bytes::Bytes;

use super::form::is_form;
use super::{Redactor, Scope};
use crate::cassette::coding::{gunzip, gzip};
use crate::cassette::content::{BodyKind, Content, is_lines};
use crate::cassette::multipart::Multipart;
use crate::cassette::payload::Payload;
use crate::json::FieldPath;
use crate::pseudonyms::names::FieldPlace;
use crate::secrets::names::{self, NamePlace};
use crate::secrets::placeholder;
use crate::secrets::stand_in::stand_in;

impl Redactor {
    /// Redacts a body; the content type tells how to read it.
    pub fn payload(&self, payload: &mut Payload, content_type: Option<&str>) {
        if let Some(new) = self.body(&payload.bytes, content_type) {
            payload.bytes = new;
        }
    }

    /// What a body says, redacted.
    pub(in crate::cassette) fn read(&self, bytes: &Bytes, content_type: Option<&str>) -> Content {
        match self.body(bytes, content_type) {
            Some(new) => Content::parse(&new, content_type),
            None => Content::parse(bytes, content_type),
        }
    }

    /// A body without its secrets, of which every other byte stays; `None` where there are none.
    fn body(&self, bytes: &Bytes, content_type: Option<&str>) -> Option<Bytes> {
        if bytes.is_empty() {
            return None;
        }
        if let Some(multipart) = Multipart::of(bytes, content_type) {
            return self.multipart(bytes, &multipart);
        }
        let Ok(body) = std::str::from_utf8(bytes) else {
            return self.binary(bytes);
        };
        self.body_text(body, BodyKind::of(content_type))
            .map(Bytes::from)
    }

    fn body_text(&self, body: &str, kind: BodyKind) -> Option<String> {
        let mark = if body.starts_with('\u{feff}') { 3 } else { 0 };
        let bare = &body[mark..];
        let new = match kind {
            BodyKind::Form => self.form(bare, NamePlace::Field, Scope::BODY)?,
            _ if kind == BodyKind::Json || bare.trim_start().starts_with(['{', '[']) => {
                match crate::json::Document::parse(bare) {
                    Some(document) => {
                        let edits = self.edits(&document, Scope::BODY);
                        (!edits.is_empty()).then(|| document.with(edits))?
                    }
                    None if is_lines(bare) => self.lines(bare)?,
                    None => self.loose(bare, Scope::BODY).into_owned(),
                }
            }
            _ if is_form(bare) => self.form(bare, NamePlace::Field, Scope::BODY)?,
            _ => self.string(bare, Scope::BODY).into_owned(),
        };
        (new != bare).then(|| format!("{}{new}", &body[..mark]))
    }

    /// JSON, one value a line.
    fn lines(&self, body: &str) -> Option<String> {
        let mut changed = false;
        let lines =
            body.split_inclusive('\n')
                .map(|line| match self.json_text(line, Scope::BODY) {
                    Some(new) => {
                        changed = true;
                        Cow::Owned(new)
                    }
                    None => Cow::Borrowed(line),
                });
        let new = lines.collect::<String>();
        changed.then_some(new)
    }

    fn multipart(&self, bytes: &Bytes, form: &Multipart) -> Option<Bytes> {
        let presigned = names::is_presigned(form.parts.iter().map(|part| part.name.as_str()));
        let mut edits: Vec<(Range<usize>, Vec<u8>)> = Vec::new();
        for part in &form.parts {
            if let Some(head) = self.known_bytes(&bytes[part.head.clone()]) {
                edits.push((part.head.clone(), head));
            }
            let value = bytes.slice(part.span.clone());
            let new = match &part.content {
                Content::Text(value) => {
                    let place = FieldPath::default().key(&part.name);
                    let kept = self.rules.keeps_part("", &part.name);
                    let secret =
                        !kept && names::tells(&part.name, NamePlace::Field).is_secret(value);
                    let new = match self.rules.redacted_at(&place) {
                        _ if presigned && names::changes_with_signature(&part.name) => {
                            placeholder(&part.name)
                        }
                        Some(name) => placeholder(&name),
                        None if secret => stand_in(&part.name, value),
                        None => match self.named(FieldPlace::named(&part.name), value) {
                            Some(new) if !kept => new,
                            _ => self.string(value, Scope::VALUE.keeping(kept)).into_owned(),
                        },
                    };
                    (new != *value).then(|| new.into_bytes())
                }
                _ => self
                    .body(&value, part.content_type.as_deref())
                    .map(|new| new.to_vec()),
            };
            edits.extend(new.map(|new| (part.span.clone(), new)));
        }
        if edits.is_empty() {
            return None;
        }
        let mut new = Vec::with_capacity(bytes.len());
        let mut at = 0;
        for (span, put) in edits {
            new.extend_from_slice(&bytes[at..span.start]);
            new.extend_from_slice(&put);
            at = span.end;
        }
        new.extend_from_slice(&bytes[at..]);
        Some(new.into())
    }

    /// Bytes that are no text; `None` where there is nothing to replace. Compressed ones are looked
    /// into as far as they can be read.
    pub(super) fn binary(&self, bytes: &Bytes) -> Option<Bytes> {
        let Some((plain, cut)) = gunzip(bytes) else {
            return self.bytes(bytes).map(Bytes::from);
        };
        let plain = Bytes::from(plain);
        match self.body(&plain, None) {
            Some(new) => Some(gzip(&new)),
            None => cut.then(|| gzip(&plain)),
        }
    }
}
