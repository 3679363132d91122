//! From the text of an expression to its words and signs.

use std::ops::Range;

use crate::fql::error::{FqlError, FqlProblem};
use crate::fql::term::Comparison;
use crate::json::{Json, string};

/// A word or a sign, and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub span: Range<usize>,
    pub kind: TokenKind,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum TokenKind {
    /// Names between dots, in the form of [`crate::json::string`].
    Path(Vec<String>),
    /// A text, a number, `true`, `false` or `null`.
    Value(Json),
    Comparison(Comparison),
    And,
    Or,
    Not,
    Open,
    Close,
    OpenList,
    CloseList,
    Comma,
    End,
}

/// The tokens of `text`; the last one is its end.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, FqlError> {
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::new();
    loop {
        let token = lexer.next()?;
        let is_end = token.kind == TokenKind::End;
        tokens.push(token);
        if is_end {
            return Ok(tokens);
        }
    }
}

/// Signs of other languages, longest first, and what FQL has in their place.
const FOREIGN: [(&str, &str); 7] = [
    ("===", "="),
    ("!==", "!="),
    ("==", "="),
    ("=~", "match(s, \"pattern*\")"),
    ("<>", "!="),
    ("&&", "and"),
    ("||", "or"),
];

/// FQL's signs, longest first.
const SIGNS: [(&str, TokenKind); 12] = [
    ("!=", TokenKind::Comparison(Comparison::NotEqual)),
    ("<=", TokenKind::Comparison(Comparison::LessOrEqual)),
    (">=", TokenKind::Comparison(Comparison::GreaterOrEqual)),
    ("=", TokenKind::Comparison(Comparison::Equal)),
    ("<", TokenKind::Comparison(Comparison::Less)),
    (">", TokenKind::Comparison(Comparison::Greater)),
    ("!", TokenKind::Not),
    ("(", TokenKind::Open),
    (")", TokenKind::Close),
    ("[", TokenKind::OpenList),
    ("]", TokenKind::CloseList),
    (",", TokenKind::Comma),
];

/// What a word means that isn't a field.
pub(super) fn keyword(word: &str) -> Option<TokenKind> {
    Some(match word {
        "and" => TokenKind::And,
        "or" => TokenKind::Or,
        "in" => TokenKind::Comparison(Comparison::In),
        "true" => TokenKind::Value(Json::Bool(true)),
        "false" => TokenKind::Value(Json::Bool(false)),
        "null" => TokenKind::Value(Json::Null),
        _ => return None,
    })
}

/// Whether a name may have the character without a backslash.
pub(super) fn is_plain(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '_' | '-')
}

/// Whether a field may begin with the character without a backslash.
pub(super) fn begins_path(char: char) -> bool {
    char.is_ascii_alphabetic() || char == '_'
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn error<T>(&self, start: usize, problem: FqlProblem) -> Result<T, FqlError> {
        Err(FqlError::new(start..self.at, problem))
    }

    fn next(&mut self) -> Result<Token, FqlError> {
        self.at = self.text.len() - self.rest().trim_start().len();
        let start = self.at;
        let kind = match self.peek() {
            None => TokenKind::End,
            Some(quote @ ('"' | '\'')) => self.quoted(quote)?,
            Some('0'..='9' | '-' | '+') => self.number()?,
            Some(first) if begins_path(first) || first == '\\' => self.path()?,
            Some(_) => self.sign()?,
        };
        Ok(Token {
            span: start..self.at,
            kind,
        })
    }

    fn sign(&mut self) -> Result<TokenKind, FqlError> {
        let start = self.at;
        let foreign = FOREIGN
            .iter()
            .find(|(sign, _)| self.rest().starts_with(sign));
        if let Some((found, write)) = foreign {
            self.at += found.len();
            let found = (*found).to_owned();
            return self.error(start, FqlProblem::Foreign { found, write });
        }
        let known = SIGNS.iter().find(|(sign, _)| self.rest().starts_with(sign));
        if let Some((sign, kind)) = known {
            self.at += sign.len();
            return Ok(kind.clone());
        }
        let char = self.peek().unwrap_or_default();
        self.at += char.len_utf8();
        self.error(start, FqlProblem::Character(char))
    }

    /// There are no escapes: what stands between the quotes is the text.
    fn quoted(&mut self, quote: char) -> Result<TokenKind, FqlError> {
        let start = self.at;
        let inside = &self.rest()[1..];
        let Some(length) = inside.find(quote) else {
            self.at = self.text.len();
            return self.error(start, FqlProblem::UnendedText);
        };
        let text = string::from_text(&inside[..length]).into_owned();
        self.at += length + 2;
        Ok(TokenKind::Value(Json::String(text)))
    }

    fn number(&mut self) -> Result<TokenKind, FqlError> {
        let start = self.at;
        let sign = self.rest().len() - self.rest().trim_start_matches(['-', '+']).len();
        let belongs = |char: char| char.is_alphanumeric() || matches!(char, '.' | '_');
        let digits = &self.rest()[sign..];
        let length = digits.find(|char| !belongs(char)).unwrap_or(digits.len());
        self.at += sign + length;
        let written = &self.text[start..self.at];
        let is_plain = |char: char| char.is_ascii_digit() || matches!(char, '.' | '-' | '+');
        let plain = written.strip_prefix('+').unwrap_or(written);
        match Json::parse(plain) {
            Ok(number @ Json::Number(_)) if written.chars().all(is_plain) => {
                Ok(TokenKind::Value(number))
            }
            _ => {
                let problem = FqlProblem::Number(written.to_owned());
                self.error(start, problem)
            }
        }
    }

    fn path(&mut self) -> Result<TokenKind, FqlError> {
        let start = self.at;
        let mut names = vec![self.name()?];
        while self.peek() == Some('.') {
            self.at += 1;
            names.push(self.name()?);
        }
        // A word with a backslash in it is a field, whatever it would mean without.
        match keyword(&self.text[start..self.at]) {
            Some(keyword) => Ok(keyword),
            None => Ok(TokenKind::Path(names)),
        }
    }

    fn name(&mut self) -> Result<String, FqlError> {
        let start = self.at;
        let mut name = String::new();
        while let Some(char) = self.peek() {
            if is_plain(char) {
                self.at += 1;
                name.push(char);
                continue;
            }
            if char != '\\' {
                break;
            }
            self.at += 1;
            let Some(escaped) = self.peek() else {
                return self.error(start, FqlProblem::UnendedEscape);
            };
            self.at += escaped.len_utf8();
            name.push(escaped);
        }
        if name.is_empty() {
            let found = self.peek();
            self.at += found.map_or(0, char::len_utf8);
            let problem = FqlProblem::Expected {
                expected: "a name after the dot",
                found: found.map(String::from),
            };
            return self.error(start, problem);
        }
        Ok(string::from_text(&name).into_owned())
    }
}
