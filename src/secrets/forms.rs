//! What a secret value may look like where nothing is encoded. What is encoded is decoded before.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::percent_decode_str;
use url::Url;

use super::decode::unescaped;

/// Lines of a value, and what is changed of it, count from this length on: shorter ones turn up by
/// chance.
const SHORTEST_PIECE: usize = 8;
/// Paths of URLs count from this length on.
const SHORTEST_PATH: usize = 12;
/// Encoded, longer values than this are decoded; shorter ones are looked for as they are.
const SHORT: usize = 8;

/// What `value` may look like in an output.
pub(super) fn forms(value: &str) -> BTreeSet<Vec<u8>> {
    let mut texts = BTreeSet::from([value.to_owned(), value.trim().to_owned()]);
    // The lines of a value, a private key's say, may be indented or escaped one by one.
    let lines = value.lines().map(str::trim);
    let lines = lines.filter(|line| line.len() >= SHORTEST_PIECE);
    texts.extend(lines.map(str::to_owned));
    texts.extend(parts_of_url(value));
    let mut forms = BTreeSet::new();
    for text in &texts {
        forms.extend(changed(text));
    }
    if value.len() < SHORT {
        forms.extend(encoded(value));
    }
    forms
}

/// The text in other letters and other bytes.
fn changed(text: &str) -> Vec<Vec<u8>> {
    let mut forms = vec![text.as_bytes().to_vec()];
    // What looks like an escape in the value itself is taken for one when what surrounds it is decoded.
    let mut plain = text.as_bytes().to_vec();
    while let Some(found) = unescaped(&plain) {
        plain = found.bytes;
        forms.push(plain.clone());
    }
    // As forms have it.
    forms.push(text.replace(' ', "+").into_bytes());
    if text.len() >= SHORTEST_PIECE {
        // Names of headers and of hosts are written so.
        forms.push(text.to_ascii_lowercase().into_bytes());
    }
    if !text.is_ascii() {
        // Latin-1, with what JavaScript's `escape` makes of the characters that it lacks.
        let mut latin1 = Vec::new();
        for c in text.chars() {
            match u8::try_from(c) {
                Ok(byte) => latin1.push(byte),
                Err(_) => latin1.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
        forms.push(latin1);
        // UTF-8 that was taken for Latin-1.
        forms.push(
            text.bytes()
                .map(char::from)
                .collect::<String>()
                .into_bytes(),
        );
    }
    forms.push(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
    forms.push(text.encode_utf16().flat_map(u16::to_be_bytes).collect());
    forms
}

/// A short value in the forms whose decoders leave out what is short.
fn encoded(value: &str) -> Vec<Vec<u8>> {
    let bytes = value.as_bytes();
    let each = |form: fn(&u8) -> String, between: &str| -> Vec<u8> {
        let all: Vec<String> = bytes.iter().map(form).collect();
        all.join(between).into_bytes()
    };
    let hex = |byte: &u8| format!("{byte:02x}");
    vec![
        STANDARD_NO_PAD.encode(value).into_bytes(),
        URL_SAFE_NO_PAD.encode(value).into_bytes(),
        each(hex, ""),
        each(|byte| format!("{byte:02X}"), ""),
        each(hex, " "),
        each(u8::to_string, ","),
        each(u8::to_string, ", "),
    ]
}

/// What is left of a URL where it is normalized, and what of it is a secret by itself: errors and logs
/// leave out the password, and routers take the path.
fn parts_of_url(value: &str) -> Vec<String> {
    let Ok(url) = Url::parse(value) else {
        return Vec::new();
    };
    if !url.has_host() || !value.contains("://") {
        return Vec::new();
    }
    let mut parts = vec![url.as_str().to_owned()];
    if let Some(password) = url.password() {
        parts.push(password.to_owned());
        parts.extend(percent_decode_str(password).decode_utf8().map(Into::into));
    }
    let mut bare = url.clone();
    // A URL with a host can have both.
    let _ = bare.set_username("");
    let _ = bare.set_password(None);
    parts.push(bare.as_str().to_owned());
    if url.path().len() >= SHORTEST_PATH {
        parts.push(url.path().to_owned());
    }
    let values = url.query_pairs().map(|(_, value)| value.into_owned());
    parts.extend(values.filter(|value| value.len() >= SHORTEST_PIECE));
    parts
}
