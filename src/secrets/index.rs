//! Finds any of many values in a text. It takes one look at each byte, however many values there are,
//! and to add one costs no more than its length.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use super::filter::{Filter, GRAM};
use super::hits::Hits;

/// Of a value that was cut off, so many bytes must be there.
const SHORTEST_BEGINNING: usize = 6;

/// How values begin that have nothing else in common: where only so much is there, none was cut off.
const COMMON: [&[u8]; 3] = [b"https://", b"http://", b"-----BEGIN "];

/// A value as it stands in texts.
#[derive(Debug)]
pub struct Pattern {
    pub bytes: Box<[u8]>,
    pub placeholder: Arc<str>,
}

/// Values by their first and their last bytes.
#[derive(Default)]
pub struct Index {
    by_end: HashMap<u32, Vec<Arc<Pattern>>>,
    /// The ends of values, and what is in base64.
    ends: Filter,
    by_beginning: HashMap<u32, Vec<Arc<Pattern>>>,
    beginnings: Filter,
    /// Four characters of base64 that are a value's first bytes, wherever it begins in what is encoded.
    in_base64: HashSet<u32>,
    /// Two bytes that follow each other in a value.
    pairs: Filter,
    longest: usize,
}

fn gram(bytes: &[u8]) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.first_chunk()?))
}

/// The bytes as a number, the first of them highest.
fn number_of(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .fold(0, |all, byte| all << 8 | u32::from(*byte))
}

impl Index {
    pub fn is_empty(&self) -> bool {
        self.by_end.is_empty()
    }

    /// Adds a value of at least [`GRAM`] bytes.
    pub fn add(&mut self, pattern: &Arc<Pattern>) {
        let bytes = &pattern.bytes;
        let (Some(beginning), Some(end)) = (
            gram(bytes),
            bytes
                .last_chunk::<GRAM>()
                .map(|end| u32::from_le_bytes(*end)),
        ) else {
            return;
        };
        self.by_end.entry(end).or_default().push(pattern.clone());
        self.by_beginning
            .entry(beginning)
            .or_default()
            .push(pattern.clone());
        self.note_in_filters(pattern, beginning, end);
    }

    fn note_in_filters(&mut self, pattern: &Pattern, beginning: u32, end: u32) {
        self.ends.insert(end);
        self.beginnings.insert(beginning);
        for three in pattern.bytes.array_windows::<3>().take(3) {
            for engine in [&STANDARD, &URL_SAFE] {
                let mut four = [0; GRAM];
                // Three bytes are four characters.
                if engine.encode_slice(three, &mut four) == Ok(GRAM) {
                    let key = u32::from_le_bytes(four);
                    self.in_base64.insert(key);
                    self.ends.insert(key);
                }
            }
        }
        for pair in pattern.bytes.windows(2) {
            self.pairs.insert(number_of(pair));
        }
        self.longest = self.longest.max(pattern.bytes.len());
    }

    /// Adds where values of at least `shortest` bytes stand in `text`, and to `encoded` where they may
    /// begin in base64.
    pub fn find(&self, text: &[u8], shortest: usize, found: &mut Hits, encoded: &mut Vec<usize>) {
        self.scan(text, 0..text.len(), |end, key| {
            self.ending_at(text, end, key, shortest, found);
            if self.in_base64.contains(&key) {
                encoded.push(end - GRAM);
            }
        });
    }

    /// Adds where values may begin in the base64 of a part of `text`.
    pub fn find_in_base64(&self, text: &[u8], part: Range<usize>, encoded: &mut Vec<usize>) {
        self.scan(text, part.start + GRAM - 1..part.end, |end, key| {
            if self.in_base64.contains(&key) {
                encoded.push(end - GRAM);
            }
        });
    }

