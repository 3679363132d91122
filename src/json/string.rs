//! JavaScript's strings in Rust's.
//!
//! A JavaScript string is a list of UTF-16 units, of which a surrogate may stand alone: half an emoji in
//! a title that was cut off. Rust's have no place for one. So a lone surrogate U+D800+n is kept as the
//! private character U+10F800+n, of which there are exactly as many; and a character that really is one
//! of these, as the two of its own surrogates. Each JavaScript string has one such form, and almost all
//! are their own.

use std::borrow::Cow;

/// The first of the characters that stand for lone surrogates.
const FIRST: u32 = 0x10_f800;
/// The first two bytes of each of them, in UTF-8. Few other characters have them.
const LEAD: [u8; 2] = [0xf4, 0x8f];

/// What stands for a lone surrogate.
fn stand_in(unit: u16) -> char {
    char::from_u32(FIRST + u32::from(unit) - 0xd800).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// The lone surrogate for which `char` stands.
fn surrogate(char: char) -> Option<u16> {
    let number = u32::from(char).checked_sub(FIRST)?;
    u16::try_from(0xd800 + number).ok()
}

fn pair(high: u16, low: u16) -> Option<char> {
    if !(0xd800..0xdc00).contains(&high) {
        return None;
    }
    char::decode_utf16([high, low]).next()?.ok()
}

fn may_have_stand_ins(text: &str) -> bool {
    let bytes = text.as_bytes();
    let first = memchr::memchr(LEAD[0], bytes);
    first.is_some_and(|first| memchr::memmem::find(&bytes[first..], &LEAD).is_some())
}

/// A Rust text as a JavaScript string.
pub fn from_text(text: &str) -> Cow<'_, str> {
    if !may_have_stand_ins(text) {
        return Cow::Borrowed(text);
    }
    let mut string = String::with_capacity(text.len() * 2);
    text.chars().for_each(|char| push(&mut string, char));
    Cow::Owned(string)
}

/// A JavaScript string as a Rust text, with `�` for each lone surrogate.
pub fn to_text(string: &str) -> Cow<'_, str> {
    if !may_have_stand_ins(string) {
        return Cow::Borrowed(string);
    }
    let units = string.encode_utf16().collect::<Vec<_>>();
    let mut text = String::with_capacity(string.len());
    let mut chars = char::decode_utf16(units)
        .map(|char| char.unwrap_or(char::REPLACEMENT_CHARACTER))
        .peekable();
    while let Some(char) = chars.next() {
        let Some(unit) = surrogate(char) else {
            text.push(char);
            continue;
        };
        match chars.peek().and_then(|next| pair(unit, surrogate(*next)?)) {
            Some(whole) => {
                chars.next();
                text.push(whole);
            }
            None => text.push(char::REPLACEMENT_CHARACTER),
        }
    }
    Cow::Owned(text)
}

/// Whether a JavaScript string has a lone surrogate, or a character beside those.
pub fn is_odd(string: &str) -> bool {
    may_have_stand_ins(string) && string.chars().any(|char| surrogate(char).is_some())
}

fn push(string: &mut String, char: char) {
    match surrogate(char) {
        Some(_) => {
            let units = char.encode_utf16(&mut [0; 2]).to_vec();
            string.extend(units.into_iter().map(stand_in));
        }
        None => string.push(char),
    }
}

/// What stands between the quotes of JSON, as the string that it means. It has been checked.
pub fn unescape(raw: &str) -> Cow<'_, str> {
    // Most mean what they are.
    if !may_differ(raw) {
        return Cow::Borrowed(raw);
    }
    let Some(first) = memchr::memchr(b'\\', raw.as_bytes()) else {
        return from_text(raw);
    };
    let mut string = from_text(&raw[..first]).into_owned();
    let mut rest = &raw[first..];
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        string.push_str(&from_text(&rest[..at]));
        rest = &rest[at + 1..];
        let Some(escape) = rest.bytes().next() else {
            break;
        };
        rest = rest.get(1..).unwrap_or_default();
        string.push(match escape {
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'u' => {
                let unit = escaped_unit(rest);
                rest = rest.get(4..).unwrap_or_default();
                let low = rest.strip_prefix("\\u").map(escaped_unit);
                match low.and_then(|low| pair(unit, low)) {
                    Some(whole) => {
                        rest = rest.get(6..).unwrap_or_default();
                        push(&mut string, whole);
                    }
                    None => match char::from_u32(unit.into()) {
                        Some(char) => string.push(char),
                        None => string.push(stand_in(unit)),
                    },
                }
                continue;
            }
            other => char::from(other),
        });
    }
    string.push_str(&from_text(rest));
    Cow::Owned(string)
}

/// Whether what stands between the quotes of JSON may mean another string than itself.
pub(super) fn may_differ(raw: &str) -> bool {
    memchr::memchr2(b'\\', LEAD[0], raw.as_bytes()).is_some()
}

