//! What a secret value may look like in an output.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// Lines of a value, and pieces of its base64 form, count from this length on: shorter ones turn
/// up by chance.
const SHORTEST_PIECE: usize = 8;

/// What JavaScript's `encodeURIComponent` leaves alone.
pub(super) const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// What JavaScript's `encodeURI` leaves alone.
pub(super) const URI: &AsciiSet = &COMPONENT
    .remove(b';')
    .remove(b',')
    .remove(b'/')
    .remove(b'?')
    .remove(b':')
    .remove(b'@')
    .remove(b'&')
    .remove(b'=')
    .remove(b'+')
    .remove(b'$')
    .remove(b'#');

/// What `value` may look like in an output.
pub(super) fn forms(value: &str) -> BTreeSet<Vec<u8>> {
    let mut forms = BTreeSet::new();
    // The lines of a value, a private key's say, may be indented or escaped one by one.
    let lines = value
        .lines()
        .map(str::trim)
        .filter(|line| line.len() >= SHORTEST_PIECE);
    for text in std::iter::once(value).chain(lines) {
        forms.insert(text.as_bytes().to_vec());
        let once = json_escaped(text);
        forms.insert(json_escaped(&once).into_bytes());
        forms.insert(once.into_bytes());
        // Node's rendering of a string that holds an apostrophe or a backslash.
        forms.insert(
            text.replace('\\', "\\\\")
                .replace('\'', "\\'")
                .replace('\n', "\\n")
                .into_bytes(),
        );
        forms.insert(quick_xml::escape::escape(text).as_bytes().to_vec());
        forms.insert(quick_xml::escape::minimal_escape(text).as_bytes().to_vec());
        for set in [COMPONENT, URI, NON_ALPHANUMERIC] {
            let encoded = utf8_percent_encode(text, set).to_string();
            forms.insert(encoded.replace("%20", "+").into_bytes());
            forms.insert(lower_case_hex(&encoded).into_bytes());
            forms.insert(encoded.into_bytes());
        }
    }
    for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
        forms.insert(engine.encode(value).into_bytes());
        forms.extend(base64_pieces(engine, value));
    }
    forms
}

fn json_escaped(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// `%2F` as `%2f`.
pub(super) fn lower_case_hex(encoded: &str) -> String {
    let mut hex_left = 0;
    encoded
        .chars()
        .map(|c| {
            if c == '%' {
                hex_left = 2;
                c
            } else if hex_left > 0 {
                hex_left -= 1;
                c.to_ascii_lowercase()
            } else {
                c
            }
        })
        .collect()
}

/// What stays the same of `value` in the base64 form of any longer text, such as `user:value`: it
/// begins at one of three places of a group of three bytes.
fn base64_pieces<'a>(
    engine: &'a impl Engine,
    value: &'a str,
) -> impl Iterator<Item = Vec<u8>> + 'a {
    (0..3).filter_map(move |before| {
        let mut text = vec![0; before];
        text.extend_from_slice(value.as_bytes());
        let encoded = engine.encode(&text).into_bytes();
        // A character holds 6 bits: the first that holds none of what is before, and the last
        // that holds none of what comes after.
        let first = (before * 8).div_ceil(6);
        let end = text.len() * 8 / 6;
        let piece = encoded.get(first..end)?;
        (piece.len() >= SHORTEST_PIECE).then(|| piece.to_vec())
    })
}
