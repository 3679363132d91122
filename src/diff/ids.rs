//! What tells ids from names, in URLs and keys.

/// Whether a segment of a path is an id. `v1` is a name: an id has more digits, an `@`, or more
/// characters than a name.
pub fn is_id(segment: &str) -> bool {
    let digits = segment.bytes().filter(u8::is_ascii_digit).count();
    digits > 1 || segment.contains('@') || segment.contains("%40") || segment.len() > 40
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_told_from_names() {
        for id in ["12", "a1b2", "u@x.y", "u%40x.y", &"x".repeat(41)] {
            assert!(is_id(id), "{id}");
        }
        for name in ["v1", "users", "", "a-b_c"] {
            assert!(!is_id(name), "{name}");
        }
    }
}
