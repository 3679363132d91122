//! Finds secrets in a text, however they are written there.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem;

use super::decode::{Unescaped, decode, decode_escaped, decompressed, unescaped};
use super::hits::Hits;
use super::index::Index;

/// How often a text is looked at without its escapes: JSON in JSON in JSON, in a line of `--json`.
const ESCAPED: u32 = 6;
/// How often bytes are decoded that were decoded already.
const ENCODED: u32 = 3;
/// Of the bytes that are decoded, shorter values than these are no secrets: they come by chance.
const SHORTEST_ENCODED: usize = 6;
/// What tells that a text was cut off there.
static CUTS: LazyLock<[memmem::Finder; 2]> =
    LazyLock::new(|| [memmem::Finder::new("…"), memmem::Finder::new("...")]);
/// A part of an escape is at most so long: `\u{0010ffff`.
const LONGEST_ESCAPE: usize = 11;
/// So many cuts are looked at: nobody shortens more in one text.
const MOST_CUTS: usize = 1000;

/// What is looked for, and how far a text may still be decoded.
#[derive(Clone, Copy)]
pub struct Finder<'a> {
    indexes: [&'a Index; 2],
    escapes: u32,
    encodings: u32,
    shortest: usize,
}

impl<'a> Finder<'a> {
    pub fn new(indexes: [&'a Index; 2]) -> Finder<'a> {
        Finder {
            indexes,
            escapes: ESCAPED,
            encodings: ENCODED,
            shortest: 0,
        }
    }

    /// Where secrets stand in `text`.
    pub fn find(self, text: &[u8]) -> Hits {
        self.find_in(text, None)
    }

    /// The same for a text that is `plain` of escapes. What has none of them around was found in them.
    fn find_in(self, text: &[u8], plain: Option<&Unescaped>) -> Hits {
        let mut found = Hits::default();
        let mut starts = Vec::new();
        let mut may_be_parts = false;
        for index in self.indexes() {
            may_be_parts |= match plain {
                None => {
                    index.find(text, self.shortest, &mut found, &mut starts);
                    true
                }
                Some(plain) => index.find_at(text, plain.escaped(), self.shortest, &mut found),
            };
        }
        if may_be_parts {
            self.cut(text, &mut found);
        }
        if self.encodings > 0 {
            self.encoded(text, starts, plain, &mut found);
        }
        if self.escapes > 0
            && let Some(plain) = unescaped(text)
        {
            let below = Finder {
                escapes: self.escapes - 1,
                ..self
            };
            for hit in below.find_in(&plain.bytes, Some(&plain)).iter() {
                found.add(plain.place_of(&hit.range), &hit.placeholder);
            }
        }
        found
    }

    fn indexes(self) -> impl Iterator<Item = &'a Index> {
        self.indexes.into_iter().filter(|index| !index.is_empty())
    }

    /// The beginnings of values that were cut off: before marks that tell it, and at the end of what was
    /// decoded, since such a mark may follow.
    fn cut(self, text: &[u8], found: &mut Hits) {
        if self.encodings < ENCODED {
            // The last byte may have been cut itself.
            self.cut_at(text, text.len(), found);
            self.cut_at(text, text.len().saturating_sub(1), found);
        }
        for cut in &*CUTS {
            for at in cut.find_iter(text).take(MOST_CUTS) {
                self.cut_at(text, at, found);
                let kept = text[..at]
                    .iter()
                    .rposition(|byte| !b" ,'\"`\n".contains(byte));
                if let Some(last) = kept.filter(|last| last + 1 < at) {
                    self.cut_at(text, last + 1, found);
                }
            }
        }
    }

    /// The beginnings of values that end at `end`, or before a part of an escape there.
    fn cut_at(self, text: &[u8], end: usize, found: &mut Hits) {
        let part = &text[end.saturating_sub(LONGEST_ESCAPE)..end];
        let escape = part.iter().rposition(|byte| b"%&\\".contains(byte));
        let before = escape.map(|at| end - part.len() + at);
        for end in [Some(end), before].into_iter().flatten() {
            self.indexes()
                .for_each(|index| index.find_cut(text, end, found));
        }
    }

    /// What is said by parts of the text that are encoded.
    fn encoded(self, text: &[u8], starts: Vec<usize>, plain: Option<&Unescaped>, found: &mut Hits) {
        let below = Finder {
            encodings: self.encodings - 1,
            shortest: SHORTEST_ENCODED,
            ..self
        };
        let inside = |bytes: &[u8], place: &dyn Fn(usize) -> Range<usize>| {
            for hit in below.find(bytes).iter() {
                let Range { start, end } = hit.range;
                let first = place(start);
                let last = place(end.saturating_sub(1).max(start));
                found.add(first.start..last.end, &hit.placeholder);
            }
            if let Some(plain) = decompressed(bytes)
                && let Some(hit) = below.find(&plain).first()
            {
                let all = place(0).start..place(bytes.len() - 1).end;
                found.add(all, &hit.placeholder);
            }
        };
        match plain {
            None => decode(text, starts, inside),
            Some(plain) => {
                let find = |run: Range<usize>, starts: &mut Vec<usize>| {
                    self.indexes()
                        .for_each(|index| index.find_in_base64(text, run.clone(), starts));
                };
                decode_escaped(plain, find, inside);
            }
        }
    }
}
