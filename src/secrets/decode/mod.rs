//! Parts of texts that say something in another form, each with the way back from what it says to the part
//! of the text that says it.

mod base64;
mod byte_lists;
mod compressed;
mod escapes;
mod hex;
mod runs;

use std::ops::Range;

pub use self::compressed::decompressed;
pub use self::escapes::{Unescaped, unescaped};
use self::runs::{runs, runs_at};

/// A run of characters of base64 that may be a text which is encoded once more has at least so many.
const SHORTEST: usize = 16;
/// A run of which a part was escaped may be encoded but once: eight bytes are so many characters.
const SHORTEST_ESCAPED: usize = 11;

/// Tells `inside` of the bytes that parts of `text` stand for, and where a byte of them stands. `starts`
/// are places where values that are looked for may begin in base64.
pub fn decode(
    text: &[u8],
    mut starts: Vec<usize>,
    mut inside: impl FnMut(&[u8], &dyn Fn(usize) -> Range<usize>),
) {
    for run in runs(text, &base64::ALPHABET, SHORTEST) {
        base64::texts(text, &run, &mut starts);
        hex::hex(text, run, &mut inside);
    }
    starts.sort_unstable();
    base64::base64(text, &starts, &mut inside);
    for run in runs(text, &byte_lists::MEMBERS, byte_lists::SHORTEST) {
        byte_lists::byte_lists(text, run, &mut inside);
    }
}

/// [`decode`] for those parts of a text without escapes that hold what was escaped: the others were there
/// before. `find` adds where values may begin in the base64 of a part.
pub fn decode_escaped(
    plain: &Unescaped,
    find: impl Fn(Range<usize>, &mut Vec<usize>),
    mut inside: impl FnMut(&[u8], &dyn Fn(usize) -> Range<usize>),
) {
    let text = &plain.bytes;
    let places = || plain.escaped().map(|escaped| escaped.start);
    let mut starts = Vec::new();
    for run in runs_at(text, &base64::ALPHABET, SHORTEST_ESCAPED, places()) {
        find(run.clone(), &mut starts);
        base64::texts(text, &run, &mut starts);
        hex::hex(text, run, &mut inside);
    }
    starts.sort_unstable();
    base64::base64(text, &starts, &mut inside);
    for run in runs_at(text, &byte_lists::MEMBERS, byte_lists::SHORTEST, places()) {
        byte_lists::byte_lists(text, run, &mut inside);
    }
}
