//! XML and HTML.

use std::borrow::Cow;
use std::sync::LazyLock;

use quick_xml::escape::{escape, unescape};
use regex::{Captures, Regex};

use super::{Redactor, Scope};
use crate::pseudonyms::names::FieldPlace;
use crate::secrets::names::{self, NamePlace, NameTells};
use crate::secrets::stand_in::stand_in;

/// A tag, a comment, a section of characters, or a text between them.
static PIECES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?s)<!--.*?-->|<!\[CDATA\[(?<cdata>.*?)\]\]>|<[?!][^>]*>|<(?<end>/)?(?<name>[A-Za-z_][A-Za-z0-9_:.-]*)(?<attributes>(?:"[^"]*"|'[^']*'|[^<>"'])*?)(?<alone>/)?>|(?<text>[^<]+)|<"#,
    )
    .ok()
});

static ATTRIBUTES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?s)(?<name>[A-Za-z_:][A-Za-z0-9_:.-]*)(?<is>[ \t\r\n]*=[ \t\r\n]*)(?:"(?<double>[^"]*)"|'(?<single>[^']*)')"#,
    )
    .ok()
});

/// How many elements in one another are kept in mind.
const DEEPEST: usize = 10_000;

/// An element that has begun: its name, the name that its text has, and that of the secret which all in
/// it is a part of.
struct Element {
    tag: String,
    name: String,
    tells: NameTells,
    below: Option<String>,
}

impl Redactor {
    /// A text of tags.
    pub(super) fn markup(&self, text: &str, scope: Scope) -> String {
        let Some(pieces) = &*PIECES else {
            return self.loose(text, scope).into_owned();
        };
        let mut open: Vec<Element> = Vec::new();
        let new = pieces.replace_all(text, |found: &Captures| {
            if let Some(name) = found.name("name") {
                return self.tag(found, name.as_str(), &mut open, scope);
            }
            let (text, is_cdata) = match (found.name("text"), found.name("cdata")) {
                (Some(text), _) => (text.as_str(), false),
                (_, Some(text)) => (text.as_str(), true),
                _ => return self.text(&found[0]).into_owned(),
            };
            if text.trim().is_empty() {
                return found[0].to_owned();
            }
            let plain = match is_cdata {
                true => Cow::Borrowed(text),
                false => unescape(text).unwrap_or(Cow::Borrowed(text)),
            };
            let new = match open.last().and_then(|element| element.secret(&plain)) {
                Some(name) => stand_in(&name, plain.trim()),
                None => match self.named(place_in(&open), &plain) {
                    Some(new) => new,
                    None => self.string(&plain, scope.inner()).into_owned(),
                },
            };
            match (new == plain, is_cdata) {
                (true, _) => found[0].to_owned(),
                (_, true) => format!("<![CDATA[{new}]]>"),
                _ => escape(new).into_owned(),
            }
        });
        new.into_owned()
    }

    /// A tag with its attributes; it is put among the open elements, or taken out.
    fn tag(&self, found: &Captures, tag: &str, open: &mut Vec<Element>, scope: Scope) -> String {
        if found.name("end").is_some() {
            if let Some(at) = open.iter().rposition(|element| element.tag == tag) {
                open.truncate(at);
            }
            return self.text(&found[0]).into_owned();
        }
        let attributes = found.name("attributes").map_or("", |all| all.as_str());
        let local = |name: &str| name.rsplit(':').next().unwrap_or(name).to_owned();
        let pair = ATTRIBUTES.as_ref().and_then(|regex| {
            let names = regex.captures_iter(attributes);
            let mut names = names.filter(|found| names::is_naming(&local(&found["name"]), "value"));
            names.find_map(|found| {
                let name = value_of(&found).to_owned();
                let tells = names::tells(&name, NamePlace::Field);
                matches!(tells, NameTells::Secret | NameTells::Perhaps).then_some(name)
            })
        });
        let new = self.attributes(attributes, pair.as_deref(), scope);
        if found.name("alone").is_none() && open.len() < DEEPEST {
            let name = pair.unwrap_or_else(|| local(tag));
            let tells = match name.as_str() {
                // S3's name of an object.
                "Key" => NameTells::Nothing,
                name => names::tells(name, NamePlace::Field),
            };
            let below = match tells {
                NameTells::Secret => Some(name.clone()),
                NameTells::About => None,
                _ => open.last().and_then(|element| element.below.clone()),
            };
            open.push(Element {
                tag: tag.to_owned(),
                name,
                tells,
                below,
            });
        }
        let alone = found.name("alone").map_or("", |alone| alone.as_str());
        format!("<{tag}{new}{alone}>")
    }

    /// The attributes of a tag, of which one may name another: `name="password" value="…"`.
    fn attributes(&self, text: &str, pair: Option<&str>, scope: Scope) -> String {
        let Some(regex) = &*ATTRIBUTES else {
            return self.text(text).into_owned();
        };
        let new = regex.replace_all(text, |found: &Captures| {
            let name = &found["name"];
            let value = value_of(found);
            let plain = unescape(value).unwrap_or(Cow::Borrowed(value));
            let local = name.rsplit(':').next().unwrap_or(name);
            let called = match pair {
                Some(pair) if names::is_naming("name", local) => pair,
                _ => local,
            };
            let is_namespace = name.starts_with("xmlns");
            let new = match names::tells(called, NamePlace::Field).is_secret(&plain) {
                true if !is_namespace => Cow::Owned(stand_in(called, &plain)),
                _ => match self.named(FieldPlace::named(called), &plain) {
                    Some(new) if !is_namespace => Cow::Owned(new),
                    _ => self.string(&plain, scope.inner()),
                },
            };
            if new == plain {
                return found[0].to_owned();
            }
            let quote = if found.name("double").is_some() {
                '"'
            } else {
                '\''
            };
            format!("{name}{}{quote}{}{quote}", &found["is"], escape(new))
        });
        new.into_owned()
    }
}

impl Element {
    fn secret(&self, value: &str) -> Option<String> {
        if self.tells.is_secret(value) {
            return Some(self.name.clone());
        }
        let below = self.below.as_ref()?;
        NameTells::Secret.is_secret(value).then(|| below.clone())
    }
}

/// Where the text of the innermost element stands.
fn place_in(open: &[Element]) -> FieldPlace<'_> {
    let mut inner = open.iter().rev().map(|element| element.name.as_str());
    FieldPlace {
        name: inner.next().unwrap_or_default(),
        above: inner.next(),
        ..FieldPlace::default()
    }
}

fn value_of<'t>(found: &Captures<'t>) -> &'t str {
    let value = found.name("double").or_else(|| found.name("single"));
    value.map_or("", |value| value.as_str())
}
