//! Where something stands in a JSON value, or everything that stands where a pattern says: how
//! segfn.toml names fields, and how reports do.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::string;

/// A field, or a pattern of fields: `value.id`, `exchanges[*].request.body.json.sentAt`,
/// `**.timestamp`.
///
/// Names stand between dots, places in a list in brackets. `*` is any one name or place, `[*]` any
/// place, `**` any number of them, also none. A name of other characters than letters, digits, `_`,
/// `-` and `$` is shown in brackets and quoted as in JSON: `headers["x.y"]`. A leading `$.` as in
/// JSONPath is of no meaning.
///
/// What is shown can be read again and gives the same path, but for the empty path, which names the
/// whole value and has no text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FieldPath(pub Vec<PathPart>);

/// One step of a [`FieldPath`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PathPart {
    /// A name.
    Key(String),
    /// A place in a list, from 0.
    Index(usize),
    /// `[*]`
    AnyIndex,
    /// `*`
    Any,
    /// `**`
    Deep,
}

impl FieldPath {
    /// Whether `place`, which is a field and no pattern, is one of those that are meant.
    pub fn matches(&self, place: &FieldPath) -> bool {
        matches(&self.0, &place.0)
    }

    /// The field `name` of this one.
    pub fn key(&self, name: &str) -> FieldPath {
        self.with(PathPart::Key(name.to_owned()))
    }

    /// The item of this list at `index`, from 0.
    pub fn index(&self, index: usize) -> FieldPath {
        self.with(PathPart::Index(index))
    }

    /// What stands at `inner` of what stands here.
    pub fn join(&self, inner: &FieldPath) -> FieldPath {
        FieldPath([self.0.as_slice(), inner.0.as_slice()].concat())
    }

    fn with(&self, part: PathPart) -> FieldPath {
        let mut parts = Vec::with_capacity(self.0.len() + 1);
        parts.extend(self.0.iter().cloned());
        parts.push(part);
        FieldPath(parts)
    }

    /// The same with `[*]` for every place in a list: what fields of many items have in common.
    pub fn in_any_item(&self) -> FieldPath {
        let any = |part: &PathPart| match part {
            PathPart::Index(_) => PathPart::AnyIndex,
            other => other.clone(),
        };
        FieldPath(self.0.iter().map(any).collect())
    }
}

fn matches(pattern: &[PathPart], place: &[PathPart]) -> bool {
    let Some((first, rest)) = pattern.split_first() else {
        return place.is_empty();
    };
    if *first == PathPart::Deep {
        // Several `**` in a row are one: with each of them tried everywhere this would take for ever.
        let rest = match rest.iter().position(|part| *part != PathPart::Deep) {
            Some(next) => &rest[next..],
            None => return true,
        };
        return (0..=place.len()).any(|skipped| matches(rest, &place[skipped..]));
    }
    let Some((at, left)) = place.split_first() else {
        return false;
    };
    let here = match (first, at) {
        (PathPart::Any, _) | (PathPart::AnyIndex, PathPart::Index(_)) => true,
        // A list's items can be named without brackets.
        (PathPart::Key(name), PathPart::Index(index)) => *name == index.to_string(),
        (pattern, at) => pattern == at,
    };
    here && matches(rest, left)
}

/// The most `**` in one path: each of them multiplies the time that a match takes.
const MOST_DEEP: usize = 4;

impl FromStr for FieldPath {
    type Err = PathError;

