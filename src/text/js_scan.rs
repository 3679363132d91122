//! JavaScript, cut into pieces. It is enough to see what a text is about, not to run it: nothing is refused.

use std::ops::Range;

/// A token, without the space and the comments around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsToken<'a> {
    /// A name, a keyword or a number.
    Word(&'a str),
    /// A string, with its quotes.
    Text(&'a str),
    /// A template with all that is in it, or a regular expression.
    Literal,
    /// An operator or a bracket.
    Mark(&'a str),
}

/// Those of several characters, the longest first.
const MARKS: [&str; 27] = [
    ">>>=", "...", "===", "!==", "**=", "<<=", ">>=", ">>>", "&&=", "||=", "??=", "=>", "==", "!=",
    "<=", ">=", "+=", "-=", "*=", "/=", "%=", "?.", "&&", "||", "??", "++", "--",
];

/// Words before which a value has not ended.
const BEFORE_VALUE: [&str; 14] = [
    "return",
    "typeof",
    "case",
    "in",
    "of",
    "delete",
    "void",
    "throw",
    "new",
    "else",
    "do",
    "await",
    "yield",
    "instanceof",
];

/// The tokens of `text`.
pub fn js_tokens(text: &str) -> Vec<JsToken<'_>> {
    let mut tokens = Vec::new();
    let mut scan = Scan::new(text);
    loop {
        let in_template = scan.templates > 0;
        match scan.next() {
            None => return tokens,
            Some((_, Piece::Token(token))) if !in_template => tokens.push(token),
            Some(_) => {}
        }
    }
}

/// The comments of `text`, in their order, as ranges of UTF-16 code units.
pub fn js_comments(text: &str) -> Vec<Range<usize>> {
    let (mut bytes, mut units) = (0, 0);
    let mut units_to = |at: usize| {
        units += text[bytes..at].encode_utf16().count();
        bytes = at;
        units
    };
    Scan::new(text)
        .filter(|(_, piece)| matches!(piece, Piece::Comment))
        .map(|(range, _)| units_to(range.start)..units_to(range.end))
        .collect()
}

/// Whether a name or a number may contain it.
pub fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

enum Piece<'a> {
    Comment,
    Token(JsToken<'a>),
}

/// The pieces of a text, with where they stand. A slash begins a regular expression where a value is expected, as
/// far as what stands before it tells.
struct Scan<'a> {
    text: &'a str,
    at: usize,
    /// The braces that are open; `true` is one of a template's `${`.
    braces: Vec<bool>,
    /// How many of these there are.
    templates: usize,
    /// Whether a value may have ended just before, so that a slash divides it.
    value_ended: bool,
}