/// The unit that four digits at the beginning say.
fn escaped_unit(text: &str) -> u16 {
    let digits = text.get(..4).unwrap_or_default();
    u16::from_str_radix(digits, 16).unwrap_or_default()
}

/// Appends the string as JSON has it, in quotes, in the way of `JSON.stringify`.
pub fn quote(string: &str, json: &mut String) {
    json.push('"');
    // Most are as they are.
    let is_plain = |byte: u8| !is_escaped(byte) && byte != LEAD[0];
    if string.bytes().all(is_plain) {
        json.push_str(string);
        json.push('"');
        return;
    }
    let mut plain = 0;
    let odd = may_have_stand_ins(string);
    let mut chars = string.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        let escaped: Cow<str> = match char {
            '"' => "\\\"".into(),
            '\\' => "\\\\".into(),
            '\n' => "\\n".into(),
            '\t' => "\\t".into(),
            '\r' => "\\r".into(),
            '\u{8}' => "\\b".into(),
            '\u{c}' => "\\f".into(),
            '\0'..'\u{20}' => format!("\\u{:04x}", u32::from(char)).into(),
            _ => match surrogate(char).filter(|_| odd) {
                Some(unit) => {
                    let next = chars.peek().and_then(|(_, next)| surrogate(*next));
                    match next.and_then(|low| pair(unit, low)) {
                        Some(whole) => {
                            chars.next();
                            whole.to_string().into()
                        }
                        None => format!("\\u{unit:04x}").into(),
                    }
                }
                None => continue,
            },
        };
        json.push_str(&string[plain..at]);
        json.push_str(&escaped);
        plain = chars.peek().map_or(string.len(), |(next, _)| *next);
    }
    json.push_str(&string[plain..]);
    json.push('"');
}

/// Whether JSON can't have the byte in a string as it is.
pub(super) fn is_escaped(byte: u8) -> bool {
    matches!(byte, b'"' | b'\\' | 0..0x20)
}

/// The string in quotes, as JSON has it.
pub fn quoted(string: &str) -> String {
    let mut json = String::with_capacity(string.len() + 2);
    quote(string, &mut json);
    json
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lone_surrogates_are_kept() {
        for (raw, again) in [
            (r"cut \ud83d", r"cut \ud83d"),
            (r"\udc00\ud800", r"\udc00\ud800"),
            (r"\ud83d\ude00", "😀"),
            (r"\uD83Dx\uDE00", r"\ud83dx\ude00"),
            (r"\ud83d\u0041", r"\ud83dA"),
            ("\u{10f800}", "\u{10f800}"),
            (r"\udbfe\udc00", "\u{10f800}"),
            (r"\udbfe", r"\udbfe"),
            (r#"\/\"\\\b\f\n\r\t\u001f"#, r#"/\"\\\b\f\n\r\t\u001f"#),
        ] {
            let string = unescape(raw);
            assert_eq!(quoted(&string), format!("\"{again}\""), "{raw}");
        }
        assert_eq!(to_text(&unescape(r"a\ud83d")), "a\u{fffd}");
        assert_eq!(to_text(&unescape("\u{10f800}b")), "\u{10f800}b");
        assert!(is_odd(&unescape(r"\ud83d")) && !is_odd("é😀"));
    }

    proptest! {
        #[test]
        fn every_string_of_units_comes_back(units in proptest::collection::vec(prop_oneof![
            any::<u16>(), 0xd7f0..0xe010u16, 0xdbfc..0xdc02u16, 0x20..0x7fu16,
        ], 0..12)) {
            let raw: String = units.iter().map(|unit| format!("\\u{unit:04X}")).collect();
            let string = unescape(&raw);
            let json = quoted(&string);
            prop_assert_eq!(&unescape(&json[1..json.len() - 1]), &string);
            // The units are the same ones.
            let mut back = Vec::new();
            let mut rest = &json[1..json.len() - 1];
            while let Some(char) = rest.chars().next() {
                match rest.strip_prefix("\\u") {
                    Some(after) => { back.push(escaped_unit(after)); rest = &after[4..]; }
                    None if char == '\\' => {
                        let one = unescape(&rest[..2]).into_owned();
                        back.extend(one.encode_utf16());
                        rest = &rest[2..];
                    }
                    None => {
                        back.extend(char.encode_utf16(&mut [0; 2]).iter());
                        rest = &rest[char.len_utf8()..];
                    }
                }
            }
            prop_assert_eq!(back, units);
        }

        #[test]
        fn a_text_comes_back_from_a_string(text in any::<String>()) {
            let string = from_text(&text);
            prop_assert_eq!(to_text(&string), text.as_str());
            let json = quoted(&from_text(&text));
            prop_assert_eq!(&serde_json::from_str::<String>(&json).expect("JSON"), &text);
            prop_assert_eq!(&unescape(&json[1..json.len() - 1]), &from_text(&text));
        }
    }
}
