//! Texts and bytes.

use std::borrow::Cow;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use regex::bytes::Regex as BytesRegex;
use regex::{Captures, Regex};

use super::Redactor;
use crate::secrets::{names, placeholder};
use crate::text::latin1;

/// Well-formed keys of no value, since a function must be able to sign with what it got.
pub(super) const KEY_ID: &str = "ASIASEGFNREDACTED000";
const SECRET_KEY: &str = "segfn/redacted/this/secret/key/000000000";
const SESSION_TOKEN: &str = "c2VnZm4gcmVkYWN0ZWQgdGhpcyBzZXNzaW9uIHRva2Vu";

/// The identifiers of AWS's access keys. What is not ASCII ends one: it may be percent-encoded
/// elsewhere.
static KEY_IDS: LazyLock<Option<BytesRegex>> =
    LazyLock::new(|| BytesRegex::new(r"(?-u:\b)(?:AKIA|ASIA)[A-Z0-9]{16}(?-u:\b)").ok());

/// An XML element with nothing but text in it.
static ELEMENTS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"<(?<name>[A-Za-z][A-Za-z0-9_.:-]{0,60})(?<attributes>\s[^<>]*)?>(?<text>[^<>]+)</")
        .ok()
});

/// What stands for the value of a field that is a part of AWS's credentials.
pub(super) fn fake_credential(name: &str) -> Option<&'static str> {
    match name.to_ascii_lowercase().as_str() {
        "accesskeyid" | "awsaccesskeyid" => Some(KEY_ID),
        "secretaccesskey" => Some(SECRET_KEY),
        "sessiontoken" => Some(SESSION_TOKEN),
        _ => None,
    }
}

impl Redactor {
    /// A text without the known secrets, in any of their forms, and without what the project's
    /// patterns match.
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.bytes(text.as_bytes()) {
            Some(new) => Cow::Owned(String::from_utf8_lossy(&new).into_owned()),
            None => Cow::Borrowed(text),
        }
    }

    /// The same for bytes; `None` where there is nothing to replace.
    pub(super) fn bytes(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let mut now = self.secrets.redact(bytes);
        for pattern in &self.rules.patterns {
            let embedded_aws = placeholder("pattern");
            if let Cow::Owned(new) =
                pattern.replace_all(&now, regex::bytes::NoExpand(embedded_aws.as_bytes()))
            {
                now = Cow::Owned(new);
            }
        }
        if let Some(ids) = &*KEY_IDS
            && let Cow::Owned(new) =
                ids.replace_all(&now, regex::bytes::NoExpand(KEY_ID.as_bytes()))
        {
            now = Cow::Owned(new);
        }
        match now {
            Cow::Owned(new) if new != bytes => Some(new),
            _ => None,
        }
    }

    /// A text each of whose characters is one byte.
    pub(super) fn latin1(&self, text: &str) -> String {
        let Some(bytes) = latin1::bytes(text) else {
            return self.text(text).into_owned();
        };
        match self.bytes(&bytes) {
            Some(new) => latin1::text(&new),
            None => text.to_owned(),
        }
    }

    /// A text that may be XML or HTML: the values of elements whose names tell a secret go too.
    pub(super) fn markup(&self, text: &str) -> String {
        let mut now = Cow::Borrowed(text);
        if text
            .trim_start_matches('\u{feff}')
            .trim_start()
            .starts_with('<')
            && let Some(elements) = &*ELEMENTS
        {
            now = elements.replace_all(text, |found: &Captures| {
                let part = |name: &str| found.name(name).map_or("", |part| part.as_str());
                let name = part("name");
                let local = name.rsplit(':').next().unwrap_or(name);
                let inside = match fake_credential(local) {
                    Some(fake) => fake.to_owned(),
                    None if names::secret_field(local) => placeholder(local),
                    None => part("text").to_owned(),
                };
                format!("<{name}{}>{inside}</", part("attributes"))
            });
        }
        // The stand-ins of credentials may be known as secrets themselves, in a run that uses what a
        // cassette gave: they are kept.
        self.text(&now).into_owned()
    }

    /// A text that may be a URL, or JSON in a text, or gzip in base64.
    pub(super) fn string(&self, text: &str) -> String {
        if text.starts_with("http://") || text.starts_with("https://") {
            return self.url(text);
        }
        if text.starts_with(['{', '['])
            && let Ok(mut value) = serde_json::from_str::<serde_json::Value>(text)
        {
            return match self.json(&mut value) {
                true => value.to_string(),
                false => text.to_owned(),
            };
        }
        if text.starts_with("H4sI")
            && let Ok(bytes) = STANDARD.decode(text)
        {
            return match self.binary(&bytes.into()) {
                Some(new) => STANDARD.encode(&new),
                None => self.text(text).into_owned(),
            };
        }
        self.markup(text)
    }
}
