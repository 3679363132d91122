//! Words, of which letters become letters and digits digits.

use crate::pseudonyms::key::PseudonymKey;
use crate::pseudonyms::permutation::{Symbol, permute};

/// Letters that take each other's places, in lower case. Vowels and consonants stay what they are, so that what
/// stands for a name can be read out.
enum Alphabet {
    Listed(&'static str),
    /// From one to another.
    Range(char, char),
}

const CONSONANTS: Alphabet = Alphabet::Listed("bcdfghjklmnpqrstvwxyz");

const ALPHABETS: [Alphabet; 16] = [
    Alphabet::Range('0', '9'),
    Alphabet::Listed("aeiou"),
    CONSONANTS,
    Alphabet::Listed("àáâãäåæèéêëìíîïòóôõöøùúûüýāăąēėęěīįōőœūůűųÿ"),
    Alphabet::Listed("çćčďđðğģķļľłñńňņŕřśşšşţťþźżž"),
    // Cyrillic, Greek, Hebrew, Arabic, Devanagari, Thai
    Alphabet::Range('а', 'я'),
    Alphabet::Range('α', 'ρ'),
    Alphabet::Range('σ', 'ω'),
    Alphabet::Range('א', 'ת'),
    Alphabet::Range('ا', 'غ'),
    Alphabet::Range('ف', 'ي'),
    Alphabet::Range('क', 'ह'),
    Alphabet::Range('ก', 'ฮ'),
    // Japanese, Chinese, Korean
    Alphabet::Range('ぁ', 'ヺ'),
    Alphabet::Range('一', '龥'),
    Alphabet::Range('가', '힣'),
];

impl Alphabet {
    fn symbol(&self, char: char) -> Option<Symbol> {
        let (place, of) = match self {
            Alphabet::Listed(letters) => {
                let place = letters.chars().position(|letter| letter == char)?;
                (u32::try_from(place).ok()?, letters.chars().count())
            }
            Alphabet::Range(first, last) => {
                let place = u32::from(char).checked_sub(u32::from(*first))?;
                let of = u32::from(*last) - u32::from(*first) + 1;
                (place, usize::try_from(of).ok()?)
            }
        };
        let of = u32::try_from(of).ok()?;
        (place < of).then_some(Symbol { place, of })
    }

    fn letter(&self, place: u32) -> char {
        let letter = match self {
            Alphabet::Listed(letters) => letters.chars().nth(usize::try_from(place).unwrap_or(0)),
            Alphabet::Range(first, _) => char::from_u32(u32::from(*first) + place),
        };
        letter.unwrap_or('x')
    }
}

/// What stands for a word of letters and digits: one of the same length, whose letters are as large or small.
/// Upper case and lower case of it give upper case and lower case of the same.
pub(super) fn word(key: &PseudonymKey, word: &str) -> String {
    let small: Vec<char> = word.chars().map(small).collect();
    let (mut alphabets, mut symbols) = (Vec::new(), Vec::new());
    for char in &small {
        let found = ALPHABETS
            .iter()
            .find_map(|alphabet| Some((alphabet, alphabet.symbol(*char)?)));
        // Letters of other scripts become some of ours: that they are gone counts more than their form.
        let (alphabet, symbol) = found.unwrap_or((
            &CONSONANTS,
            Symbol {
                place: u32::from(*char) % 21,
                of: 21,
            },
        ));
        alphabets.push(alphabet);
        symbols.push(symbol);
    }
    permute(key, "word", &mut symbols);
    let letters = alphabets.iter().zip(&symbols).zip(word.chars());
    letters
        .map(|((alphabet, symbol), old)| {
            let new = alphabet.letter(symbol.place);
            let mut large = new.to_uppercase();
            match (old.is_uppercase(), large.next(), large.next()) {
                (true, Some(large), None) => large,
                _ => new,
            }
        })
        .collect()
}

/// The letter in lower case, where that is one letter.
fn small(char: char) -> char {
    let mut small = char.to_lowercase();
    match (small.next(), small.next()) {
        (Some(small), None) => small,
        _ => char,
    }
}

/// Whether a character is a part of a word. Marks that stand on a letter are.
pub(super) fn is_of_word(char: char) -> bool {
    char.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&char)
}

/// What stands for a text of words: each becomes another, and what is between them stays.
pub(super) fn words(key: &PseudonymKey, text: &str) -> String {
    parts(text)
        .map(|part| match part.starts_with(is_of_word) {
            true => word(key, part),
            false => part.to_owned(),
        })
        .collect()
}

/// The words of a text, and what is between them.
pub(super) fn parts(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let is_word = is_of_word(rest.chars().next()?);
        let end = rest
            .find(|char| is_of_word(char) != is_word)
            .unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        rest = after;
        Some(part)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_word_keeps_its_form() {
        let key = PseudonymKey::of(1);
        for text in [
            "Ada Lovelace",
            "O'Brien-Smith",
            "Zoë",
            "Ærøskøbing 12b",
            "李雷",
            "Олег",
            "김철수",
        ] {
            let new = words(&key, text);
            assert_ne!(new, text);
            assert_eq!(new.chars().count(), text.chars().count(), "{new}");
            for (new, old) in new.chars().zip(text.chars()) {
                assert_eq!(new.is_alphabetic(), old.is_alphabetic());
                assert_eq!(new.is_uppercase(), old.is_uppercase(), "{new} {old}");
                assert_eq!(new.is_numeric(), old.is_numeric());
            }
        }
        assert_eq!(
            words(&key, "Ada Lovelace"),
            format!("{} {}", word(&key, "Ada"), word(&key, "Lovelace"))
        );
    }

    proptest! {
        #[test]
        fn the_case_of_a_word_makes_no_difference(text in "[A-Za-zÀ-ÿ0-9]{1,20}") {
            let key = PseudonymKey::of(2);
            let new = word(&key, &text);
            prop_assert_eq!(word(&key, &text.to_lowercase()), new.to_lowercase());
        }

        #[test]
        fn no_word_stays(text in "\\p{L}{1,12}") {
            prop_assert_ne!(word(&PseudonymKey::of(3), &text), text);
        }
    }
}