    fn from_str(text: &str) -> Result<FieldPath, PathError> {
        let fail = |problem: Cow<'static, str>| PathError {
            text: text.to_owned(),
            problem,
        };
        let mut rest = text.trim();
        rest = rest.strip_prefix('$').unwrap_or(rest);
        let mut parts = Vec::new();
        let mut first = true;
        while !rest.is_empty() {
            if let Some(inside) = rest.strip_prefix('[') {
                let (part, left) = bracket(inside).map_err(|problem| fail(problem.into()))?;
                parts.push(part);
                rest = left;
                first = false;
                continue;
            }
            rest = match rest.strip_prefix('.') {
                Some(after) => after,
                None if first => rest,
                None => return Err(fail("a dot is missing after `]`".into())),
            };
            first = false;
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let (name, left) = rest.split_at(end);
            rest = left;
            parts.push(match name {
                "" => return Err(fail("a name is missing beside a dot".into())),
                "*" => PathPart::Any,
                "**" => PathPart::Deep,
                _ if name.contains(']') => return Err(fail("a `[` is missing".into())),
                name => PathPart::Key(name.to_owned()),
            });
        }
        if parts.is_empty() {
            return Err(fail("it is empty".into()));
        }
        if parts.iter().filter(|part| **part == PathPart::Deep).count() > MOST_DEEP {
            return Err(fail(format!("it may have at most {MOST_DEEP} `**`").into()));
        }
        Ok(FieldPath(parts))
    }
}

const UNENDED: &str = "the end of the quoted name is missing";

/// What stands after `[`, and the rest after its `]`.
fn bracket(inside: &str) -> Result<(PathPart, &str), &'static str> {
    for quote in ['"', '\''] {
        let Some(quoted) = inside.strip_prefix(quote) else {
            continue;
        };
        let mut name = String::new();
        let mut chars = quoted.char_indices();
        while let Some((at, char)) = chars.next() {
            match char {
                '\\' => name.push(escaped(&mut chars)?),
                _ if char == quote => {
                    let left = &quoted[at + quote.len_utf8()..];
                    let left = left.strip_prefix(']').ok_or("a `]` is missing")?;
                    return Ok((PathPart::Key(name), left));
                }
                _ => name.push(char),
            }
        }
        return Err(UNENDED);
    }
    let (text, left) = inside.split_once(']').ok_or("a `]` is missing")?;
    match text.trim() {
        "*" => Ok((PathPart::AnyIndex, left)),
        number => match number.parse() {
            Ok(index) => Ok((PathPart::Index(index), left)),
            Err(_) => Err("in brackets stands a number, `*` or a quoted name"),
        },
    }
}

/// The character that an escape stands for, after its backslash: what JSON says, and any other
/// character for itself.
fn escaped(chars: &mut impl Iterator<Item = (usize, char)>) -> Result<char, &'static str> {
    let (_, first) = chars.next().ok_or(UNENDED)?;
    Ok(match first {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'u' => {
            let mut digits = chars.take(4).map(|(_, digit)| digit.to_digit(16));
            let code = digits.try_fold(0, |code, digit| Some(code * 16 + digit?));
            code.and_then(char::from_u32)
                .ok_or("`\\u` needs the four hexadecimal digits of a character")?
        }
        other => other,
    })
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, part) in self.0.iter().enumerate() {
            let dot = if number == 0 { "" } else { "." };
            match part {
                PathPart::Index(index) => write!(f, "[{index}]")?,
                PathPart::AnyIndex => f.write_str("[*]")?,
                PathPart::Any => write!(f, "{dot}*")?,
                PathPart::Deep => write!(f, "{dot}**")?,
                PathPart::Key(name) if is_plain(name, number == 0) => write!(f, "{dot}{name}")?,
                PathPart::Key(name) => write!(f, "[{}]", string::quoted(&string::from_text(name)))?,
            }
        }
        Ok(())
    }
}

/// Whether a name can stand without quotes. A `$` at the very beginning would be JSONPath's.
fn is_plain(name: &str, first: bool) -> bool {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '$');
    !name.is_empty() && name.chars().all(plain) && !(first && name.starts_with('$'))
}

/// Why a text names no field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` names no field: {problem}; expected a path such as `body.items[*].id` or `**.timestamp`"
)]
pub struct PathError {
    pub text: String,
    pub problem: Cow<'static, str>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::json::arbitrary::name;

    fn path(text: &str) -> FieldPath {
        text.parse().expect(text)
    }

