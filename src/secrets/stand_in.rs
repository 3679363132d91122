//! What stands for a secret where code goes on with it: something of the same form.
//!
//! It depends on the secret's name and form alone, and so does what stands for it in its turn. So what
//! was redacted once stays as it is, and a replay that uses it asks for the same as the recording.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use super::placeholder::{MARKS, placeholder};

/// Well-formed keys of no value, since a function must be able to sign with what it got.
pub const KEY_ID: &str = "ASIASEGFNREDACTED000";
const SECRET_KEY: &str = "segfn/redacted/this/secret/key/000000000";
const SESSION_TOKEN: &str = "c2VnZm4gcmVkYWN0ZWQgdGhpcyBzZXNzaW9uIHRva2Vu";

const FAKES: [&str; 3] = [KEY_ID, SECRET_KEY, SESSION_TOKEN];

/// What stands for the host of a URL that is secret.
pub const HIDDEN_HOST: &str = "secret.invalid";

/// What stands for `value` under the name `name`.
pub fn stand_in(name: &str, value: &str) -> String {
    let trimmed = value.trim();
    if FAKES.contains(&trimmed) {
        return value.to_owned();
    }
    if let Some(fake) = credential(name) {
        return fake.to_owned();
    }
    if let Some(jwt) = jwt(name, trimmed) {
        return jwt;
    }
    if let Some(pem) = pem(name, value) {
        return pem;
    }
    let mark = placeholder(name);
    if is_url(trimmed) {
        return format!("https://{HIDDEN_HOST}/{}", mark.replace(' ', "%20"));
    }
    if is_base64(trimmed) {
        return STANDARD.encode(mark);
    }
    // `Bearer …`, `Basic …`: who compares what it got looks at the first word.
    match trimmed.split_once(' ') {
        Some((scheme, rest)) if is_scheme(scheme) && !rest.trim().is_empty() => {
            format!("{scheme} {}", stand_in(name, rest))
        }
        _ => mark,
    }
}

/// What stands for a number that is a secret: one of as many digits.
pub fn number(number: &str) -> String {
    let ones = number.chars().map(|char| match char.is_ascii_digit() {
        true => '1',
        false => char,
    });
    ones.collect()
}

/// What stands for the value of a field that is a part of AWS's credentials.
pub fn credential(name: &str) -> Option<&'static str> {
    match name.to_ascii_lowercase().as_str() {
        "accesskeyid" | "awsaccesskeyid" => Some(KEY_ID),
        "secretaccesskey" => Some(SECRET_KEY),
        "sessiontoken" => Some(SESSION_TOKEN),
        _ => None,
    }
}

/// Whether a text holds what stands for a secret.
pub fn is_in(text: &str) -> bool {
    MARKS.iter().any(|mark| text.contains(mark)) || is_whole(text)
}

/// Whether a text as a whole stands for a secret, in a form that doesn't show it.
pub fn is_whole(text: &str) -> bool {
    FAKES.contains(&text)
        || is_marked_base64(text)
        || parts_of_jwt(text).is_some_and(|[_, claims, _]| {
            decoded(claims).is_some_and(|claims| claims.get("redacted").is_some())
        })
}

/// Whether a number may stand for a secret one.
pub fn is_number(number: &str) -> bool {
    number.len() > 2 && number.bytes().all(|byte| byte == b'1')
}

pub(super) fn is_scheme(word: &str) -> bool {
    [
        "basic",
        "bearer",
        "token",
        "apikey",
        "key",
        "ssws",
        "negotiate",
        "splunk",
    ]
    .iter()
    .any(|scheme| scheme.eq_ignore_ascii_case(word))
}

