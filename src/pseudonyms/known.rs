//! Personal values that were met, to be found wherever else they stand.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use crate::pseudonyms::letters::is_of_word;
use crate::pseudonyms::personal_kind::PersonalKind;

/// What stands for a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Put {
    /// What its kind says.
    Pseudonym(PersonalKind),
    /// This.
    Text(String),
}

/// The values that are known.
#[derive(Debug, Default)]
pub(super) struct Known {
    values: BTreeMap<String, Put>,
    /// Finds them, and what is put for each; made anew when there are more.
    finder: Option<(AhoCorasick, Vec<Put>)>,
}

impl Known {
    /// Looks for `value` from now on, unless it is known.
    pub fn add(&mut self, value: String, put: Put) {
        self.values.entry(value).or_insert_with(|| {
            self.finder = None;
            put
        });
    }

    /// Where known values stand as whole words, and what is to be put there; of several in one place the
    /// longest.
    pub fn find(&mut self, text: &str) -> Vec<(Range<usize>, Put)> {
        if self.values.is_empty() {
            return Vec::new();
        }
        if self.finder.is_none() {
            // The kind that is made fastest: each case has values of its own.
            let built = AhoCorasick::builder()
                .kind(Some(AhoCorasickKind::NoncontiguousNFA))
                .build(self.values.keys());
            let puts = self.values.values().cloned().collect();
            self.finder = built.ok().map(|finder| (finder, puts));
        }
        let Some((finder, puts)) = &self.finder else {
            return Vec::new();
        };
        let hits = finder.find_overlapping_iter(text);
        let mut found: Vec<(Range<usize>, Put)> = hits
            .filter(|hit| is_whole(text, &hit.range()))
            .filter_map(|hit| Some((hit.range(), puts.get(hit.pattern().as_usize())?.clone())))
            .collect();
        found.sort_by_key(|(span, _)| (span.start, Reverse(span.end)));
        let mut end = 0;
        found.retain(|(span, _)| {
            let is_free = span.start >= end;
            if is_free {
                end = span.end;
            }
            is_free
        });
        found
    }
}

/// Whether a word begins and ends there. In scripts without spaces, that can't be told.
fn is_whole(text: &str, span: &Range<usize>) -> bool {
    let is_inside = |left: Option<char>, right: Option<char>| {
        let spaced = |char: char| is_of_word(char) && u32::from(char) < 0x2e80;
        left.is_some_and(spaced) && right.is_some_and(spaced)
    };
    let (before, within, after) = (&text[..span.start], &text[span.clone()], &text[span.end..]);
    !is_inside(before.chars().next_back(), within.chars().next())
        && !is_inside(within.chars().next_back(), after.chars().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_are_found() {
        let mut known = Known::default();
        let name = Put::Pseudonym(PersonalKind::Name);
        for value in ["Ada", "Ada Lovelace", "李雷"] {
            known.add(value.to_owned(), name.clone());
        }
        let mut found = |text: &str| {
            let spans = known.find(text);
            let texts = spans.into_iter().map(|(span, _)| text[span].to_owned());
            texts.collect::<Vec<_>>()
        };
        assert_eq!(found("Dear Ada, Adam and Canada"), ["Ada"]);
        assert_eq!(
            found("Ada Lovelaces, Ada Lovelace"),
            ["Ada", "Ada Lovelace"]
        );
        assert_eq!(found("你好李雷先生"), ["李雷"]);
    }
}