    #[test]
    fn a_path_matches_what_it_names() {
        for (pattern, place, expected) in [
            ("value.id", "value.id", true),
            ("$.value.id", "value.id", true),
            ("value", "value.id", false),
            ("value.*", "value.id", true),
            ("value.*", "value[0]", true),
            ("value[*]", "value.id", false),
            ("a[*].b", "a[12].b", true),
            ("a.0.b", "a[0].b", true),
            ("a[1]", "a[0]", false),
            ("**.timestamp", "timestamp", true),
            ("**.timestamp", "a.b[3].timestamp", true),
            ("**.timestamp", "a.timestamp.b", false),
            ("a.**.b.**", "a.x.b.y", true),
            ("a.**.**.b", "a.b", true),
            (
                "exchanges[*].request.body.json.sentAt",
                "exchanges[0].request.body.json.sentAt",
                true,
            ),
            ("headers[\"x.y\"]", "headers[\"x.y\"]", true),
        ] {
            assert_eq!(
                path(pattern).matches(&path(place)),
                expected,
                "{pattern} {place}"
            );
        }
    }

    #[test]
    fn a_path_is_shown_as_it_is_written() {
        for text in [
            "value.id",
            "a[*].b[3]",
            "**.x",
            "*.y",
            "h[\"x.y\"].z",
            "h[\"a\\\"b\"]",
        ] {
            assert_eq!(path(text).to_string(), text);
        }
        assert_eq!(path("$['a b']").to_string(), "[\"a b\"]");
        assert_eq!(path("a.$b").to_string(), "a.$b");
        let odd = FieldPath::default().key("$a").key("b\n\u{1}é\"");
        assert_eq!(odd.to_string(), "[\"$a\"][\"b\\n\\u0001é\\\"\"]");
        assert_eq!(path(&odd.to_string()), odd);
        assert_eq!(path("a[3].b[4]").in_any_item().to_string(), "a[*].b[*]");
    }

    #[test]
    fn what_names_nothing_is_refused() {
        for text in [
            "",
            "$",
            ".",
            "a.",
            "a..b",
            "a[",
            "a[x]",
            "a]",
            "a[0]b",
            "a[\"b]",
            "**.**.**.**.**.a",
        ] {
            let error = text.parse::<FieldPath>().expect_err(text);
            assert!(error.to_string().contains("names no field"), "{error}");
        }
    }

    #[test]
    fn hostile_patterns_take_no_time() {
        let place = FieldPath((0..200).map(PathPart::Index).collect());
        assert!(!path("**.a.**.b.**.c.**.d").matches(&place));
    }

    /// A field: names and places in lists.
    fn field() -> impl Strategy<Value = FieldPath> {
        let part = prop_oneof![
            3 => name().prop_map(PathPart::Key),
            1 => any::<usize>().prop_map(PathPart::Index),
        ];
        proptest::collection::vec(part, 1..6).prop_map(FieldPath)
    }

    fn pattern() -> impl Strategy<Value = FieldPath> {
        let part = prop_oneof![
            3 => name().prop_map(PathPart::Key),
            1 => any::<usize>().prop_map(PathPart::Index),
            1 => Just(PathPart::AnyIndex),
            1 => Just(PathPart::Any),
            1 => Just(PathPart::Deep),
        ];
        proptest::collection::vec(part, 1..=MOST_DEEP).prop_map(FieldPath)
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_as_the_same_path(path in pattern()) {
            prop_assert_eq!(path.to_string().parse(), Ok(path));
        }

        #[test]
        fn any_text_is_a_path_or_refused(
            text in prop_oneof![any::<String>(), "[ab.*$\\[\\]\"'\\\\ 0un]{0,12}"],
        ) {
            if let Ok(path) = text.parse::<FieldPath>() {
                prop_assert_eq!(path.to_string().parse(), Ok(path));
            }
        }

        #[test]
        fn a_field_matches_itself_and_what_stands_for_it(field in field(), more in field()) {
            prop_assert!(field.matches(&field));
            prop_assert!(field.in_any_item().matches(&field));
            let deep = FieldPath(vec![PathPart::Deep]);
            prop_assert!(deep.join(&more).matches(&field.join(&more)));
            prop_assert!(!field.matches(&field.join(&more)));
        }
    }
}
