//! The write key, wherever a client puts it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, header};

/// The key that the headers give: the user's name of Basic authentication, with or without the colon
/// after it. `None` with another kind of authentication or none.
pub fn write_key(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (kind, encoded) = value.split_once(' ')?;
    if !kind.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = STANDARD.decode(encoded.trim()).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    let user = text.split_once(':').map_or(text.as_str(), |(user, _)| user);
    (!user.is_empty()).then(|| user.to_owned())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_key_is_found_with_and_without_a_colon() {
        let key = |text: &'static str| {
            let value = HeaderValue::from_static(text);
            write_key(&HeaderMap::from_iter([(header::AUTHORIZATION, value)]))
        };
        // `KEY:`, `KEY`, `KEY:secret`.
        for text in ["Basic S0VZOg==", "basic S0VZ", "Basic S0VZOnNlY3JldA=="] {
            assert_eq!(key(text), Some("KEY".to_owned()), "{text}");
        }
        for text in ["Bearer S0VZOg==", "Basic ?", "Basic", "Basic Og=="] {
            assert_eq!(key(text), None, "{text}");
        }
        assert_eq!(write_key(&HeaderMap::new()), None);
    }
}
