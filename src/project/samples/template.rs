//! What stands in a template's double braces: `{{person email}}`, `{{uuid device}}`, `{{time -60}}`.

use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use regex::{Captures, Regex};
use sha2::{Digest, Sha256};

use crate::json::{Json, JsonObject};
use crate::text::{hex, time};

/// Whom samples are about.
static PEOPLE: LazyLock<Json> =
    LazyLock::new(|| Json::parse(include_str!("data/people.json")).unwrap_or_default());
/// What templates have in common.
static PARTS: LazyLock<Json> =
    LazyLock::new(|| Json::parse(include_str!("data/parts.json")).unwrap_or_default());

static HOLE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\{\{(?<what>[a-z0-9]+) (?<of>[^{}]+)\}\}").ok());

/// A field of this name holds the names of parts whose fields stand there.
const SPREAD: &str = "...";

/// The first instant of samples: 2026-01-05T08:00:00Z, in milliseconds since 1970.
const FIRST: u64 = 1_767_600_000_000;
/// So long after it they may be.
const SPAN: u64 = 300 * 24 * 60 * 60 * 1000;

const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789";

/// The values of a seed.
pub(super) struct Values {
    seed: u64,
    person: &'static Json,
    /// In milliseconds since 1970.
    start: u64,
}

impl Values {
    pub(super) fn new(seed: u64) -> Values {
        let drawn = |what: &str| number(&draw(seed, what));
        let people = PEOPLE.as_array().map_or(&[][..], Vec::as_slice);
        let which = drawn("person") % u64::try_from(people.len()).unwrap_or(1).max(1);
        Values {
            seed,
            person: usize::try_from(which)
                .ok()
                .and_then(|which| people.get(which))
                .unwrap_or(&Json::Null),
            start: FIRST + drawn("start") % SPAN,
        }
    }

    /// The template with all holes filled.
    pub(super) fn fill(&self, template: &Json) -> Json {
        match template {
            Json::String(text) => self.text(text),
            Json::Array(items) => Json::Array(items.iter().map(|item| self.fill(item)).collect()),
            Json::Object(fields) => {
                let mut filled = JsonObject::new();
                for (name, field) in fields.iter() {
                    if name != SPREAD {
                        filled.insert(name.clone(), self.fill(field));
                        continue;
                    }
                    let names = match field {
                        Json::Array(names) => names.as_slice(),
                        one => std::slice::from_ref(one),
                    };
                    for part in names.iter().filter_map(Json::as_str) {
                        let Json::Object(fields) = self.part(part) else {
                            continue;
                        };
                        for (name, field) in fields.iter() {
                            filled.insert(name.clone(), field.clone());
                        }
                    }
                }
                Json::Object(filled)
            }
            other => other.clone(),
        }
    }

    /// The part of this name, filled.
    pub(super) fn part(&self, name: &str) -> Json {
        PARTS
            .get(name)
            .map(|part| self.fill(part))
            .unwrap_or_default()
    }

    /// The time so many milliseconds after the first one, as events have it.
    pub(super) fn time(&self, millis: i64) -> Json {
        let time = SystemTime::UNIX_EPOCH
            + Duration::from_millis(self.start.saturating_add_signed(millis));
        time::to_iso(time).as_str().into()
    }

    fn text(&self, text: &str) -> Json {
        let Some(hole) = &*HOLE else {
            return text.into();
        };
        if let Some(found) = hole.captures(text)
            && found[0].len() == text.len()
        {
            return self.value(&found["what"], &found["of"]);
        }
        let filled = hole.replace_all(text, |found: &Captures| {
            match self.value(&found["what"], &found["of"]) {
                Json::String(text) => text,
                value => value.to_string(),
            }
        });
        filled.as_ref().into()
    }

    /// What stands in a hole; `null` for what isn't known, which no template has.
    fn value(&self, what: &str, of: &str) -> Json {
        let (name, length) = of.rsplit_once(' ').unwrap_or((of, ""));
        let length = length.parse().unwrap_or(0);
        let drawn = || draw(self.seed, name);
        let after = || of.parse::<i64>().unwrap_or_default().saturating_mul(1000);
        let millis = || self.start.saturating_add_signed(after());
        let digits = || written(&drawn(), b"0123456789", length);
        match what {
            "part" => self.part(of),
            "person" => self.person.get(of).cloned().unwrap_or_default(),
            "time" => self.time(after()),
            "unix" => (millis() / 1000).into(),
            "millis" => millis().into(),
            "uuid" => uuid(&draw(self.seed, of)).into(),
            "hex" => hex(&draw_more(self.seed, name))[..length.min(128)].into(),
            "letters" => written(&drawn(), LETTERS, length).into(),
            "digits" => digits().into(),
            "base64" => {
                use base64::Engine as _;
                let bytes = &drawn()[..length.min(32)];
                base64::engine::general_purpose::STANDARD
                    .encode(bytes)
                    .into()
            }
            // Its first digit is none that JavaScript would leave out.
            "number" => format!("1{}", &digits()[1..])
                .parse::<u64>()
                .unwrap_or(1)
                .into(),
            _ => Json::Null,
        }
    }
}

/// The same 32 bytes for the same seed and name.
fn draw(seed: u64, name: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(seed.to_le_bytes());
    hash.update(name);
    hash.finalize().into()
}

/// The same 64 bytes for the same seed and name.
fn draw_more(seed: u64, name: &str) -> Vec<u8> {
    let first = draw(seed, name);
    [first, Sha256::digest(first).into()].concat()
}

fn number(bytes: &[u8; 32]) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&bytes[..8]);
    u64::from_le_bytes(first)
}

/// So many of `letters`, at most one for each byte.
fn written(bytes: &[u8], letters: &[u8], length: usize) -> String {
    let letter = |byte: &u8| char::from(letters[usize::from(*byte) % letters.len()]);
    bytes.iter().take(length).map(letter).collect()
}

/// A UUID of version 4.
fn uuid(bytes: &[u8; 32]) -> String {
    let mut bytes = *bytes;
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let text = hex(&bytes[..16]);
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| &text[part]);
    parts.join("-")
}
