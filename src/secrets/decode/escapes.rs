//! Escapes of URLs (`%C3%A9`, `%u00e9`), of JSON and JavaScript (`\"`, `\u00e9`, `\xe9`, `\u{e9}`) and of
//! XML and HTML (`&quot;`, `&#39;`, `&#x27;`).

use std::ops::Range;

use memchr::{memchr, memchr3_iter};

/// A text without its escapes.
pub struct Unescaped {
    pub bytes: Vec<u8>,
    escapes: Vec<Escape>,
}

struct Escape {
    /// Of the bytes that it stands for.
    at: usize,
    length: usize,
    /// In the text.
    range: Range<usize>,
}

/// The longest escape: `\u{0010ffff}`.
const LONGEST: usize = 12;

/// `text` with what its escapes stand for; `None` when it has none.
pub fn unescaped(text: &[u8]) -> Option<Unescaped> {
    let mut bytes = Vec::new();
    let mut escapes = Vec::new();
    let mut done = 0;
    for start in memchr3_iter(b'%', b'&', b'\\', text) {
        if start < done {
            continue;
        }
        let Some((character, length)) = escape(&text[start..]) else {
            continue;
        };
        bytes.extend_from_slice(&text[done..start]);
        let at = bytes.len();
        match character {
            Meaning::Byte(byte) => bytes.push(byte),
            Meaning::Char(char) => {
                bytes.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
        done = start + length;
        escapes.push(Escape {
            at,
            length: bytes.len() - at,
            range: start..done,
        });
    }
    if escapes.is_empty() {
        return None;
    }
    bytes.extend_from_slice(&text[done..]);
    Some(Unescaped { bytes, escapes })
}

impl Unescaped {
    /// Where the text says these bytes.
    pub fn place_of(&self, range: &Range<usize>) -> Range<usize> {
        let first = self.place_of_byte(range.start);
        let last = self.place_of_byte(range.end.saturating_sub(1).max(range.start));
        first.start..last.end
    }

    /// The bytes that were escaped.
    pub fn escaped(&self) -> impl Iterator<Item = Range<usize>> {
        let escapes = self.escapes.iter();
        escapes.map(|escape| escape.at..escape.at + escape.length)
    }

    fn place_of_byte(&self, byte: usize) -> Range<usize> {
        let before = self.escapes.partition_point(|escape| escape.at <= byte);
        let Some(escape) = before.checked_sub(1).map(|index| &self.escapes[index]) else {
            return byte..byte + 1;
        };
        match byte.checked_sub(escape.at + escape.length) {
            None => escape.range.clone(),
            Some(behind) => escape.range.end + behind..escape.range.end + behind + 1,
        }
    }
}

enum Meaning {
    /// Of a text in UTF-8, or in another encoding.
    Byte(u8),
    Char(char),
}

/// What the escape at the beginning of `text` stands for, and its length.
fn escape(text: &[u8]) -> Option<(Meaning, usize)> {
    match text {
        [b'%', b'u' | b'U', digits @ ..] => unit(digits, 2),
        [b'%', high, low, ..] => Some((Meaning::Byte(byte(*high, *low)?), 3)),
        [b'&', rest @ ..] => {
            let end = memchr(b';', &rest[..rest.len().min(LONGEST)])?;
            Some((Meaning::Char(entity(&rest[..end])?), end + 2))
        }
        [b'\\', b'x', high, low, ..] if byte(*high, *low).is_some() => {
            let code = byte(*high, *low)?;
            Some((Meaning::Char(char::from(code)), 4))
        }
        [b'\\', b'u', b'{', rest @ ..] => {
            let end = memchr(b'}', &rest[..rest.len().min(LONGEST)])?;
            Some((Meaning::Char(number(&rest[..end], 16)?), end + 4))
        }
        [b'\\', b'u', digits @ ..] => unit(digits, 2),
        [b'\\', plain, ..] if plain.is_ascii() => {
            let meaning = match plain {
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'b' => 8,
                b'f' => 12,
                b'v' => 11,
                b'0' => 0,
                other => *other,
            };
            Some((Meaning::Byte(meaning), 2))
        }
        _ => None,
    }
}

/// A unit of UTF-16 in four digits, or two units that are one character.
fn unit(digits: &[u8], mark: usize) -> Option<(Meaning, usize)> {
    let unit = |digits: &[u8]| -> Option<u16> {
        let digits = std::str::from_utf8(digits.get(..4)?).ok()?;
        u16::from_str_radix(digits, 16).ok()
    };
    let first = unit(digits)?;
    let second = match digits.get(4..6) {
        Some([b'\\' | b'%', b'u' | b'U']) => unit(&digits[6..]),
        _ => None,
    };
    let units = [first, second.unwrap_or_default()];
    let mut characters = char::decode_utf16(units);
    match characters.next()? {
        Ok(character) => {
            let length = if character.len_utf16() == 2 { 10 } else { 4 };
            Some((Meaning::Char(character), mark + length))
        }
        Err(_) => Some((Meaning::Char(char::REPLACEMENT_CHARACTER), mark + 4)),
    }
}

fn entity(name: &[u8]) -> Option<char> {
    match name {
        b"quot" => Some('"'),
        b"apos" => Some('\''),
        b"amp" => Some('&'),
        b"lt" => Some('<'),
        b"gt" => Some('>'),
        b"nbsp" => Some('\u{a0}'),
        [b'#', b'x' | b'X', digits @ ..] => number(digits, 16),
        [b'#', digits @ ..] => number(digits, 10),
        _ => None,
    }
}

fn number(digits: &[u8], radix: u32) -> Option<char> {
    let digits = std::str::from_utf8(digits).ok()?;
    char::from_u32(u32::from_str_radix(digits, radix).ok()?)
}

fn byte(high: u8, low: u8) -> Option<u8> {
    let digit = |byte| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? << 4 | digit(low)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_what_they_stand_for() {
        for (text, plain) in [
            ("a%20b", "a b"),
            ("%C3%A9", "é"),
            ("%u65E5", "日"),
            ("\\u00e9\\ud83d\\ude00\\u{1f600}\\xe9", "é😀😀é"),
            ("\\\"\\\\\\n\\/\\`\\.", "\"\\\n/`."),
            ("&quot;&#39;&#x27;&amp;", "\"''&"),
            ("%zz &no; \\u12", "%zz &no; \\u12"),
        ] {
            let found = unescaped(text.as_bytes());
            let shown = found.map_or(text.as_bytes().to_vec(), |found| found.bytes);
            assert_eq!(String::from_utf8_lossy(&shown), plain, "{text}");
        }
    }

    #[test]
    fn bytes_are_found_again_in_the_text() {
        let text = "ab%20c\\u00e9d&amp;";
        let found = unescaped(text.as_bytes()).expect("escapes");
        assert_eq!(found.bytes, "ab céd&".as_bytes());
        for (range, place) in [
            (1..3, "b%20"),
            (3..5, "c\\u00e9"),
            (5..8, "\\u00e9d&amp;"),
            (0..1, "a"),
        ] {
            assert_eq!(&text[found.place_of(&range)], place);
        }
    }
}
