//! Header values as Node shows them: each character is one byte.

/// The characters of `bytes`.
pub(crate) fn text(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

/// The bytes of `text`; `None` when a character is more than one.
pub(crate) fn bytes(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|char| u8::try_from(char).ok()).collect()
}
