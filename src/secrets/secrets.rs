//! The secret values that are known, and how they are taken out of what is written.

use std::borrow::Cow;
use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, OnceLock};

use crate::json::Json;
use parking_lot::{Mutex, RwLock};
use serde::{Deserialize, Serialize};

use super::finder::Finder;
use super::forms::forms;
use super::index::{Index, Pattern};
use super::met::{LONGEST, MOST, Met};
use super::placeholder::placeholder;

/// Values of fewer bytes are not redacted: they would eat the output.
pub const SHORTEST: usize = 4;
/// The same for values that come by: whoever chose them, they may be words, and no real token is as short.
const SHORTEST_MET: usize = 8;

/// The secret values known so far. Shared by every thread: settings marked secret are added at
/// start, credentials and `Authorization` values as they come by.
#[derive(Default)]
pub struct Secrets {
    /// What was added, and when. Locked before `wanted`.
    known: Mutex<Known>,
    wanted: RwLock<Wanted>,
    listener: OnceLock<Box<Listener>>,
}

/// Hears of what becomes known.
type Listener = dyn Fn(&LearnedSecret) + Send + Sync;

#[derive(Default)]
struct Known {
    /// The values that are kept for good.
    values: HashSet<String>,
    /// In the order in which they came.
    kept: Vec<(usize, LearnedSecret)>,
    met: VecDeque<(usize, LearnedSecret)>,
    /// How many came.
    count: usize,
}

/// What texts are searched for.
#[derive(Default)]
struct Wanted {
    /// What is kept for good.
    kept: Index,
    met: Met,
}

/// A secret, for another process to know.
#[derive(Clone, Serialize, Deserialize)]
pub struct LearnedSecret {
    name: String,
    value: String,
    /// Whether it only came by.
    met: bool,
}

impl Secrets {
    /// Remembers `value`, to be shown as `[secret NAME]` from now on. A value shorter than
    /// [`SHORTEST`] is let be.
    pub fn add(&self, name: &str, value: &str) {
        let mut known = self.known.lock();
        if value.len() < SHORTEST || !known.values.insert(value.to_owned()) {
            return;
        }
        self.tell_of(known.keep(name, value, false));
        let placeholder: Arc<str> = placeholder(name).into();
        let mut wanted = self.wanted.write();
        for form in forms(value) {
            if form.len() >= SHORTEST {
                wanted.kept.add(&Arc::new(Pattern {
                    bytes: form.into(),
                    placeholder: placeholder.clone(),
                }));
            }
        }
    }

    /// [`Secrets::add`] for a value that came by in a request. There may be any number of them, so that
    /// only the newest are remembered.
    pub fn meet(&self, name: &str, value: &str) {
        let value = &value[..value.floor_char_boundary(LONGEST)];
        let mut known = self.known.lock();
        if value.len() < SHORTEST_MET || known.values.contains(value) {
            return;
        }
        let mut wanted = self.wanted.write();
        if wanted.met.add(value, placeholder(name).into()) {
            self.tell_of(known.keep(name, value, true));
        }
    }

    /// Has `listener` hear of each value that becomes known from now on. There is one listener.
    pub fn tell(&self, listener: impl Fn(&LearnedSecret) + Send + Sync + 'static) {
        let _ = self.listener.set(Box::new(listener));
    }

    fn tell_of(&self, secret: LearnedSecret) {
        if let Some(listener) = self.listener.get() {
            listener(&secret);
        }
    }

    /// Whether values came by. What they were sent for should be redacted soon: later they may be
    /// forgotten.
    pub fn have_met(&self) -> bool {
        !self.wanted.read().met.index().is_empty()
    }

    /// Whether no value is known.
    pub fn is_empty(&self) -> bool {
        let wanted = self.wanted.read();
        wanted.kept.is_empty() && wanted.met.index().is_empty()
    }

    /// How many values have become known.
    pub fn count(&self) -> usize {
        self.known.lock().count
    }

    /// What became known after the first `count` values, in the order in which it came. Of values that
    /// came by, only the newest are told.
    pub fn learned_since(&self, count: usize) -> Vec<LearnedSecret> {
        let known = self.known.lock();
        let kept = known.kept.partition_point(|(number, _)| *number < count);
        let met = known.met.partition_point(|(number, _)| *number < count);
        let mut new: Vec<_> = known.kept[kept..]
            .iter()
            .chain(known.met.range(met..))
            .collect();
        new.sort_by_key(|(number, _)| *number);
        new.into_iter().map(|(_, secret)| secret.clone()).collect()
    }

