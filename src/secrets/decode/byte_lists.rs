//! Bytes one by one: `<Buffer 73 65>`, `[115,101]`, `73:65`, `0x73, 0x65`, `\x73\x65`, and the object that
//! JSON makes of a typed array.

use std::ops::Range;

use super::runs::{ByteClass, class};

/// A list of fewer characters is let be.
pub const SHORTEST: usize = 15;
/// And of fewer bytes.
const FEWEST: usize = 6;
/// `0x73`, or an index.
const LONGEST_WORD: usize = 4;

pub static MEMBERS: ByteClass = class(b"0123456789abcdefABCDEFx ,:-\n\r\t\\\"");

/// A word of a list, and what it is in each notation.
struct Word {
    range: Range<usize>,
    hex: Option<u8>,
    decimal: Option<u32>,
    /// Whether a comma stands before it.
    comma: bool,
}

/// Tells `inside` of the bytes of each list in a run of its characters, and where a byte of them stands.
pub fn byte_lists(
    text: &[u8],
    run: Range<usize>,
    mut inside: impl FnMut(&[u8], &dyn Fn(usize) -> Range<usize>),
) {
    if !may_be_list(&text[run.clone()]) {
        return;
    }
    let words = words(text, run);
    let hex = lists(&words, |word, _| word.hex);
    let decimal = lists(&words, |word, first| {
        let byte = word.decimal.and_then(|number| u8::try_from(number).ok());
        byte.filter(|_| first || word.comma)
    });
    for (bytes, places) in hex.into_iter().chain(decimal).chain(indexed(&words)) {
        inside(&bytes, &|at| places.get(at).cloned().unwrap_or(0..0));
    }
}

/// Whether there are enough words in a row that are as short as those of lists. Most runs are times and
/// identifiers.
fn may_be_list(run: &[u8]) -> bool {
    let (mut words, mut length) = (0, 0);
    for byte in run {
        if byte.is_ascii_alphanumeric() {
            length += 1;
            if length > LONGEST_WORD {
                words = 0;
            }
        } else {
            words += usize::from((1..=LONGEST_WORD).contains(&length));
            length = 0;
        }
        if words + 1 >= FEWEST {
            return true;
        }
    }
    false
}

fn words(text: &[u8], run: Range<usize>) -> Vec<Word> {
    let mut words = Vec::new();
    let mut start = None;
    let mut comma = false;
    for at in run.start..=run.end {
        let inside = at < run.end && text[at].is_ascii_alphanumeric();
        match (start, inside) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                words.push(word(text, from..at, comma));
                start = None;
                comma = false;
            }
            _ => {}
        }
        comma |= at < run.end && text[at] == b',';
    }
    words
}

fn word(text: &[u8], range: Range<usize>, comma: bool) -> Word {
    let word = std::str::from_utf8(&text[range.clone()]).unwrap_or_default();
    let digits = word.trim_start_matches("0x").trim_start_matches('x');
    let hex = u8::from_str_radix(digits, 16).ok();
    Word {
        hex: hex.filter(|_| digits.len() == 2),
        decimal: word.parse().ok(),
        comma,
        range,
    }
}

type List = (Vec<u8>, Vec<Range<usize>>);

/// The longest lists of words that are bytes; `byte` is told whether a word would be its list's first.
fn lists(words: &[Word], byte: impl Fn(&Word, bool) -> Option<u8>) -> Vec<List> {
    let mut lists = vec![List::default()];
    for word in words {
        let first = lists.last().is_none_or(|list| list.0.is_empty());
        let found = byte(word, first).or_else(|| {
            lists.push(List::default());
            byte(word, true)
        });
        if let (Some(byte), Some(list)) = (found, lists.last_mut()) {
            list.0.push(byte);
            list.1.push(word.range.clone());
        }
    }
    lists.retain(|list| list.0.len() >= FEWEST);
    lists
}

/// `"0":115,"1":101`
fn indexed(words: &[Word]) -> Vec<List> {
    let mut lists = vec![List::default()];
    for pair in words.windows(2) {
        let [index, value] = pair else { continue };
        let Some(list) = lists.last_mut() else {
            continue;
        };
        let next = index.decimal == u32::try_from(list.0.len()).ok();
        let byte = value.decimal.and_then(|value| u8::try_from(value).ok());
        match byte.filter(|_| next && !value.comma) {
            Some(byte) => {
                list.0.push(byte);
                list.1.push(index.range.start..value.range.end);
            }
            // The value of this pair is the index of none.
            None if value.comma => {}
            None => lists.push(List::default()),
        }
    }
    lists.retain(|list| list.0.len() >= FEWEST);
    lists
}
