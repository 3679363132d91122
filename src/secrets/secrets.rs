//! The secret values that are known, and how they are taken out of what is written.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, MatchKind};
use parking_lot::{Mutex, RwLock};
use serde_json::Value;

use crate::secrets::forms::forms;
use crate::secrets::names::placeholder;

/// Values of fewer bytes are not redacted: they would eat the output.
pub const SHORTEST: usize = 4;

/// The secret values known so far. Shared by every thread: settings marked secret are added at
/// start, credentials and `Authorization` values as they come by.
#[derive(Default)]
pub struct Secrets {
    /// What was added. Held while searches are built, so that only one thread does.
    known: Mutex<HashSet<String>>,
    /// Replaced as a whole by `add`, so that readers never wait for a search to be built.
    searches: RwLock<Arc<Vec<Arc<Search>>>>,
}

/// Some values and what finds them.
struct Search {
    /// The placeholder and one form of a value.
    patterns: Vec<(Arc<str>, Vec<u8>)>,
    automaton: AhoCorasick,
}

impl Secrets {
    /// Remembers `value`, to be shown as `[secret NAME]` from now on. A value shorter than
    /// [`SHORTEST`] is let be.
    pub fn add(&self, name: &str, value: &str) {
        let mut known = self.known.lock();
        if value.len() < SHORTEST || !known.insert(value.to_owned()) {
            return;
        }
        let placeholder: Arc<str> = placeholder(name).into();
        let patterns = forms(value)
            .into_iter()
            .map(|form| (placeholder.clone(), form))
            .collect();
        let mut searches = Vec::clone(&self.searches());
        if let Some(mut new) = Search::new(patterns) {
            // Each search is at least twice as large as the next: adding many values one by one
            // stays cheap, and there are few to go through.
            while let Some(last) =
                searches.pop_if(|last| last.patterns.len() < 2 * new.patterns.len())
            {
                let both = last.patterns.iter().chain(&new.patterns).cloned().collect();
                match Search::new(both) {
                    Some(merged) => new = merged,
                    None => {
                        searches.push(last);
                        break;
                    }
                }
            }
            searches.push(Arc::new(new));
        }
        *self.searches.write() = Arc::new(searches);
    }

    /// `text` with every known secret replaced, in any of the forms it may take there.
    pub fn redact<'a>(&self, text: &'a [u8]) -> Cow<'a, [u8]> {
        let mut text = Cow::Borrowed(text);
        for search in self.searches().iter() {
            if let Some(redacted) = search.redact(&text) {
                text = Cow::Owned(redacted);
            }
        }
        text
    }

    /// [`Secrets::redact`] for a line of JSON, which stays JSON: a secret may be a word such as
    /// `error` or `true`, so that only strings and numbers below the top level's names are
    /// replaced.
    pub fn redact_json<'a>(&self, line: &'a [u8]) -> Cow<'a, [u8]> {
        let redacted = self.redact(line);
        if matches!(redacted, Cow::Borrowed(_)) {
            return redacted;
        }
        let Ok(mut value) = serde_json::from_slice::<Value>(line) else {
            return redacted;
        };
        match &mut value {
            Value::Object(fields) => fields
                .values_mut()
                .for_each(|field| self.redact_value(field)),
            other => self.redact_value(other),
        }
        let mut line = value.to_string().into_bytes();
        line.push(b'\n');
        Cow::Owned(line)
    }

    /// [`Secrets::redact`] for every string, number and name in `value`.
    pub fn redact_value(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Cow::Owned(redacted) = self.redact(text.as_bytes()) {
                    *text = String::from_utf8_lossy(&redacted).into_owned();
                }
            }
            Value::Number(number) => {
                if let Cow::Owned(redacted) = self.redact(number.to_string().as_bytes()) {
                    *value = Value::String(String::from_utf8_lossy(&redacted).into_owned());
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.redact_value(item)),
            Value::Object(fields) => {
                for (mut key, mut field) in std::mem::take(fields) {
                    if let Cow::Owned(redacted) = self.redact(key.as_bytes()) {
                        key = String::from_utf8_lossy(&redacted).into_owned();
                    }
                    self.redact_value(&mut field);
                    fields.insert(key, field);
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn searches(&self) -> Arc<Vec<Arc<Search>>> {
        self.searches.read().clone()
    }
}

/// The values must not get into a log by way of `{:?}`.
impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Secrets").finish_non_exhaustive()
    }
}

impl Search {
    /// `None` when the patterns are too many or too long for a search: gigabytes.
    fn new(patterns: Vec<(Arc<str>, Vec<u8>)>) -> Option<Search> {
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(patterns.iter().map(|(_, form)| form))
            .ok()?;
        Some(Search {
            patterns,
            automaton,
        })
    }

