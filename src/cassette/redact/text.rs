//! Texts and bytes.

use std::borrow::Cow;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use regex::{Captures, Regex};

use super::form::is_form;
use super::{Redactor, Scope};
use crate::json::Document;
use crate::secrets::names::{self, NamePlace};
use crate::secrets::{
    MARKS, hide_told_by_form, looks_drawn, may_tell_by_form, placeholder, stand_in,
};
use crate::text::latin1;

/// A name and its value in a text that is nothing else: `api_key=…`, `"password": "…"`, also with the
/// quotes of JSON in a text of JSON.
static PAIRS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?x)
        (?<name> [A-Za-z][A-Za-z0-9_.\-\[\]]{1,60} )
        (?<close> \\*["']? )
        (?<is> [\ \t\r\n]*(?: : | => | = )[\ \t\r\n]* )
        (?:
            (?<open> \\*" ) (?<double> (?: [^"\\] | \\+[^"\\] )* ) (?<end> \\*" )
          | ' (?<single> [^'\\\n]* ) '
          | (?<bare> [^\s,;&"'<>{}()\[\]\\]{1,128} )
        )"#,
    )
    .ok()
});

/// A URL in a text.
static URLS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"https?://[^\s"'<>\\]+"#).ok());

/// How many texts may stand in one another to be read.
const DEEPEST: u8 = 16;

/// How many bytes are looked at to find JSON in a text, besides four times its own.
const EMBEDDED: usize = 1 << 20;

impl Redactor {
    /// A text without the known secrets, in any of their forms, without what tells by its form that it is
    /// secret, without what the project's patterns match, and, where they are wanted, with pseudonyms.
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.secret_text(text) {
            Cow::Borrowed(text) => self.personal(text),
            Cow::Owned(new) => Cow::Owned(self.personal(&new).into_owned()),
        }
    }

    /// The same without pseudonyms.
    pub(super) fn secret_text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.bytes(text.as_bytes()) {
            Some(new) => Cow::Owned(String::from_utf8_lossy(&new).into_owned()),
            None => Cow::Borrowed(text),
        }
    }

    /// The same for bytes; `None` where there is nothing to replace.
    pub(super) fn bytes(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let known = self.known_bytes(bytes);
        let told = hide_told_by_form(known.as_deref().unwrap_or(bytes));
        told.or(known).filter(|new| new != bytes)
    }

    /// The same without looking at forms.
    pub(super) fn known_bytes(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let mut now = self.secrets.redact(bytes);
        for pattern in &self.rules.patterns {
            let mark = placeholder("pattern");
            if let Cow::Owned(new) =
                pattern.replace_all(&now, regex::bytes::NoExpand(mark.as_bytes()))
            {
                now = Cow::Owned(new);
            }
        }
        match now {
            Cow::Owned(new) if new != bytes => Some(new),
            _ => None,
        }
    }

    /// Whether nothing is to be replaced in the text nor in any part of it, but for what its names tell. To
    /// look once at the whole takes less time than to look at each part.
    pub(super) fn is_plain(&self, text: &str) -> bool {
        self.pseudonyms.is_none()
            && self.rules.patterns.is_empty()
            && self.secrets.is_empty()
            // Behind an escape, a part may say what the whole doesn't.
            && memchr::memchr(b'\\', text.as_bytes()).is_none()
            && !may_tell_by_form(text.as_bytes())
    }

    fn known_text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.known_bytes(text.as_bytes()) {
            Some(new) => Cow::Owned(String::from_utf8_lossy(&new).into_owned()),
            None => Cow::Borrowed(text),
        }
    }

    /// A text each of whose characters is one byte.
    pub(in crate::cassette) fn latin1(&self, text: &str) -> String {
        let Some(bytes) = latin1::bytes(text) else {
            return self.text(text).into_owned();
        };
        self.personal_latin1(match self.bytes(&bytes) {
            Some(new) => latin1::text(&new),
            None => text.to_owned(),
        })
    }

    /// A text that may be anything: a URL, JSON, tags, a form, gzip in base64, or words. Of what is `kept`
    /// only known secrets are taken out.
    pub(super) fn string<'t>(&self, text: &'t str, scope: Scope) -> Cow<'t, str> {
        if scope.level > DEEPEST {
            return self.text(text);
        }
        if scope.kept {
            return self.known_text(text);
        }
        let bare = text.trim_start_matches('\u{feff}').trim_start();
        let is_url = bare.starts_with("http://") || bare.starts_with("https://");
        let has_address = || {
            let address = bare.split('?').next().unwrap_or(bare);
            !address.contains(char::is_whitespace) && !bare.contains('\n')
        };
        if is_url && has_address() {
            return Cow::Owned(self.url_in(text, scope));
        }
        if bare.starts_with(['{', '['])
            && let Some(document) = Document::parse(text)
        {
            let edits = self.edits(&document, scope);
            return match edits.is_empty() {
                true => Cow::Borrowed(text),
                false => Cow::Owned(document.with(edits)),
            };
        }
        if bare.starts_with('<') {
            // First as a whole: what looks like tags may be something else.
            let known = self.known_text(text);
            return Cow::Owned(self.markup(&known, scope));
        }
        if text.starts_with("H4sI")
            && let Ok(bytes) = STANDARD.decode(text)
        {
            return match self.binary(&bytes.into()) {
                Some(new) => Cow::Owned(STANDARD.encode(&new)),
                None => self.text(text),
            };
        }
        if is_form(text) {
            return match self.form(text, NamePlace::Field, scope) {
                Some(new) => Cow::Owned(new),
                None => Cow::Borrowed(text),
            };
        }
        self.loose(text, scope)
    }

    /// A text of words, in which JSON may stand, and names with their values.
    pub(super) fn loose<'t>(&self, text: &'t str, scope: Scope) -> Cow<'t, str> {
        let mut now = match scope.plain {
            true => Cow::Borrowed(text),
            false => self.known_text(text),
        };
        if !scope.kept {
            if let Some(new) = self.embedded(&now, scope.part()) {
                now = Cow::Owned(new);
            }
            if now.contains("://")
                && let Some(urls) = &*URLS
                && let Cow::Owned(new) =
                    urls.replace_all(&now, |url: &Captures| self.url_in(&url[0], scope.inner()))
            {
                now = Cow::Owned(new);
            }
            if let Some(new) = pairs(&now) {
                now = Cow::Owned(new);
            }
        }
        if scope.plain && matches!(now, Cow::Borrowed(_)) {
            return now;
        }
        match self.text(&now) {
            Cow::Owned(new) => Cow::Owned(new),
            Cow::Borrowed(_) => now,
        }
    }

    /// JSON that stands in a text, redacted.
    fn embedded(&self, text: &str, scope: Scope) -> Option<String> {
        let mut edits = Vec::new();
        let mut at = 0;
        let mut left = text.len().saturating_mul(4).saturating_add(EMBEDDED);
        while let Some(found) = text[at..].find(['{', '[']) {
            at += found;
            let looked_at = match Document::prefix(&text[at..]) {
                Ok((document, end)) => {
                    let inner = self.edits(&document, scope).into_iter();
                    edits.extend(inner.map(|(span, new)| (span.start + at..span.end + at, new)));
                    at += end;
                    end
                }
                Err(wrong) => {
                    at += 1;
                    wrong
                }
            };
            left = match left.checked_sub(looked_at) {
                Some(left) => left,
                None => break,
            };
        }
        if edits.is_empty() {
            return None;
        }
        let mut new = String::with_capacity(text.len());
        let mut done = 0;
        edits.sort_by_key(|(span, _)| span.start);
        for (span, put) in edits {
            new.push_str(&text[done..span.start]);
            new.push_str(&put);
            done = span.end;
        }
        new.push_str(&text[done..]);
        Some(new)
    }
}