    /// Remembers what another process learned.
    pub fn learn(&self, secret: &LearnedSecret) {
        match secret.met {
            true => self.meet(&secret.name, &secret.value),
            false => self.add(&secret.name, &secret.value),
        }
    }

    /// `text` with every known secret replaced, in any of the forms it may take there.
    pub fn redact<'a>(&self, text: &'a [u8]) -> Cow<'a, [u8]> {
        if self.is_empty() {
            return Cow::Borrowed(text);
        }
        let wanted = self.wanted.read();
        let found = Finder::new([&wanted.kept, wanted.met.index()]).find(text);
        match found.is_empty() {
            true => Cow::Borrowed(text),
            false => Cow::Owned(found.replace(text)),
        }
    }

    /// [`Secrets::redact`] for a text.
    pub fn redact_text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.redact(text.as_bytes()) {
            Cow::Borrowed(_) => Cow::Borrowed(text),
            Cow::Owned(redacted) => Cow::Owned(String::from_utf8_lossy(&redacted).into_owned()),
        }
    }

    /// [`Secrets::redact`] for a line of JSON, which stays JSON: a secret may be a word such as
    /// `error` or `true`, so that only strings and numbers below the top level's names are
    /// replaced.
    pub fn redact_json<'a>(&self, line: &'a [u8]) -> Cow<'a, [u8]> {
        let redacted = self.redact(line);
        if matches!(redacted, Cow::Borrowed(_)) {
            return redacted;
        }
        let text = std::str::from_utf8(line).ok().map(str::trim_end);
        let Some(Ok(mut value)) = text.map(Json::parse) else {
            return redacted;
        };
        match &mut value {
            Json::Object(fields) => fields
                .values_mut()
                .for_each(|field| self.redact_value(field)),
            other => self.redact_value(other),
        }
        let mut line = value.to_string().into_bytes();
        line.push(b'\n');
        Cow::Owned(line)
    }

    /// [`Secrets::redact`] for every string, number and name in `value`, and for lists of bytes.
    pub fn redact_value(&self, value: &mut Json) {
        if let Some(text) = self.redact_bytes_in(value) {
            *value = Json::from(text);
            return;
        }
        match value {
            Json::String(text) => {
                if let Cow::Owned(redacted) = self.redact_text(text) {
                    *text = redacted;
                }
            }
            Json::Number(number) => {
                if let Cow::Owned(redacted) = self.redact_text(number.as_str()) {
                    *value = Json::from(redacted);
                }
            }
            Json::Array(items) => items.iter_mut().for_each(|item| self.redact_value(item)),
            Json::Object(fields) => {
                let old = std::mem::take(fields).into_iter();
                let new = old.map(|(mut key, mut field)| {
                    if let Cow::Owned(redacted) = self.redact_text(&key) {
                        key = redacted;
                    }
                    self.redact_value(&mut field);
                    (key, field)
                });
                *fields = new.collect();
            }
            Json::Null | Json::Bool(_) => {}
        }
    }

    /// The bytes of a Buffer or a typed array, as JSON has them, without secrets; `None` where there are
    /// none.
    pub fn redact_bytes_in(&self, value: &Json) -> Option<String> {
        let byte = |value: &Json| u8::try_from(value.as_u64()?).ok();
        let bytes: Vec<u8> = match value {
            Json::Array(items) => items.iter().map(byte).collect::<Option<_>>()?,
            Json::Object(fields) => {
                let fields = fields.iter().enumerate();
                let bytes = fields.map(|(index, (name, field))| match *name == index.to_string() {
                    true => byte(field),
                    false => None,
                });
                bytes.collect::<Option<_>>()?
            }
            _ => return None,
        };
        match self.redact(&bytes) {
            Cow::Borrowed(_) => None,
            Cow::Owned(redacted) => Some(String::from_utf8_lossy(&redacted).into_owned()),
        }
    }
}

impl Known {
    fn keep(&mut self, name: &str, value: &str, met: bool) -> LearnedSecret {
        let secret = LearnedSecret {
            name: name.to_owned(),
            value: value.to_owned(),
            met,
        };
        let kept = secret.clone();
        match met {
            true => {
                self.met.push_back((self.count, secret));
                if self.met.len() > MOST {
                    self.met.pop_front();
                }
            }
            false => self.kept.push((self.count, secret)),
        }
        self.count += 1;
        kept
    }
}

/// The values must not get into a log by way of `{:?}`.
impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Secrets").finish_non_exhaustive()
    }
}
