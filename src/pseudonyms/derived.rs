//! What is computed of personal values by habit, so that it tells as much as they do: hashes, as vendors ask for
//! them, and base64.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::pseudonyms::personal_kind::PersonalKind;
use crate::text::hex;

/// What is computed of `real`, with the same of `pseudonym`.
pub(super) fn derived(kind: PersonalKind, real: &str, pseudonym: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (real, pseudonym) in written(kind, real)
        .into_iter()
        .zip(written(kind, pseudonym))
    {
        for compute in [md5, sha1, sha256] {
            let (of_real, of_pseudonym) = (compute(&real), compute(&pseudonym));
            found.push((of_real.to_uppercase(), of_pseudonym.to_uppercase()));
            found.push((of_real, of_pseudonym));
        }
        // Shorter ones come by chance.
        if real.len() > 4 {
            found.push((STANDARD.encode(&real), STANDARD.encode(&pseudonym)));
            found.push((
                URL_SAFE_NO_PAD.encode(&real),
                URL_SAFE_NO_PAD.encode(&pseudonym),
            ));
        }
    }
    found
}

/// The ways in which a value is written before something is computed of it.
fn written(kind: PersonalKind, text: &str) -> Vec<String> {
    let plain = text.trim();
    let mut written = vec![plain.to_owned(), plain.to_lowercase()];
    if kind == PersonalKind::Phone {
        let digits: String = plain.chars().filter(char::is_ascii_digit).collect();
        written.push(format!("+{digits}"));
        written.push(digits);
    }
    written
}

fn md5(text: &str) -> String {
    hex(&Md5::digest(text))
}

fn sha1(text: &str) -> String {
    hex(&Sha1::digest(text))
}

fn sha256(text: &str) -> String {
    hex(&Sha256::digest(text))
}
