//! Telephone numbers, addresses of the network, coordinates, and ids that are hexadecimal.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::pseudonyms::key::PseudonymKey;
use crate::pseudonyms::permutation::{Symbol, permute};

/// The digits at the end of a telephone number that a person has, and others in the same place don't.
const SUBSCRIBER: usize = 7;

/// A telephone number: its last digits change, so that the country and, mostly, the place stay. However the number is written,
/// with the country or without, with spaces or not, the same digits become the same.
pub(super) fn phone(key: &PseudonymKey, text: &str) -> String {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let kept = digits.saturating_sub(SUBSCRIBER);
    let mut symbols = Vec::new();
    for char in text.chars().filter(char::is_ascii_digit).skip(kept) {
        // What a subscriber's number may begin with stays what it is: 0 and 1 begin none in many countries.
        let place = u32::from(char) - u32::from('0');
        symbols.push(match (symbols.is_empty(), place) {
            (true, 0 | 1) => Symbol { place, of: 2 },
            (true, _) => Symbol {
                place: place - 2,
                of: 8,
            },
            _ => Symbol { place, of: 10 },
        });
    }
    permute(key, "phone", &mut symbols);
    let mut changed = symbols.iter().enumerate().map(|(number, symbol)| {
        let base = if number == 0 && symbol.of == 8 { 2 } else { 0 };
        char::from_digit(symbol.place + base, 10).unwrap_or('0')
    });
    let mut seen = 0;
    text.chars()
        .map(|char| {
            if !char.is_ascii_digit() {
                return char;
            }
            seen += 1;
            match seen > kept {
                true => changed.next().unwrap_or(char),
                false => char,
            }
        })
        .collect()
}

/// An address of the network, of the same range. One that says nothing outside of its own network stays.
pub(super) fn ip(key: &PseudonymKey, text: &str) -> Option<String> {
    let new = match text.parse().ok()? {
        IpAddr::V4(ip) => {
            if ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_unspecified() {
                return None;
            }
            let mut octets = ip.octets();
            bytes(key, "ipv4", &mut octets[1..]);
            IpAddr::V4(Ipv4Addr::from(octets))
        }
        IpAddr::V6(ip) => {
            let local = ip.is_loopback() || ip.is_unspecified() || ip.is_unique_local();
            if local || ip.is_unicast_link_local() {
                return None;
            }
            let mut octets = ip.octets();
            bytes(key, "ipv6", &mut octets[2..]);
            IpAddr::V6(Ipv6Addr::from(octets))
        }
    };
    Some(new.to_string())
}

fn bytes(key: &PseudonymKey, purpose: &str, bytes: &mut [u8]) {
    let mut symbols: Vec<Symbol> = bytes
        .iter()
        .map(|byte| Symbol {
            place: (*byte).into(),
            of: 256,
        })
        .collect();
    permute(key, purpose, &mut symbols);
    for (byte, symbol) in bytes.iter_mut().zip(symbols) {
        *byte = u8::try_from(symbol.place).unwrap_or_default();
    }
}

/// A coordinate, of which what stands behind the point changes: the place is another in the same degree.
pub(super) fn coordinate(key: &PseudonymKey, text: &str) -> Option<String> {
    let (whole, fraction) = text.split_once('.')?;
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    whole.parse::<i16>().ok()?;
    Some(format!(
        "{whole}.{}",
        digits(key, "coordinate", fraction, 10)
    ))
}

/// Whether a text is a UUID, or hexadecimal and too long to be chance.
pub(super) fn is_hex(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_hexdigit).count();
    let hyphens = text.bytes().filter(|byte| *byte == b'-').count();
    let is_uuid = text.len() == 36
        && hyphens == 4
        && [8, 13, 18, 23]
            .iter()
            .all(|at| text.as_bytes()[*at] == b'-');
    let has_number = text.bytes().any(|byte| byte.is_ascii_digit());
    digits + hyphens == text.len() && (is_uuid || (hyphens == 0 && digits >= 16 && has_number))
}

