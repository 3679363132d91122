//! Text to bytes and back: what js/node/buffer.js can't do fast in JavaScript.

use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::bytes::CountedBytes;
use deno_core::{op2, v8};
use deno_error::JsErrorBox;

deno_core::extension!(
    segfn_buffer,
    ops = [
        op_buffer_from_string,
        op_buffer_to_string,
        op_buffer_is_utf8,
        op_json_depth
    ]
);

// The numbers that js/node/buffer.js gives to encodings. Any other is UTF-8.
const LATIN1: u32 = 1;
const UTF16: u32 = 2;
const HEX: u32 = 3;
const BASE64: u32 = 4;
const BASE64URL: u32 = 5;
const ASCII: u32 = 6;

const BASE64_ENGINE: GeneralPurpose = GeneralPurpose::new(&STANDARD, GeneralPurposeConfig::new());
const BASE64URL_ENGINE: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_encode_padding(false),
);
/// Of a last digit that is not whole, the rest doesn't matter.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The bytes of `text`; a lone surrogate becomes U+FFFD in UTF-8, and Latin-1 keeps the low byte
/// of each code unit, both as in Node.
#[op2]
fn op_buffer_from_string(
    scope: &mut v8::PinScope<'_, '_>,
    text: v8::Local<'_, v8::String>,
    encoding: u32,
) -> CountedBytes {
    let bytes = match encoding {
        LATIN1 => {
            let mut bytes = vec![0; text.length()];
            text.write_one_byte_v2(scope, 0, &mut bytes, v8::WriteFlags::default());
            bytes
        }
        UTF16 => {
            let mut units = vec![0u16; text.length()];
            text.write_v2(scope, 0, &mut units, v8::WriteFlags::default());
            units.into_iter().flat_map(u16::to_le_bytes).collect()
        }
        HEX if text.is_onebyte() => {
            let mut digits = vec![0; text.length()];
            text.write_one_byte_v2(scope, 0, &mut digits, v8::WriteFlags::default());
            from_hex(digits.into_iter().map(u16::from))
        }
        HEX => {
            let mut digits = vec![0u16; text.length()];
            text.write_v2(scope, 0, &mut digits, v8::WriteFlags::default());
            from_hex(digits.into_iter())
        }
        BASE64 | BASE64URL => {
            // Node looks at the low byte only of wider characters.
            let mut digits = vec![0; text.length()];
            text.write_one_byte_v2(scope, 0, &mut digits, v8::WriteFlags::default());
            from_base64(digits)
        }
        _ => {
            let mut bytes = vec![0; text.utf8_length(scope)];
            let flags = v8::WriteFlags::kReplaceInvalidUtf8;
            let length = text.write_utf8_v2(scope, &mut bytes, flags, None);
            bytes.truncate(length);
            bytes
        }
    };
    bytes.into()
}

/// Hex up to the first pair that is not hex.
fn from_hex(mut digits: impl Iterator<Item = u16>) -> Vec<u8> {
    let value = |unit: u16| char::from_u32(unit.into())?.to_digit(16);
    let mut bytes = Vec::with_capacity(digits.size_hint().0 / 2);
    while let Some(pair) = digits.next().zip(digits.next())
        && let Some((high, low)) = value(pair.0).zip(value(pair.1))
    {
        // Each has four bits.
        bytes.push((high * 16 + low) as u8);
    }
    bytes
}

/// Base64 as Node reads it: in both alphabets, skipping anything else, up to the first `=`.
fn from_base64(mut digits: Vec<u8>) -> Vec<u8> {
    if let Some(end) = memchr::memchr(b'=', &digits) {
        digits.truncate(end);
    }
    digits.retain_mut(|digit| match digit {
        b'-' => {
            *digit = b'+';
            true
        }
        b'_' => {
            *digit = b'/';
            true
        }
        digit => digit.is_ascii_alphanumeric() || *digit == b'+' || *digit == b'/',
    });
    // A single last digit holds less than a byte.
    if digits.len() % 4 == 1 {
        digits.pop();
    }
    LENIENT.decode(digits).unwrap_or_default()
}

const HEX_DIGITS: &[u8; 16] = b"0123456789abcdef";

/// The text that the bytes from `start` to `end` are.
///
/// # Errors
/// When V8 can't make a string that long; js/node/buffer.js puts it in Node's words.
#[op2]
fn op_buffer_to_string<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    #[buffer] bytes: &[u8],
    start: u32,
    end: u32,
    encoding: u32,
) -> Result<v8::Local<'s, v8::String>, JsErrorBox> {
    let bytes = bytes.get(start as usize..end as usize).unwrap_or_default();
    let normal = v8::NewStringType::Normal;
    let text = match encoding {
        LATIN1 => v8::String::new_from_one_byte(scope, bytes, normal),
        HEX => {
            let digit = |four: u8| HEX_DIGITS[usize::from(four & 0xf)];
            let text: Vec<u8> = bytes
                .iter()
                .flat_map(|&byte| [digit(byte >> 4), digit(byte)])
                .collect();
            v8::String::new_from_one_byte(scope, &text, normal)
        }
        BASE64 => ascii(scope, &BASE64_ENGINE.encode(bytes)),
        BASE64URL => ascii(scope, &BASE64URL_ENGINE.encode(bytes)),
        ASCII => {
            let bytes: Vec<u8> = bytes.iter().map(|byte| byte & 0x7f).collect();
            v8::String::new_from_one_byte(scope, &bytes, normal)
        }
        UTF16 => {
            let units: Vec<u16> = bytes
                .chunks_exact(2)
                .map(|unit| u16::from_le_bytes([unit[0], unit[1]]))
                .collect();
            v8::String::new_from_two_byte(scope, &units, normal)
        }
        _ if bytes.is_ascii() => v8::String::new_from_one_byte(scope, bytes, normal),
        _ => v8::String::new_from_utf8(scope, bytes, normal),
    };
    text.ok_or_else(|| JsErrorBox::range_error("too long for a string"))
}

fn ascii<'s>(scope: &mut v8::PinScope<'s, '_>, text: &str) -> Option<v8::Local<'s, v8::String>> {
    v8::String::new_from_one_byte(scope, text.as_bytes(), v8::NewStringType::Normal)
}

#[op2(fast)]
fn op_buffer_is_utf8(#[buffer] bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok()
}

/// How deep the arrays and objects of a JSON text are nested.
#[op2(fast)]
fn op_json_depth(scope: &mut v8::PinScope<'_, '_>, text: v8::Local<'_, v8::String>) -> u32 {
    // What is wider than Latin-1 stands in strings, where only quotes and backslashes count.
    let mut units = [0u16; 4096];
    let (mut depth, mut deepest) = (0u32, 0u32);
    let (mut quoted, mut escaped) = (false, false);
    let length = text.length();
    for start in (0..length).step_by(units.len()) {
        let part = &mut units[..(length - start).min(4096)];
        let from = u32::try_from(start).unwrap_or(u32::MAX);
        text.write_v2(scope, from, part, v8::WriteFlags::default());
        for &unit in &*part {
            if escaped {
                escaped = false;
                continue;
            }
            match u8::try_from(unit).unwrap_or(b' ') {
                b'\\' if quoted => escaped = true,
                b'"' => quoted = !quoted,
                b'[' | b'{' if !quoted => {
                    depth += 1;
                    deepest = deepest.max(depth);
                }
                b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
    }
    deepest
}