/// A text without the values that stand beside the names of secrets.
fn pairs(text: &str) -> Option<String> {
    if !text.contains(['=', ':']) || is_time(text) {
        return None;
    }
    let pairs = PAIRS.as_ref()?;
    let mut new = String::new();
    let (mut done, mut at) = (0, 0);
    while let Some(found) = pairs.captures_at(text, at) {
        let Some(value) = ["double", "single", "bare"]
            .iter()
            .find_map(|part| found.name(part))
        else {
            break;
        };
        match hidden_value(text, &found, value.as_str()) {
            Some(put) => {
                new.push_str(&text[done..value.start()]);
                new.push_str(&put);
                done = value.end();
                if found.name("bare").is_some() {
                    // The expression looks at its beginning only, or a text of colons would take for ever.
                    let rest = &text[done..];
                    done += rest.find(ends_bare).unwrap_or(rest.len());
                }
                at = done;
            }
            // A value may itself be a name with another.
            None => at = value.start(),
        }
    }
    if done == 0 {
        return None;
    }
    new.push_str(&text[done..]);
    (new != text).then_some(new)
}

/// Whether a text has no more letters than times have, such as `2026-03-01T09:30:00.000Z`.
fn is_time(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_digit() || b"-:.+TZ".contains(&byte))
}

/// Whether a value without quotes ends before this.
fn ends_bare(char: char) -> bool {
    char.is_whitespace() || ",;&\"'<>{}()[]\\".contains(char)
}

/// What stands for the value of a pair; `None` where it isn't taken for a secret.
fn hidden_value(text: &str, found: &Captures, value: &str) -> Option<String> {
    let name = &found["name"];
    let before = &text[..found.get(0)?.start()];
    let is_hidden = MARKS.iter().any(|mark| before.ends_with(mark))
        || value.contains("[secret")
        || value.contains("%5Bsecret");
    let is_url = value.starts_with("http://") || value.starts_with("https://");
    if is_hidden || is_url || !names::tells(name, NamePlace::Field).is_secret(value) {
        return None;
    }
    let bare = found.name("bare").is_some();
    // In a sentence, a colon is followed by words.
    let told = !bare
        || found["is"].contains('=')
        || looks_drawn(value)
        || (value.len() >= 4 && value.bytes().any(|byte| byte.is_ascii_digit()));
    let is_number = bare && !found["close"].is_empty() && value.parse::<f64>().is_ok();
    told.then(|| match is_number {
        true => stand_in::number(value),
        false => stand_in::stand_in(name, value),
    })
}