/// Hexadecimal digits; what tells the version of a UUID stays.
pub(super) fn hexadecimal(key: &PseudonymKey, text: &str) -> String {
    let is_uuid = text.contains('-');
    let told = |at: usize| is_uuid && (at == 14 || at == 19);
    let digits_of = |at: (usize, char)| (at.1 != '-' && !told(at.0)).then_some(at.1);
    let plain: String = text.chars().enumerate().filter_map(digits_of).collect();
    let new = digits(key, "hex", &plain.to_ascii_lowercase(), 16);
    let is_upper = plain.bytes().any(|byte| byte.is_ascii_uppercase());
    let mut new = new.chars();
    text.chars()
        .enumerate()
        .map(|(at, char)| match digits_of((at, char)) {
            None => char,
            Some(_) => {
                let new = new.next().unwrap_or(char);
                if is_upper {
                    new.to_ascii_uppercase()
                } else {
                    new
                }
            }
        })
        .collect()
}

/// Digits of a base up to 16, in lower case.
fn digits(key: &PseudonymKey, purpose: &str, text: &str, base: u32) -> String {
    let mut symbols: Vec<Symbol> = text
        .chars()
        .map(|char| Symbol {
            place: char.to_digit(base).unwrap_or_default(),
            of: base,
        })
        .collect();
    permute(key, purpose, &mut symbols);
    symbols
        .iter()
        .map(|symbol| char::from_digit(symbol.place, base).unwrap_or('0'))
        .collect()
}

/// A whole number of as many digits, that doesn't begin with zero.
pub(super) fn whole_number(key: &PseudonymKey, text: &str) -> String {
    let mut symbols: Vec<Symbol> = text
        .chars()
        .enumerate()
        .map(|(at, char)| {
            let place = char.to_digit(10).unwrap_or_default();
            match (at, place) {
                (0, 1..) => Symbol {
                    place: place - 1,
                    of: 9,
                },
                _ => Symbol { place, of: 10 },
            }
        })
        .collect();
    permute(key, "number", &mut symbols);
    symbols
        .iter()
        .enumerate()
        .map(|(at, symbol)| {
            let base = u32::from(at == 0 && symbol.of == 9);
            char::from_digit(symbol.place + base, 10).unwrap_or('0')
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> PseudonymKey {
        PseudonymKey::of(9)
    }

    #[test]
    fn a_telephone_number_keeps_its_country_however_it_is_written() {
        let new = phone(&key(), "+442079460958");
        assert!(
            new.starts_with("+44207") || new.starts_with("+4420"),
            "{new}"
        );
        assert_ne!(new, "+442079460958");
        let end = &new[new.len() - 7..];
        for other in [
            "+44 20 7946 0958",
            "(020) 7946-0958",
            "7946 0958",
            "00442079460958",
        ] {
            let other = phone(&key(), other);
            let digits: String = other.chars().filter(char::is_ascii_digit).collect();
            assert!(digits.ends_with(end), "{other} {new}");
        }
        let american = phone(&key(), "+12125550142");
        assert!(american.starts_with("+1212"), "{american}");
        assert!(!american[5..].starts_with(['0', '1']), "{american}");
    }

    #[test]
    fn an_address_of_the_network_keeps_its_family() {
        let new = ip(&key(), "203.0.113.7").expect("an address");
        assert!(new.starts_with("203.") && new != "203.0.113.7");
        assert!(
            ip(&key(), "2001:db8::7")
                .expect("an address")
                .starts_with("2001:")
        );
        for stays in [
            "127.0.0.1",
            "192.168.1.4",
            "10.1.2.3",
            "::1",
            "fe80::1",
            "1.2.3",
        ] {
            assert_eq!(ip(&key(), stays), None);
        }
    }

    #[test]
    fn ids_keep_their_digits() {
        let uuid = "3f1f2c0e-8d2b-4b53-9a55-0d4f4f1f9c11";
        let new = hexadecimal(&key(), uuid);
        assert!(is_hex(uuid) && is_hex(&new) && new != uuid);
        assert_eq!((&new[14..15], &new[19..20]), ("4", "9"));
        assert_eq!(
            hexadecimal(&key(), &uuid.to_uppercase()),
            new.to_uppercase()
        );
        assert!(!is_hex("deadbeefdeadbeef") && !is_hex("1234"));
        for number in ["1", "10", "1042", "90071992547409"] {
            let new = whole_number(&key(), number);
            assert_eq!(new.len(), number.len());
            assert!(new != number && !new.starts_with('0'), "{number} {new}");
        }
        let new = coordinate(&key(), "-51.4489").expect("a coordinate");
        assert!(new.starts_with("-51.") && new.len() == 8 && new != "-51.4489");
        assert_eq!(coordinate(&key(), "51"), None);
    }
}