    /// `None` where there is nothing to replace.
    fn redact(&self, text: &[u8]) -> Option<Vec<u8>> {
        self.automaton.find(text)?;
        let mut redacted = Vec::with_capacity(text.len());
        self.automaton
            .replace_all_with_bytes(text, &mut redacted, |found, _, out| {
                out.extend_from_slice(self.patterns[found.pattern().as_usize()].0.as_bytes());
                true
            });
        Some(redacted)
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use percent_encoding::utf8_percent_encode;

    use super::*;
    use crate::secrets::forms::{COMPONENT, URI, lower_case_hex};

    fn redact(secrets: &Secrets, text: &str) -> String {
        String::from_utf8(secrets.redact(text.as_bytes()).into_owned()).expect("UTF-8")
    }

    #[test]
    fn every_form_of_a_secret_is_taken_out() {
        let value = "s3cr\"t/+ k'y\\é";
        let secrets = Secrets::default();
        secrets.add("apiKey", value);
        let json = serde_json::to_string(value).expect("JSON");
        for form in [
            value.to_owned(),
            json.trim_matches('"').to_owned(),
            serde_json::to_string(&json).expect("JSON"),
            url::form_urlencoded::byte_serialize(value.as_bytes()).collect(),
            utf8_percent_encode(value, COMPONENT).to_string(),
            utf8_percent_encode(value, URI).to_string(),
            lower_case_hex(&utf8_percent_encode(value, COMPONENT).to_string()),
            STANDARD.encode(value),
            URL_SAFE_NO_PAD.encode(value),
            "s3cr\"t/+ k\\'y\\\\é".to_owned(),
            "s3cr&quot;t/+ k&apos;y\\é".to_owned(),
        ] {
            let shown = redact(&secrets, &format!("<{form}>"));
            assert!(shown.contains("[secret apiKey]"), "{form}: {shown}");
            assert!(!shown.contains("s3cr"), "{form}: {shown}");
        }
    }

    #[test]
    fn a_secret_inside_a_basic_authorization_is_taken_out() {
        for user in ["", "u", "us", "use", "user"] {
            let secrets = Secrets::default();
            secrets.add("password", "correct horse battery");
            let header = STANDARD.encode(format!("{user}:correct horse battery:more"));
            let shown = redact(&secrets, &header);
            assert!(shown.contains("[secret password]"), "{user}: {shown}");
            // What is left of the secret is at most the bits of one byte at either end.
            let (before, rest) = shown.split_once("[secret password]").expect("replaced");
            assert!(
                before.len() <= (user.len() + 1).div_ceil(3) * 4,
                "{user}: {shown}"
            );
            assert!(rest.len() <= 12, "{user}: {shown}");
        }
    }

    #[test]
    fn each_line_of_a_private_key_is_taken_out() {
        let key = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n";
        let secrets = Secrets::default();
        secrets.add("key", key);
        let shown = redact(&secrets, "   MIIEvQIBADANBgkq\n   hkiG9w0BAQEFAASC\n");
        assert_eq!(shown, "   [secret key]\n   [secret key]\n");
        let shown = redact(&secrets, &serde_json::to_string(key).expect("JSON"));
        assert_eq!(shown, "\"[secret key]\"");
    }

    #[test]
    fn many_secrets_added_one_by_one_are_all_found() {
        let secrets = Secrets::default();
        for i in 0..300 {
            secrets.add(&format!("token{i}"), &format!("value-{i:04}-xyz"));
        }
        for i in 0..300 {
            assert_eq!(
                redact(&secrets, &format!("value-{i:04}-xyz")),
                format!("[secret token{i}]")
            );
        }
        assert!(secrets.searches().len() < 10);
    }

    #[test]
    fn short_values_and_clean_texts_are_let_be() {
        let secrets = Secrets::default();
        secrets.add("pin", "123");
        secrets.add("key", "abcdef");
        assert!(matches!(
            secrets.redact(b"123 and no more"),
            Cow::Borrowed(_)
        ));
    }

    #[test]
    fn json_stays_json() {
        let secrets = Secrets::default();
        secrets.add("pin", "1234");
        secrets.add("word", "value");
        secrets.add("flag", "true");
        let line = b"{\"value\":{\"value\":[1234.5,12345,true,\"a value\"]},\"ms\":1.5}\n";
        let shown = secrets.redact_json(line);
        let shown: Value = serde_json::from_slice(&shown).expect("JSON");
        assert_eq!(
            shown,
            serde_json::json!({
                "value": {"[secret word]": ["[secret pin].5", "[secret pin]5", true, "a [secret word]"]},
                "ms": 1.5
            })
        );
    }
}
