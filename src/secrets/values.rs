//! What a value looks like that was drawn by chance.

use super::stand_in::KEY_ID;

/// Values that are words of a protocol or a programming language, and no one's secret.
const ORDINARY: [&str; 24] = [
    "true",
    "false",
    "null",
    "none",
    "undefined",
    "yes",
    "no",
    "on",
    "off",
    "bearer",
    "basic",
    "include",
    "omit",
    "same-origin",
    "required",
    "optional",
    "string",
    "expired",
    "invalid",
    "missing",
    "n/a",
    "ok",
    "enabled",
    "disabled",
];

/// Whether the value is a word that says of a secret whether there is one, say.
pub fn is_ordinary(value: &str) -> bool {
    let value = value.trim();
    ORDINARY.iter().any(|word| word.eq_ignore_ascii_case(value))
}

/// Fewer characters than these aren't looked at.
const SHORTEST: usize = 10;

/// Whether a value looks as if it was drawn by chance, as keys are: no words, no file, no date, no
/// address. Of what is shorter than ten characters nothing is told, but for the digits of a PIN.
pub fn looks_drawn(value: &str) -> bool {
    let value = value.trim();
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    let others = value.len() - digits - letters;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_+/=.~:|!$*%".contains(&byte);
    if value == KEY_ID
        || value.len() < SHORTEST
        || !value.bytes().all(fits)
        || others * 3 > value.len()
    {
        return false;
    }
    if digits == 0 {
        // Hardly a word, and no name in several of them.
        let upper = value.bytes().filter(u8::is_ascii_uppercase).count();
        return others == 0 && value.len() >= 20 && upper >= 4 && upper * 4 <= value.len() * 3;
    }
    // A path, a file, a host, an address, a date.
    let separated = value.contains(['/', '.', ':']) && value.len() < 40 && !value.ends_with('=');
    letters >= 2 && digits >= 2 && !separated && !is_word_with_number(value)
}

/// Whether what follows the word `Bearer` is a token, and no word of a sentence.
pub(super) fn is_bearer_token(value: &str) -> bool {
    let has_digit = value.bytes().any(|byte| byte.is_ascii_digit());
    looks_drawn(value) || value.len() >= 20 || (has_digit && value.len() >= 8)
}

/// `order-12345`, `step_2_of_10`: words and numbers, each by itself.
fn is_word_with_number(value: &str) -> bool {
    let parts = value.split(['-', '_']);
    let plain = |part: &str| {
        part.bytes().all(|byte| byte.is_ascii_digit())
            || (part.len() > 1 && part.bytes().skip(1).all(|byte| byte.is_ascii_lowercase()))
    };
    value.contains(['-', '_']) && parts.into_iter().all(plain)
}
