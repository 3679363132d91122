//! What tells by its form that it is personal.

use std::net::IpAddr;
use std::ops::Range;
use std::sync::LazyLock;

use regex::{Match, Regex};

use crate::pseudonyms::personal_kind::PersonalKind;

/// An address of mail, also in a URL; a telephone number with its country; an address of the network.
static SHAPES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x)
        (?<mail> [\p{L}\p{N}] (?: [\p{L}\p{N}._'+-] | %2[Bb] )* (?: @ | %40 )
            (?: [\p{L}\p{N}] [\p{L}\p{N}-]* \. )+ \p{L}{2,} )
      | (?<phone> (?: \+ | %2[Bb] ) [1-9] (?: (?: [\ ./()-] | %20 ){0,2} [0-9] ){7,14} )
      | (?<four> [0-9]{1,3} (?: \. [0-9]{1,3} ){3} )
      | (?<six> (?: [0-9A-Fa-f]{0,4} : ){3,7} [0-9A-Fa-f]{0,4} )
        ",
    )
    .ok()
});

/// Where personal values stand in a text, and what they are.
pub(super) fn shapes(text: &str) -> Vec<(Range<usize>, PersonalKind)> {
    let may_be = |byte: &u8| matches!(byte, b'@' | b'+' | b'.' | b':' | b'%');
    let Some(regex) = SHAPES
        .as_ref()
        .filter(|_| text.as_bytes().iter().any(may_be))
    else {
        return Vec::new();
    };
    let found = regex.captures_iter(text).filter_map(|found| {
        let whole = found.get(0)?;
        let kind = match () {
            () if found.name("mail").is_some() => PersonalKind::Email,
            () if found.name("phone").is_some() => {
                stands_alone(text, &whole, char::is_alphanumeric).then_some(())?;
                PersonalKind::Phone
            }
            () => {
                // A version of something has a name or a slash before it, or goes on.
                let is_part = |char: char| char.is_alphanumeric() || "./:-_".contains(char);
                stands_alone(text, &whole, is_part).then_some(())?;
                whole.as_str().parse::<IpAddr>().ok()?;
                PersonalKind::Ip
            }
        };
        Some((whole.range(), kind))
    });
    found.collect()
}

/// Whether no character beside the match goes on with it. A full stop may end a sentence.
fn stands_alone(text: &str, found: &Match, goes_on: impl Fn(char) -> bool) -> bool {
    let before = text[..found.start()].chars().next_back();
    let mut after = text[found.end()..].chars();
    let after = match (after.next(), after.next()) {
        (Some('.' | ':'), None | Some(' ' | '\n' | '"')) => None,
        (after, _) => after,
    };
    !before.is_some_and(&goes_on) && !after.is_some_and(&goes_on)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_values_are_found_in_texts() {
        for (text, found) in [
            (
                "Write to ada.l@example.com, please.",
                vec!["ada.l@example.com"],
            ),
            ("/users/ada%40example.co.uk/", vec!["ada%40example.co.uk"]),
            (
                "mailto:o'brien+x@a-b.example",
                vec!["o'brien+x@a-b.example"],
            ),
            (
                "call +44 20 7946 0958 or +1 (212) 555-0142!",
                vec!["+44 20 7946 0958", "+1 (212) 555-0142"],
            ),
            ("from 203.0.113.7.", vec!["203.0.113.7"]),
            (
                "203.0.113.7, 198.51.100.2",
                vec!["203.0.113.7", "198.51.100.2"],
            ),
            (
                "at 2001:db8::8a2e:370:7334",
                vec!["2001:db8::8a2e:370:7334"],
            ),
            ("Chrome/143.0.0.0 v1.2.3.4 1.2.3.4.5", vec![]),
            ("2026-01-01T10:20:30+10:00 12:30:45", vec![]),
            ("a@b and @example.com", vec![]),
            ("+12345", vec![]),
        ] {
            let spans = shapes(text);
            let all: Vec<&str> = spans.iter().map(|(span, _)| &text[span.clone()]).collect();
            assert_eq!(all, found, "{text}");
        }
    }
}
