//! Base64, also of URLs, in one line or in several.

use std::ops::Range;

use super::runs::{ByteClass, class};

/// What lies between two lines is at most so long: their indentation, or the quotes and the plus of
/// JavaScript.
const LONGEST_GAP: usize = 24;

const ALPHABET_MEMBERS: ByteClass =
    class(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_");
pub static ALPHABET: ByteClass = ALPHABET_MEMBERS;
static GAP: ByteClass = class(b" \t\r\n'\"`+,\\");

static VALUES: [u8; 256] = values();
static MAY_BE_TEXT: [u16; 256] = may_be_text();

/// Three groups of four characters.
const TEXT: u16 = 1 << 11;

const fn values() -> [u8; 256] {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut values = [0; 256];
    let mut index = 0;
    while index < 64 {
        values[alphabet[index] as usize] = index as u8;
        index += 1;
    }
    values[b'-' as usize] = 62;
    values[b'_' as usize] = 63;
    values
}

/// At which places of three groups a character can stand where the bytes are ASCII: at the first of each
/// group it has the first bit of a byte, at the second and third one more each.
const fn may_be_text() -> [u16; 256] {
    let values = values();
    let mut places = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        if ALPHABET_MEMBERS[byte] {
            let value = values[byte];
            let mut group = 0b1000;
            group |= if value & 0b10_0000 == 0 { 1 } else { 0 };
            group |= if value & 0b00_1000 == 0 { 2 } else { 0 };
            group |= if value & 0b00_0010 == 0 { 4 } else { 0 };
            places[byte] = group | group << 4 | group << 8;
        }
        byte += 1;
    }
    places
}

/// Adds to `starts` where a group of characters begins that may be a text, or compressed: what is said
/// there may be encoded once more.
pub fn texts(text: &[u8], run: &Range<usize>, starts: &mut Vec<usize>) {
    let compressed = text[run.clone()].windows(4).take(4);
    for (at, four) in compressed.enumerate() {
        // The first bytes of gzip's format and of zlib's.
        if four == b"H4sI" || matches!(four, [b'e', b'A'..=b'P', ..]) {
            starts.push(run.start + at);
        }
    }
    // Each bit says whether a text may have begun so many characters before.
    let mut state = 0_u16;
    for (at, byte) in (run.start..).zip(&text[run.clone()]) {
        state = (state << 1 | 1) & MAY_BE_TEXT[usize::from(*byte)];
        if state & TEXT != 0 {
            starts.push(at - 11);
        }
    }
}

/// Tells `inside` of the bytes that the characters around each of `starts` stand for if a group begins
/// there, and where a byte of them stands.
pub fn base64(
    text: &[u8],
    starts: &[usize],
    mut inside: impl FnMut(&[u8], &dyn Fn(usize) -> Range<usize>),
) {
    let mut lines: Vec<Range<usize>> = Vec::new();
    let mut done = [false; 4];
    for start in starts {
        if lines.last().is_none_or(|line| line.end <= *start) {
            lines = lines_around(text, *start);
            done = [false; 4];
        }
        let before = lines
            .iter()
            .map(|line| line.end.min(*start).saturating_sub(line.start));
        let shift = before.sum::<usize>() % 4;
        if std::mem::replace(&mut done[shift], true) {
            continue;
        }
        let place = |at: usize| {
            let first = place_of(&lines, shift + at * 8 / 6);
            let last = place_of(&lines, shift + (at * 8 + 7) / 6);
            first..last + 1
        };
        inside(&decoded(text, &lines, shift), &place);
    }
}

/// The lines of base64 of which one holds `place`.
fn lines_around(text: &[u8], place: usize) -> Vec<Range<usize>> {
    let is = |class: &'static ByteClass| move |byte: &&u8| class[usize::from(**byte)];
    let back = |end: usize, class| text[..end].iter().rev().take_while(is(class)).count();
    let on = |start: usize, class| text[start..].iter().take_while(is(class)).count();
    let line_break = |gap: Range<usize>| gap.len() <= LONGEST_GAP && text[gap].contains(&b'\n');
    let line = place - back(place, &ALPHABET)..place + on(place, &ALPHABET);
    let mut lines = vec![line];
    loop {
        let start = lines[0].start;
        let end = start - back(start, &GAP);
        let length = back(end, &ALPHABET);
        if length == 0 || !line_break(end..start) {
            break;
        }
        lines.insert(0, end - length..end);
    }
    loop {
        let end = lines[lines.len() - 1].end;
        let start = end + on(end, &GAP);
        let length = on(start, &ALPHABET);
        if length == 0 || !line_break(end..start) {
            return lines;
        }
        lines.push(start..start + length);
    }
}

/// The bytes from the character `shift` on.
fn decoded(text: &[u8], lines: &[Range<usize>], shift: usize) -> Vec<u8> {
    let characters = lines.iter().flat_map(|line| &text[line.clone()]);
    let mut bytes = Vec::new();
    let (mut bits, mut value) = (0, 0_u32);
    for character in characters.skip(shift) {
        value = value << 6 | u32::from(VALUES[usize::from(*character)]);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((value >> bits) as u8);
        }
    }
    bytes
}

/// Where the character of this number stands.
fn place_of(lines: &[Range<usize>], mut character: usize) -> usize {
    for line in lines {
        if character < line.len() {
            return line.start + character;
        }
        character -= line.len();
    }
    lines.last().map_or(0, |line| line.end - 1)
}
