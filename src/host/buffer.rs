//! Text to bytes and back, by V8's own encoders: what js/node/buffer.js can't do fast in JavaScript.

use deno_core::convert::Uint8Array;
use deno_core::{op2, v8};
use deno_error::JsErrorBox;

deno_core::extension!(
    segfn_buffer,
    ops = [
        op_buffer_from_string,
        op_buffer_to_string,
        op_buffer_is_utf8
    ]
);

// The numbers that js/node/buffer.js gives to encodings. Any other is UTF-8.
const LATIN1: u32 = 1;
const UTF16: u32 = 2;
const ASCII: u32 = 6;

/// The bytes of `text`; a lone surrogate becomes U+FFFD in UTF-8, and Latin-1 keeps the low byte
/// of each code unit, both as in Node.
#[op2]
fn op_buffer_from_string(
    scope: &mut v8::PinScope<'_, '_>,
    text: v8::Local<'_, v8::String>,
    encoding: u32,
) -> Uint8Array {
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

#[op2(fast)]
fn op_buffer_is_utf8(#[buffer] bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok()
}
