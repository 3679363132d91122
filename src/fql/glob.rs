//! The patterns of `match`.

/// A pattern, taken apart.
#[derive(Clone, Debug)]
pub(super) struct Glob(Vec<Piece>);

#[derive(Clone, Debug)]
enum Piece {
    /// `*`
    Any,
    /// `?`
    One,
    /// `[a-z]`, or `[^a-z]`
    Of {
        ranges: Vec<(char, char)>,
        negated: bool,
    },
    Char(char),
}

impl Glob {
    /// # Errors
    /// What is wrong with it, to be read behind "the pattern".
    pub fn parse(pattern: &str) -> Result<Glob, &'static str> {
        let mut pieces = Vec::new();
        let mut chars = pattern.chars();
        while let Some(char) = chars.next() {
            pieces.push(match char {
                '*' => Piece::Any,
                '?' => Piece::One,
                '[' => set(&mut chars)?,
                '\\' => Piece::Char(escaped(&mut chars)?),
                char => Piece::Char(char),
            });
        }
        Ok(Glob(pieces))
    }

    /// Whether all of `text` is as the pattern says. It takes at most as many steps as the product of
    /// both lengths.
    pub fn matches(&self, text: &str) -> bool {
        let chars: Vec<char> = text.chars().collect();
        let (mut piece, mut at) = (0, 0);
        // Behind the last `*`, and where the text goes on if that `*` takes one more.
        let mut retry: Option<(usize, usize)> = None;
        loop {
            match (self.0.get(piece), chars.get(at)) {
                (None, None) => return true,
                (Some(Piece::Any), _) => {
                    piece += 1;
                    retry = Some((piece, at));
                    continue;
                }
                (Some(one), Some(char)) if one.takes(*char) => {
                    piece += 1;
                    at += 1;
                    continue;
                }
                _ => {}
            }
            let Some((behind, from)) = retry.filter(|(_, from)| *from < chars.len()) else {
                return false;
            };
            (piece, at) = (behind, from + 1);
            retry = Some((behind, from + 1));
        }
    }
}

impl Piece {
    fn takes(&self, char: char) -> bool {
        match self {
            Piece::Any => false,
            Piece::One => true,
            Piece::Char(own) => *own == char,
            Piece::Of { ranges, negated } => {
                let is_in = |(first, last): &(char, char)| (*first..=*last).contains(&char);
                ranges.iter().any(is_in) != *negated
            }
        }
    }
}

const UNENDED_SET: &str = "has a `[` without its `]`; \\[ is the bracket itself";

fn escaped(chars: &mut std::str::Chars) -> Result<char, &'static str> {
    let escaped = chars.next();
    escaped.ok_or("ends with a backslash that escapes nothing; \\\\ is the backslash itself")
}

/// What stands behind a `[`.
fn set(chars: &mut std::str::Chars) -> Result<Piece, &'static str> {
    let negated = chars.as_str().starts_with('^');
    if negated {
        chars.next();
    }
    let mut ranges = Vec::new();
    loop {
        let first = match chars.next().ok_or(UNENDED_SET)? {
            ']' if ranges.is_empty() => return Err("has nothing in its `[]`"),
            ']' => return Ok(Piece::Of { ranges, negated }),
            '\\' => escaped(chars)?,
            char => char,
        };
        let mut last = first;
        if chars.as_str().starts_with('-') {
            chars.next();
            last = match chars.next().ok_or(UNENDED_SET)? {
                ']' => return Err("has a range without an end; \\- is the dash itself"),
                '\\' => escaped(chars)?,
                char => char,
            };
        }
        if last < first {
            return Err("has a range that ends before it begins");
        }
        ranges.push((first, last));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn matches(text: &str, pattern: &str) -> bool {
        Glob::parse(pattern).expect(pattern).matches(text)
    }

    #[test]
    fn the_whole_text_has_to_match() {
        for (text, pattern, expected) in [
            ("abcd", "a*d", true),
            ("", "*", true),
            ("", "", true),
            ("abc", "ab", false),
            ("abcd", "a??d", true),
            ("abcd", "*d", true),
            ("ab*d", "ab\\*d", true),
            ("abxd", "ab\\*d", false),
            ("abCd", "ab[cC]d", true),
            ("abcd", "ab[a-z]d", true),
            ("abcd", "ab[A-Z]d", false),
            ("ab]d", "ab[\\]x]d", true),
            ("abcd", "ab[^x-z]d", true),
            ("abyd", "ab[^x-z]d", false),
            ("ab/c", "a*", true),
            ("a.b.c", "*.c", true),
            ("mississippi", "m*iss*ip*", true),
            ("mississippi", "m*iss*x*", false),
            ("é", "?", true),
        ] {
            assert_eq!(matches(text, pattern), expected, "{text} {pattern}");
        }
    }

    #[test]
    fn a_pattern_that_means_nothing_is_refused() {
        for pattern in ["[", "[a", "[]", "[^]", "[a-", "[a-]", "[b-a]", "\\", "[\\"] {
            assert!(Glob::parse(pattern).is_err(), "{pattern}");
        }
    }

    #[test]
    fn hostile_patterns_take_no_time() {
        let text = "a".repeat(5_000);
        assert!(!matches(&text, &("a*".repeat(500) + "b")));
    }

    proptest! {
        #[test]
        fn a_glob_is_what_a_regular_expression_would_be(
            pattern in "([abc*?]|\\[[a-c]{1,2}\\]|\\[a-c\\]|\\\\[*?abc]){0,8}",
            text in "[abc*?]{0,8}",
        ) {
            let mut regex = String::from("^(?s:");
            let mut rest = pattern.chars().peekable();
            while let Some(char) = rest.next() {
                match char {
                    '*' => regex += ".*",
                    '?' => regex.push('.'),
                    '\\' => regex += &regex::escape(&rest.next().expect("a sign").to_string()),
                    other => regex.push(other),
                }
            }
            regex += ")$";
            let regex = regex::Regex::new(&regex).expect("a pattern");
            prop_assert_eq!(matches(&text, &pattern), regex.is_match(&text));
        }

        #[test]
        fn any_pattern_is_taken_or_refused(pattern in any::<String>(), text in any::<String>()) {
            if let Ok(glob) = Glob::parse(&pattern) {
                glob.matches(&text);
            }
        }
    }
}