    /// [`Index::find`] for those values that hold one of the bytes at `places`, which are in order. Tells
    /// whether there may be parts of such values.
    pub fn find_at(
        &self,
        text: &[u8],
        places: impl Iterator<Item = Range<usize>>,
        shortest: usize,
        found: &mut Hits,
    ) -> bool {
        let mut may_be_parts = false;
        let mut done = 0;
        for place in places {
            let end = (place.end + self.longest).min(text.len());
            if end <= done {
                continue;
            }
            // A value that holds the place holds one of its neighbours, too.
            let around = place.start.saturating_sub(1)..(place.end + 1).min(text.len());
            let mut pairs = text[around].windows(2);
            if pairs.any(|pair| self.pairs.may_contain(number_of(pair))) {
                self.scan(text, place.start.max(done)..end, |end, key| {
                    self.ending_at(text, end, key, shortest, found);
                });
                done = end;
                may_be_parts = true;
            }
        }
        may_be_parts
    }

    /// Tells of the places that end behind the first and at the latest behind the last byte of `ends`
    /// whose last bytes are in a filter.
    fn scan(&self, text: &[u8], ends: Range<usize>, mut tell: impl FnMut(usize, u32)) {
        let mut first = (ends.start + 1).saturating_sub(GRAM);
        while first < ends.end
            && let Some((at, key)) = self.ends.first_gram(&text[first..ends.end])
        {
            tell(first + at + GRAM, key);
            first += at + 1;
        }
    }

    /// Adds the longest value that ends at `end`: it holds the others that do.
    fn ending_at(&self, text: &[u8], end: usize, key: u32, shortest: usize, found: &mut Hits) {
        let candidates = self.by_end.get(&key).into_iter().flatten();
        let there = candidates
            .filter(|one| one.bytes.len() >= shortest && text[..end].ends_with(&one.bytes));
        if let Some(longest) = there.max_by_key(|one| one.bytes.len()) {
            found.add(end - longest.bytes.len()..end, &longest.placeholder);
        }
    }

    /// Adds the beginning of a value that was cut off at `end`.
    pub fn find_cut(&self, text: &[u8], end: usize, found: &mut Hits) {
        let first = end.saturating_sub(self.longest);
        for (at, window) in text[first..end].windows(SHORTEST_BEGINNING).enumerate() {
            let Some(key) = gram(window) else { return };
            if !self.beginnings.may_contain(key) {
                continue;
            }
            let start = first + at;
            let there = &text[start..end];
            if COMMON.iter().any(|common| common.starts_with(there)) {
                continue;
            }
            let mut candidates = self.by_beginning.get(&key).into_iter().flatten();
            if let Some(cut) = candidates.find(|one| one.bytes.starts_with(there)) {
                return found.add(start..end, &cut.placeholder);
            }
        }
    }

    /// Removes a value. Filters keep what was theirs, until [`Index::refresh`].
    pub fn remove(&mut self, pattern: &Arc<Pattern>) {
        let bytes = &pattern.bytes;
        let end = bytes
            .last_chunk::<GRAM>()
            .map(|end| u32::from_le_bytes(*end));
        for (map, key) in [
            (&mut self.by_end, end),
            (&mut self.by_beginning, gram(bytes)),
        ] {
            let Some(key) = key else { continue };
            if let Some(list) = map.get_mut(&key) {
                list.retain(|one| !Arc::ptr_eq(one, pattern));
                if list.is_empty() {
                    map.remove(&key);
                }
            }
        }
    }

    /// Makes the filters anew, from what is there.
    pub fn refresh(&mut self) {
        let mut fresh = Index::default();
        for (end, patterns) in &self.by_end {
            for pattern in patterns {
                if let Some(beginning) = gram(&pattern.bytes) {
                    fresh.note_in_filters(pattern, beginning, *end);
                }
            }
        }
        self.ends = fresh.ends;
        self.beginnings = fresh.beginnings;
        self.in_base64 = fresh.in_base64;
        self.pairs = fresh.pairs;
        self.longest = fresh.longest;
    }
}
