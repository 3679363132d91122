//! Where something stands in a JSON value, or everything that stands where a pattern says: how
//! segfn.toml names fields.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// A field, or a pattern of fields: `value.id`, `exchanges[*].request.body.json.sentAt`,
/// `**.timestamp`.
///
/// Names stand between dots, places in a list in brackets. `*` is any one name or place, `[*]` any
/// place, `**` any number of them, also none. A name with dots or brackets is quoted in brackets:
/// `headers["x.y"]`. A leading `$.` as in JSONPath is of no meaning.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldPath(pub Vec<Part>);

/// One step of a [`FieldPath`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
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

    /// Whether `place` is meant or lies inside of what is meant.
    pub fn covers(&self, place: &FieldPath) -> bool {
        (0..=place.0.len()).any(|length| matches(&self.0, &place.0[..length]))
    }

    /// The field `name` of this one.
    pub fn key(&self, name: &str) -> FieldPath {
        self.with(Part::Key(name.to_owned()))
    }

    /// The item of this list at `index`, from 0.
    pub fn index(&self, index: usize) -> FieldPath {
        self.with(Part::Index(index))
    }

    fn with(&self, part: Part) -> FieldPath {
        let mut parts = Vec::with_capacity(self.0.len() + 1);
        parts.extend(self.0.iter().cloned());
        parts.push(part);
        FieldPath(parts)
    }

    /// The same with `[*]` for every place in a list: what fields of many items have in common.
    pub fn of_any_item(&self) -> FieldPath {
        let any = |part: &Part| match part {
            Part::Index(_) => Part::AnyIndex,
            other => other.clone(),
        };
        FieldPath(self.0.iter().map(any).collect())
    }
}

fn matches(pattern: &[Part], place: &[Part]) -> bool {
    let Some((first, rest)) = pattern.split_first() else {
        return place.is_empty();
    };
    if *first == Part::Deep {
        // Several `**` in a row are one: with each of them tried everywhere this would take for ever.
        let rest = match rest.iter().position(|part| *part != Part::Deep) {
            Some(next) => &rest[next..],
            None => return true,
        };
        return (0..=place.len()).any(|skipped| matches(rest, &place[skipped..]));
    }
    let Some((at, left)) = place.split_first() else {
        return false;
    };
    let here = match (first, at) {
        (Part::Any, _) | (Part::AnyIndex, Part::Index(_)) => true,
        // A list's items can be named without brackets.
        (Part::Key(name), Part::Index(index)) => *name == index.to_string(),
        (pattern, at) => pattern == at,
    };
    here && matches(rest, left)
}

/// More `**` than anybody writes, who wants an answer in this life.
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
                "*" => Part::Any,
                "**" => Part::Deep,
                _ if name.contains(']') => return Err(fail("a `[` is missing".into())),
                name => Part::Key(name.to_owned()),
            });
        }
        if parts.is_empty() {
            return Err(fail("it is empty".into()));
        }
        if parts.iter().filter(|part| **part == Part::Deep).count() > MOST_DEEP {
            return Err(fail(
                format!("it may have `**` {MOST_DEEP} times at most").into(),
            ));
        }
        Ok(FieldPath(parts))
    }
}

/// What stands after `[`, and the rest after its `]`.
fn bracket(inside: &str) -> Result<(Part, &str), &'static str> {
    for quote in ['"', '\''] {
        let Some(quoted) = inside.strip_prefix(quote) else {
            continue;
        };
        let mut name = String::new();
        let mut chars = quoted.char_indices();
        while let Some((at, char)) = chars.next() {
            match char {
                '\\' => name.extend(chars.next().map(|(_, escaped)| escaped)),
                _ if char == quote => {
                    let left = &quoted[at + quote.len_utf8()..];
                    let left = left.strip_prefix(']').ok_or("a `]` is missing")?;
                    return Ok((Part::Key(name), left));
                }
                _ => name.push(char),
            }
        }
        return Err("the end of the quoted name is missing");
    }
    let (text, left) = inside.split_once(']').ok_or("a `]` is missing")?;
    match text.trim() {
        "*" => Ok((Part::AnyIndex, left)),
        number => match number.parse() {
            Ok(index) => Ok((Part::Index(index), left)),
            Err(_) => Err("in brackets stands a number, `*` or a quoted name"),
        },
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, part) in self.0.iter().enumerate() {
            let dot = if number == 0 { "" } else { "." };
            match part {
                Part::Index(index) => write!(f, "[{index}]")?,
                Part::AnyIndex => f.write_str("[*]")?,
                Part::Any => write!(f, "{dot}*")?,
                Part::Deep => write!(f, "{dot}**")?,
                Part::Key(name) if is_plain(name) => write!(f, "{dot}{name}")?,
                Part::Key(name) => {
                    let escaped = name.replace('\\', "\\\\").replace('"', "\\\"");
                    write!(f, "[\"{escaped}\"]")?;
                }
            }
        }
        Ok(())
    }
}

/// Whether a name can stand without quotes.
fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name != "*"
        && name != "**"
        && name.trim() == name
        && !name.starts_with('$')
        && !name.contains(['.', '[', ']', '"', '\'', '\\'])
        && !name.contains(char::is_control)
}

/// Why a text names no field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` names no field: {problem}; expected such as `body.items[*].id` or `**.timestamp`"
)]
pub struct PathError {
    pub text: String,
    pub problem: Cow<'static, str>,
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert!(path("value").covers(&path("value.user[0].id")));
        assert!(!path("value.id").covers(&path("value")));
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
        assert_eq!(path("$['a b']").to_string(), "a b");
        assert_eq!(path("a[3].b[4]").of_any_item().to_string(), "a[*].b[*]");
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
        let place = FieldPath((0..200).map(Part::Index).collect());
        assert!(!path("**.a.**.b.**.c.**.d").matches(&place));
    }
}
