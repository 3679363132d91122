//! What stands for personal data in the texts of one case.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use parking_lot::Mutex;

use crate::pseudonyms::derived::derived;
use crate::pseudonyms::key::PseudonymKey;
use crate::pseudonyms::known::{Known, Put};
use crate::pseudonyms::letters::{is_of_word, parts};
use crate::pseudonyms::names::{FieldPlace, tells};
use crate::pseudonyms::personal_kind::PersonalKind;
use crate::pseudonyms::shapes::shapes;

/// Lower case of a value that has fewer letters may be another word.
const SHORTEST_IN_LOWER_CASE: usize = 5;

/// Puts pseudonyms in the place of personal data, and remembers what it met, since a name in one text may stand
/// in another that tells nothing of it. What it has put somewhere is left as it is when it comes by again.
#[derive(Debug)]
pub struct Pseudonyms {
    key: PseudonymKey,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    known: Known,
    /// What stands for something, in lower case.
    given: HashSet<String>,
    doing: Doing,
}

/// What is done with what comes by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Doing {
    /// Pseudonyms are put in its place.
    #[default]
    Puts,
    /// It is remembered only.
    Learns,
    /// It stands for something already, and stays from then on.
    Keeps,
}

impl Pseudonyms {
    pub fn new(key: PseudonymKey) -> Pseudonyms {
        Pseudonyms {
            key,
            state: Mutex::default(),
        }
    }

    /// What comes by while `act` runs is remembered only. What it does with texts is of no value.
    pub fn learning(&self, act: impl FnOnce()) {
        self.doing(Doing::Learns, act);
    }

    /// What comes by while `act` runs stands for something already, and stays from then on.
    pub fn keeping(&self, act: impl FnOnce()) {
        self.doing(Doing::Keeps, act);
    }

    fn doing(&self, what: Doing, act: impl FnOnce()) {
        self.state.lock().doing = what;
        act();
        self.state.lock().doing = Doing::Puts;
    }

    /// What stands for a value whose names tell that it is personal.
    pub fn named(&self, place: FieldPlace, value: &str) -> Option<String> {
        let kind = tells(place, value)?;
        // What looks like another kind is that: an address of mail may be a user's id.
        let looks = shapes(value)
            .into_iter()
            .find(|(span, _)| *span == (0..value.len()));
        Some(self.put(looks.map_or(kind, |(_, kind)| kind), value))
    }

    /// The text with pseudonyms in the places of values that were met, and of what tells by its form that it
    /// is personal.
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let known = {
            let mut state = self.state.lock();
            match state.doing {
                Doing::Puts => state.known.find(text),
                Doing::Learns | Doing::Keeps => Vec::new(),
            }
        };
        let shaped = shapes(text).into_iter();
        let mut spans: Vec<(Range<usize>, Put)> = known;
        spans.extend(shaped.map(|(span, kind)| (span, Put::Pseudonym(kind))));
        // Of those in one place the longer: a name may be a part of an address of mail.
        spans.sort_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
        let mut new = String::new();
        let mut done = 0;
        for (span, put) in spans {
            if span.start < done {
                continue;
            }
            new.push_str(&text[done..span.start]);
            let old = &text[span.clone()];
            new.push_str(&match put {
                Put::Pseudonym(kind) => self.put_encoded(kind, old),
                Put::Text(put) => put,
            });
            done = span.end;
        }
        if done == 0 {
            return Cow::Borrowed(text);
        }
        new.push_str(&text[done..]);
        Cow::Owned(new)
    }

    /// What stands for a value that may be written as in a URL.
    fn put_encoded(&self, kind: PersonalKind, text: &str) -> String {
        if !text.contains('%') {
            return self.put(kind, text);
        }
        let plain = percent_encoding::percent_decode_str(text).decode_utf8_lossy();
        let new = self.put(kind, &plain);
        percent_encoding::utf8_percent_encode(&new, percent_encoding::NON_ALPHANUMERIC)
            .to_string()
            .replace("%2E", ".")
            .replace("%2D", "-")
            .replace("%5F", "_")
    }

    fn put(&self, kind: PersonalKind, value: &str) -> String {
        let mut state = self.state.lock();
        if state.given.contains(&value.to_lowercase()) {
            return value.to_owned();
        }
        if state.doing == Doing::Keeps {
            state.give(kind, value);
            return value.to_owned();
        }
        let new = kind.pseudonym(&self.key, value);
        if new != value {
            remember(&mut state.known, kind, value, &new);
            state.give(kind, &new);
        }
        new
    }
}