impl<'a> Scan<'a> {
    fn new(text: &'a str) -> Scan<'a> {
        Scan {
            text,
            at: 0,
            braces: Vec::new(),
            templates: 0,
            value_ended: false,
        }
    }

    /// What stands here, and its length.
    fn piece(&mut self, first: char, rest: &'a str) -> (Piece<'a>, usize) {
        if rest.starts_with("//") {
            return (Piece::Comment, rest.find(is_line_end).unwrap_or(rest.len()));
        }
        if let Some(comment) = rest.strip_prefix("/*") {
            let end = comment.find("*/").map(|at| at + 4);
            return (Piece::Comment, end.unwrap_or(rest.len()));
        }
        if first == '/'
            && !self.value_ended
            && let Some(length) = pattern(rest)
        {
            return (Piece::Token(JsToken::Literal), length);
        }
        let (token, length) = match first {
            '"' | '\'' => {
                let length = quoted(rest, first);
                (JsToken::Text(&rest[..length]), length)
            }
            '`' => (JsToken::Literal, self.template(rest)),
            '}' if self.braces.pop() == Some(true) => {
                self.templates -= 1;
                (JsToken::Literal, self.template(rest))
            }
            _ if is_word(first) => {
                let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
                (JsToken::Word(&rest[..length]), length)
            }
            _ => {
                let known = MARKS.into_iter().find(|mark| rest.starts_with(mark));
                let length = known.map_or(first.len_utf8(), str::len);
                (JsToken::Mark(&rest[..length]), length)
            }
        };
        (Piece::Token(token), length)
    }

    /// The length of a template's text, after its first quote or after the brace that ends a value in it.
    fn template(&mut self, text: &str) -> usize {
        let mut at = 1;
        while let Some(c) = text[at..].chars().next() {
            match c {
                '\\' => {
                    let escaped = text[at + 1..].chars().next();
                    at += 1 + escaped.map_or(0, char::len_utf8);
                }
                '`' => return at + 1,
                '$' if text[at..].starts_with("${") => {
                    self.braces.push(true);
                    self.templates += 1;
                    return at + 2;
                }
                _ => at += c.len_utf8(),
            }
        }
        text.len()
    }
}

impl<'a> Iterator for Scan<'a> {
    type Item = (Range<usize>, Piece<'a>);

    fn next(&mut self) -> Option<(Range<usize>, Piece<'a>)> {
        let rest = self.text[self.at..].trim_start();
        let first = rest.chars().next()?;
        let start = self.text.len() - rest.len();
        let (piece, length) = self.piece(first, rest);
        match piece {
            Piece::Comment => {}
            Piece::Token(JsToken::Word(word)) => self.value_ended = !BEFORE_VALUE.contains(&word),
            Piece::Token(JsToken::Text(_)) => self.value_ended = true,
            // Behind `${` a value begins.
            Piece::Token(JsToken::Literal) => self.value_ended = !rest[..length].ends_with("${"),
            Piece::Token(JsToken::Mark("++" | "--")) => {}
            Piece::Token(JsToken::Mark(mark)) => {
                self.value_ended = matches!(mark, ")" | "]");
                if mark == "{" {
                    self.braces.push(false);
                }
            }
        }
        self.at = start + length;
        Some((start..self.at, piece))
    }
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

/// The length of what stands between two of `quote`; to the end of the line where one is missing.
fn quoted(text: &str, quote: char) -> usize {
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '\n' | '\r' => return at,
            _ if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

/// The length of a regular expression without its flags, which ends on its line.
fn pattern(text: &str) -> Option<usize> {
    let mut in_class = false;
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            _ if is_line_end(c) => return None,
            '\\' => {
                chars.next();
            }
            '[' => in_class = true,
            ']' => in_class = false,
            '/' if !in_class => return Some(at + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str) -> String {
        let tokens = js_tokens(text).into_iter().map(|token| match token {
            JsToken::Word(text) | JsToken::Text(text) | JsToken::Mark(text) => text,
            JsToken::Literal => "…",
        });
        tokens.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn comments_and_what_is_quoted_are_no_code() {
        for (text, expected) in [
            ("a // b\nc /* d\n */ e", "a c e"),
            (r#"x = "a'\"//b" + '/*'"#, r#"x = "a'\"//b" + '/*'"#),
            ("f`a${b + `c}` + '}'}d` + e", "f … + e"),
            ("return /[/\"]\\/'/g.test(a)", "return … g . test ( a )"),
            ("a / b / c", "a / b / c"),
            ("({...a, b: () => c})", "( { ... a , b : ( ) => c } )"),
            ("a===b, c=d, e?.f", "a === b , c = d , e ?. f"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn what_has_no_end_ends_with_the_text() {
        for text in ["'a", "`a${b", "/* a", "/a[", "\"\\", "`\\", "(/", "é`${`"] {
            js_tokens(text);
        }
    }

    fn comments(source: &str) -> Vec<String> {
        let units: Vec<u16> = source.encode_utf16().collect();
        let found = js_comments(source).into_iter();
        found
            .map(|range| String::from_utf16_lossy(&units[range]))
            .collect()
    }

    #[test]
    fn comments_are_told_from_what_looks_like_them() {
        for (source, found) in [
            ("a // b\nc", &["// b"][..]),
            ("/* a\n b */ c", &["/* a\n b */"]),
            ("'/*' + \"//\" + `/* // */`", &[]),
            ("`${a /* b */} // c`", &["/* b */"]),
            ("`${ {a: `${1 // x\n}`} } /*`", &["// x"]),
            ("x = /[/*]/; // y", &["// y"]),
            ("a / b / c // d", &["// d"]),
            ("return /\\/*/.test(a) /* b */", &["/* b */"]),
            ("f(a) / 2 /* b */", &["/* b */"]),
            ("'it\\'s /*' /* a", &["/* a"]),
            ("http: //x", &["//x"]),
        ] {
            assert_eq!(comments(source), found, "{source}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_gone_over(source in "[/*`'\"${}\\\\\\[\\]\na= ]{0,40}|.*") {
            let units: Vec<u16> = source.encode_utf16().collect();
            let mut last = 0;
            for comment in js_comments(&source) {
                prop_assert!(last <= comment.start && comment.end <= units.len());
                last = comment.end;
            }
        }
    }
}
