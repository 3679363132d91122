//! Kinds of personal data, and what stands for each.

use crate::pseudonyms::digits;
use crate::pseudonyms::domains::domain;
use crate::pseudonyms::key::PseudonymKey;
use crate::pseudonyms::letters::{is_of_word, parts, word, words};

/// What a personal value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PersonalKind {
    /// An address of mail.
    Email,
    /// The part of one behind the `@`.
    Domain,
    Phone,
    /// Of a person, as a whole or in part.
    Name,
    /// A street, a town, a postal code.
    Address,
    /// An address of the network.
    Ip,
    /// What a system calls a person or a device.
    Id,
    /// A latitude or a longitude.
    Coordinate,
}

/// What ids begin with that tells what they are, but not whose.
const PREFIXES: [&str; 28] = [
    "account",
    "acct",
    "anon",
    "anonymous",
    "apple",
    "auth0",
    "client",
    "contact",
    "cus",
    "customer",
    "device",
    "employee",
    "facebook",
    "github",
    "google",
    "guest",
    "id",
    "lead",
    "member",
    "person",
    "profile",
    "sub",
    "subscriber",
    "u",
    "uid",
    "user",
    "usr",
    "visitor",
];

impl PersonalKind {
    /// What stands for `text`, of the same form. The same text where it tells nothing of anyone.
    pub(super) fn pseudonym(self, key: &PseudonymKey, text: &str) -> String {
        let same = || text.to_owned();
        match self {
            PersonalKind::Email => match text.rsplit_once('@') {
                Some((local, of)) => {
                    let of = domain(key, of).unwrap_or_else(|| of.to_owned());
                    format!("{}@{of}", words(key, local))
                }
                None => words(key, text),
            },
            PersonalKind::Domain => domain(key, text).unwrap_or_else(same),
            PersonalKind::Phone => digits::phone(key, text),
            PersonalKind::Name | PersonalKind::Address => words(key, text),
            PersonalKind::Ip => digits::ip(key, text).unwrap_or_else(same),
            PersonalKind::Id => id(key, text),
            PersonalKind::Coordinate => digits::coordinate(key, text).unwrap_or_else(same),
        }
    }

    /// Whether a text is long enough to be looked for in others, where it isn't there by chance.
    pub(super) fn is_telling(self, text: &str) -> bool {
        let letters = text.chars().filter(|char| is_of_word(*char)).count();
        let is_number = text.chars().all(|char| char.is_ascii_digit());
        match self {
            PersonalKind::Coordinate => letters >= 5,
            PersonalKind::Phone => letters >= 7,
            PersonalKind::Id | PersonalKind::Address if is_number => letters >= 5,
            PersonalKind::Id => letters >= 4,
            // A name of two letters of ours is a word of some language; one of Chinese is none.
            _ => letters >= 3 || (letters == 2 && !text.is_ascii()),
        }
    }
}

fn id(key: &PseudonymKey, text: &str) -> String {
    if text.contains('@') {
        return PersonalKind::Email.pseudonym(key, text);
    }
    if digits::is_hex(text) {
        return digits::hexadecimal(key, text);
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return digits::whole_number(key, text);
    }
    let mut rest = text;
    let mut new = String::new();
    let mut all = parts(text);
    if let (Some(prefix), Some(between), Some(_)) = (all.next(), all.next(), all.next())
        && PREFIXES.contains(&prefix.to_lowercase().as_str())
    {
        let kept = prefix.len() + between.len();
        new.push_str(&text[..kept]);
        rest = &text[kept..];
    }
    if digits::is_hex(rest) {
        return new + &digits::hexadecimal(key, rest);
    }
    for part in parts(rest) {
        match part.starts_with(is_of_word) {
            true => new.push_str(&word(key, part)),
            false => new.push_str(part),
        }
    }
    new
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_for_a_value_has_its_form() {
        let key = PseudonymKey::of(5);
        let put = |kind: PersonalKind, text: &str| {
            let new = kind.pseudonym(&key, text);
            assert_ne!(new, text);
            new
        };
        let mail = put(PersonalKind::Email, "Ada.Lovelace+news@gmail.com");
        assert!(mail.ends_with("@gmail.com"), "{mail}");
        let names = [
            put(PersonalKind::Name, "Ada"),
            put(PersonalKind::Name, "Lovelace"),
        ];
        assert!(mail.starts_with(&names.join(".")), "{mail}");
        assert_eq!(put(PersonalKind::Name, "Ada Lovelace"), names.join(" "));
        assert!(put(PersonalKind::Id, "user-1042").starts_with("user-"));
        assert!(put(PersonalKind::Id, "auth0|5f7c8e0b1a2d3c4e5f607182").starts_with("auth0|"));
        let name_in_id = put(PersonalKind::Id, "ada_lovelace");
        assert!(!name_in_id.contains("ada") && name_in_id.contains('_'));
        assert_eq!(
            put(PersonalKind::Id, "Ada@Example.com"),
            put(PersonalKind::Email, "Ada@Example.com")
        );
        assert_eq!(put(PersonalKind::Address, "SW1A 1AA").len(), 8);
    }
}
