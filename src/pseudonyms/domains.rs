//! Domains of addresses of mail.

use crate::pseudonyms::key::PseudonymKey;
use crate::pseudonyms::letters::words;

/// Services where everybody may have an address: their names tell nothing of anyone. The last label is left
/// out, since they have one for each country.
const SERVICES: [&str; 36] = [
    "126",
    "163",
    "aol",
    "btinternet",
    "comcast",
    "fastmail",
    "free",
    "gmail",
    "gmx",
    "googlemail",
    "hey",
    "hotmail",
    "icloud",
    "laposte",
    "libero",
    "live",
    "mac",
    "mail",
    "me",
    "msn",
    "naver",
    "orange",
    "outlook",
    "pm",
    "proton",
    "protonmail",
    "qq",
    "seznam",
    "t-online",
    "tutanota",
    "uol",
    "verizon",
    "wanadoo",
    "web",
    "yahoo",
    "yandex",
];

/// What stands before a country where domains are given out one level lower: `co.uk`, `com.au`.
const BELOW_COUNTRIES: [&str; 10] = [
    "ac", "co", "com", "edu", "go", "gov", "ne", "net", "or", "org",
];

/// How many letters an invented domain has more.
const MORE: usize = 4;

/// What stands for a domain: another below the same end; `None` for those that stay, which belong to nobody in particular.
pub(super) fn domain(key: &PseudonymKey, text: &str) -> Option<String> {
    let labels: Vec<&str> = text.split('.').collect();
    let small = text.to_lowercase();
    let is_reserved = |end: &str| small == end || small.ends_with(&format!(".{end}"));
    let reserved = [
        "example.com",
        "example.net",
        "example.org",
        "example",
        "test",
        "invalid",
        "localhost",
    ];
    if labels.len() < 2 || reserved.into_iter().any(is_reserved) {
        return None;
    }
    let last = labels.len() - 1;
    let is_below = labels[last].len() == 2
        && BELOW_COUNTRIES.contains(&labels[last - 1].to_lowercase().as_str());
    // The label that was given out, before the end.
    let own = match is_below && last >= 2 {
        true => last - 2,
        false => last - 1,
    };
    if SERVICES.contains(&labels[own].to_lowercase().as_str()) {
        return None;
    }
    let mut new: Vec<String> = labels[..=own]
        .iter()
        .map(|label| words(key, label))
        .collect();
    if let Some(label) = new.last_mut() {
        // A short name with other letters may well be somebody's.
        label.push('-');
        label.push_str(&letters(
            key.number("domain", label.to_lowercase().as_bytes()),
        ));
    }
    new.extend(labels[own + 1..].iter().map(|label| (*label).to_owned()));
    Some(new.join("."))
}

fn letters(mut number: u64) -> String {
    let mut text = String::new();
    for _ in 0..MORE {
        let letter = u8::try_from(number % 26).unwrap_or_default();
        text.push(char::from(b'a' + letter));
        number /= 26;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_of_ones_own_changes_and_a_service_stays() {
        let key = PseudonymKey::of(4);
        for stays in [
            "gmail.com",
            "yahoo.co.uk",
            "example.com",
            "shop.example.org",
            "Gmail.com",
        ] {
            assert_eq!(domain(&key, stays), None, "{stays}");
        }
        for (name, end) in [
            ("lovelace.family", ".family"),
            ("harbour.co.uk", ".co.uk"),
            ("mail.harbour.de", ".de"),
        ] {
            let new = domain(&key, name).expect("another domain");
            assert!(new.ends_with(end) && !new.contains("harbour"), "{new}");
            assert_eq!(new.split('.').count(), name.split('.').count());
            assert_eq!(
                domain(&key, &name.to_uppercase())
                    .expect("one")
                    .to_lowercase(),
                new
            );
        }
    }
}