fn is_url(value: &str) -> bool {
    let rest = value
        .strip_prefix("https://")
        .or_else(|| value.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
}

/// Base64 that can't well be anything else.
fn is_base64(value: &str) -> bool {
    let long = value.len() >= 24 && value.len().is_multiple_of(4);
    let telling = value.ends_with('=') || value.contains(['+', '/']);
    is_marked_base64(value) || (long && telling && STANDARD.decode(value).is_ok())
}

fn is_marked_base64(value: &str) -> bool {
    // `[secret ` in base64.
    value.starts_with("W3NlY3JldC")
        && STANDARD
            .decode(value)
            .is_ok_and(|bytes| bytes.starts_with(MARKS[0].as_bytes()))
}

fn parts_of_jwt(value: &str) -> Option<[&str; 3]> {
    let mut parts = value.split('.');
    let all = [parts.next()?, parts.next()?, parts.next()?];
    (parts.next().is_none() && all[0].starts_with("eyJ")).then_some(all)
}

fn decoded(part: &str) -> Option<Map<String, Value>> {
    let bytes = URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// A JSON Web Token of the same algorithm and for the same time, that says nothing else.
fn jwt(name: &str, value: &str) -> Option<String> {
    let [head, claims, signature] = parts_of_jwt(value)?;
    let (head, claims) = (decoded(head)?, decoded(claims)?);
    let mut new_head = Map::new();
    for key in ["alg", "typ"] {
        if let Some(value) = head.get(key) {
            new_head.insert(key.into(), value.clone());
        }
    }
    let mut new_claims = Map::new();
    new_claims.insert("redacted".into(), placeholder(name).into());
    for key in ["exp", "iat", "nbf"] {
        if let Some(value @ Value::Number(_)) = claims.get(key) {
            new_claims.insert(key.into(), value.clone());
        }
    }
    let encode = |part: Map<String, Value>| URL_SAFE_NO_PAD.encode(Value::Object(part).to_string());
    let signature = match signature {
        "" => String::new(),
        _ => URL_SAFE_NO_PAD.encode("redacted"),
    };
    Some(format!(
        "{}.{}.{signature}",
        encode(new_head),
        encode(new_claims)
    ))
}

/// A private key's lines, with nothing of the key between the first and the last.
fn pem(name: &str, value: &str) -> Option<String> {
    let begin = value.find("-----BEGIN ")?;
    let kind_end = begin + 11 + value[begin + 11..].find("-----")?;
    let kind = &value[begin + 11..kind_end];
    if !kind.contains("PRIVATE KEY") {
        return None;
    }
    let newline = if value.contains("\\n") { "\\n" } else { "\n" };
    let ended = value.trim_end_matches(['\n', '\r']).len() < value.len() || value.ends_with("\\n");
    Some(format!(
        "-----BEGIN {kind}-----{newline}{}{newline}-----END {kind}-----{}",
        STANDARD.encode(placeholder(name)),
        if ended { newline } else { "" },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(claims: &str) -> String {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        format!(
            "{}.{}.c2ln",
            part("{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"k\"}"),
            part(claims)
        )
    }

    #[test]
    fn what_is_hidden_keeps_its_form() {
        let jwt = token("{\"sub\":\"someone\",\"exp\":1700000000}");
        let key = "-----BEGIN PRIVATE KEY-----\nMIIEvQ==\n-----END PRIVATE KEY-----\n";
        for value in [
            jwt.as_str(),
            key,
            "https://a.example/x?y=1",
            "c2VjcmV0IGJ5dGVzIG9mIGEga2V5+/A=",
            "Bearer abcdef",
            "hunter2",
        ] {
            let hidden = stand_in("token", value);
            assert_ne!(hidden, value);
            assert_eq!(stand_in("token", &hidden), hidden, "{value}");
            // Another name for it gives the same as for the secret itself.
            assert_eq!(stand_in("other", &hidden), stand_in("other", value));
            assert_eq!(is_url(&hidden), is_url(value));
            assert_eq!(
                parts_of_jwt(&hidden).is_some(),
                parts_of_jwt(value).is_some()
            );
            assert_eq!(hidden.lines().count(), value.lines().count());
        }
        let hidden = stand_in("token", &jwt);
        let [head, claims, _] = parts_of_jwt(&hidden).expect("a token");
        assert_eq!(decoded(head).expect("JSON")["alg"], "HS256");
        assert_eq!(decoded(claims).expect("JSON")["exp"], 1_700_000_000);
        assert!(!decoded(claims).expect("JSON").contains_key("sub") && is_whole(&hidden));
        assert_eq!(
            stand_in("authorization", "Basic dTpw"),
            "Basic [secret authorization]"
        );
        assert_eq!(number("-120.5e3"), "-111.1e1");
    }
}