impl State {
    fn give(&mut self, kind: PersonalKind, value: &str) {
        for part in parts_of(kind, value) {
            self.given.insert(part.1.to_lowercase());
        }
    }
}

/// The value, and what of it may stand elsewhere: the words of a name, the domain of an address of mail.
fn parts_of(kind: PersonalKind, value: &str) -> Vec<(PersonalKind, &str)> {
    let mut all = vec![(kind, value)];
    match kind {
        PersonalKind::Name => {
            let words = parts(value).filter(|part| part.starts_with(is_of_word));
            all.extend(words.map(|word| (kind, word)));
        }
        PersonalKind::Email => {
            if let Some((_, domain)) = value.rsplit_once('@') {
                all.push((PersonalKind::Domain, domain));
            }
        }
        _ => {}
    }
    all
}

fn remember(known: &mut Known, kind: PersonalKind, value: &str, new: &str) {
    for (part, new) in parts_of(kind, value).into_iter().zip(parts_of(kind, new)) {
        let ((kind, value), (_, new)) = (part, new);
        if value == new || !kind.is_telling(value) {
            continue;
        }
        let put = Put::Pseudonym(kind);
        known.add(value.to_owned(), put.clone());
        if kind == PersonalKind::Phone {
            let digits: String = value.chars().filter(char::is_ascii_digit).collect();
            known.add(digits, put.clone());
        }
        known.add(value.to_uppercase(), put.clone());
        if value.chars().count() >= SHORTEST_IN_LOWER_CASE {
            known.add(value.to_lowercase(), put);
        }
        for (of_value, of_new) in derived(kind, value, new) {
            known.add(of_value, Put::Text(of_new));
        }
    }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::text::hex;

    fn pseudonyms() -> Pseudonyms {
        Pseudonyms::new(PseudonymKey::of(8))
    }

    fn name_of(pseudonyms: &Pseudonyms, value: &str) -> String {
        let place = FieldPlace {
            name: "full_name",
            ..FieldPlace::default()
        };
        pseudonyms.named(place, value).expect("a name")
    }

    #[test]
    fn what_was_met_is_found_in_other_texts_and_in_what_is_computed_of_it() {
        let pseudonyms = pseudonyms();
        let name = name_of(&pseudonyms, "Ada Lovelace");
        let (first, last) = name.split_once(' ').expect("two words");
        assert_eq!(
            pseudonyms.text("ADA wrote; so did Mrs Lovelace."),
            format!("{} wrote; so did Mrs {last}.", first.to_uppercase())
        );
        let mail = pseudonyms.text("ada@lovelace.family").into_owned();
        let hash = |text: &str| hex(&Sha256::digest(text));
        assert_eq!(
            pseudonyms.text(&format!("em={}", hash("ada@lovelace.family"))),
            format!("em={}", hash(&mail))
        );
        let (_, domain) = mail.split_once('@').expect("a domain");
        assert_eq!(
            pseudonyms.text("https://lovelace.family/x"),
            format!("https://{domain}/x")
        );
        assert_eq!(
            pseudonyms.text("/users/ada%40lovelace.family/"),
            format!("/users/{}/", mail.replace('@', "%40"))
        );
    }

    #[test]
    fn a_pseudonym_stays_when_it_comes_by_again() {
        let pseudonyms = pseudonyms();
        let text = "Ada <ada@lovelace.family>, +44 20 7946 0958, 203.0.113.7";
        name_of(&pseudonyms, "Ada");
        let once = pseudonyms.text(text).into_owned();
        assert_ne!(once, text);
        assert_eq!(pseudonyms.text(&once), once);
        let later = Pseudonyms::new(PseudonymKey::of(8));
        later.keeping(|| {
            later.text(&once);
        });
        assert_eq!(later.text(&once), once);
        assert_ne!(later.text("bob@lovelace.family"), "bob@lovelace.family");
    }

    #[test]
    fn another_key_gives_others() {
        let other = Pseudonyms::new(PseudonymKey::of(9));
        let text = "ada@lovelace.family";
        assert_ne!(pseudonyms().text(text), other.text(text));
        assert_eq!(pseudonyms().text(text), pseudonyms().text(text));
    }
}
