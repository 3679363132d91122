//! JSON, in its text: what is replaced is replaced there, and every other byte stays.

use std::borrow::Cow;
use std::ops::Range;

use super::silent::are_silent;
use super::{Redactor, Scope};
use crate::json::{Document, FieldPath, Json, Node, NodeKind, PathPart, string};
use crate::pseudonyms::names::FieldPlace;
use crate::secrets::names::{self, NamePlace, NameTells};
use crate::secrets::{placeholder, stand_in};

/// A list or an object that has begun.
struct Open<'t> {
    /// The first node behind it.
    end: usize,
    /// The name that tells of its items.
    name: Option<Cow<'t, str>>,
    tells: NameTells,
    /// The name of a secret that all below it is a part of.
    below: Option<Cow<'t, str>>,
    /// The names that fields of it give to others, and their own names.
    pairs: Vec<(Cow<'t, str>, Cow<'t, str>)>,
    /// Where its names and items stand: among headers, or anywhere.
    at: NamePlace,
    /// The item before, where each second one may be named by the one before it.
    before: Option<Cow<'t, str>>,
    is_flat: bool,
    /// Whether segfn.toml says that nothing in it is secret.
    kept: bool,
    /// Whether it is about a person, or a group.
    person: bool,
    group: bool,
}

impl Redactor {
    /// A text in JSON, redacted; `None` where nothing changes, or where it isn't JSON.
    pub(super) fn json_text(&self, text: &str, scope: Scope) -> Option<String> {
        let document = Document::parse(text)?;
        let scope = Scope {
            plain: self.is_plain(text),
            ..scope
        };
        let edits = self.edits(&document, scope);
        (!edits.is_empty()).then(|| document.with(edits))
    }

    /// [`Redactor::json_text`] for a value.
    pub(super) fn json_value(&self, value: &mut Json, scope: Scope) {
        if let Some(new) = self.json_text(&value.to_string(), scope) {
            // It was JSON, and still is.
            *value = Json::parse(&new).unwrap_or_default();
        }
    }

    /// What is to be put in the place of what.
    pub(super) fn edits<'t>(
        &self,
        document: &Document<'t>,
        scope: Scope,
    ) -> Vec<(Range<usize>, String)> {
        self.edits_of(document, 0, scope)
    }

    /// The same for the value with this number alone, which is an item of a list or all that there is.
    pub(super) fn edits_of<'t>(
        &self,
        document: &Document<'t>,
        first: usize,
        scope: Scope,
    ) -> Vec<(Range<usize>, String)> {
        match self.is_simple(scope) && are_silent(document, first) {
            true => self.edits_of_values(document, first, scope),
            false => self.edits_by_names(document, first, scope),
        }
    }

    /// Whether only names and forms tell anything.
    pub(super) fn is_simple(&self, scope: Scope) -> bool {
        scope.plain && !scope.kept && !self.rules.has_paths()
    }

    pub(super) fn edits_by_names<'t>(
        &self,
        document: &Document<'t>,
        first: usize,
        scope: Scope,
    ) -> Vec<(Range<usize>, String)> {
        let nodes = document.nodes();
        let (end, depth) = (nodes[first].next, nodes[first].depth);
        let has_paths = self.rules.has_paths();
        let mut edits = Vec::new();
        let mut open: Vec<Open<'t>> = Vec::new();
        let mut path = FieldPath::default();
        let mut number = first;
        while number < end {
            let node = &nodes[number];
            while open.last().is_some_and(|open| open.end <= number) {
                open.pop();
            }
            let key = document.key(node);
            if has_paths {
                let depth = node.depth - depth;
                path.0.truncate(depth.saturating_sub(1));
                match &key {
                    Some(key) => path.0.push(PathPart::Key(key.clone().into_owned())),
                    None if depth > 0 => path.0.push(PathPart::Index(node.index)),
                    None => {}
                }
            }
            let above = open.last();
            let kept =
                scope.kept || above.is_some_and(|above| above.kept) || self.rules.keeps(&path);
            if scope.is_body
                && let Some(name) = self.rules.redacted_at(&path)
            {
                let new = string::quoted(&placeholder(&name));
                if document.raw(node) != new {
                    edits.push((node.span.clone(), new));
                }
                number = node.next;
                continue;
            }
            // What stands for a secret name tells nothing, now or when it is read again.
            let key = key.map(|key| match scope.plain {
                true => key,
                false => match self.text(&key) {
                    Cow::Owned(new) => {
                        let span = node.key.clone().unwrap_or_default();
                        edits.push((span, string::quoted(&new)));
                        Cow::Owned(new)
                    }
                    Cow::Borrowed(_) => key,
                },
            });
            let named = Named::of(key, node, above, kept);
            let place = FieldPlace {
                name: named.name.as_deref().unwrap_or_default(),
                above: above.and_then(|above| above.name.as_deref()),
                person: above.is_some_and(|above| above.person),
                group: above.is_some_and(|above| above.group),
            };
            match node.kind {
                NodeKind::String => {
                    let value = document.string(node).unwrap_or_default();
                    let new = match named.secret(&value) {
                        Some(name) => Cow::Owned(stand_in::stand_in(&name, &value)),
                        None => match self.named(place, &value).filter(|_| !kept) {
                            Some(new) => Cow::Owned(new),
                            None => self.string(&value, scope.part().keeping(kept)),
                        },
                    };
                    if new != value {
                        edits.push((node.span.clone(), string::quoted(&new)));
                    }
                    if let Some(above) = open.last_mut().filter(|above| above.is_flat) {
                        above.before = Some(value);
                    }
                }
                NodeKind::Number => {
                    let raw = document.raw(node);
                    let is_known = || !scope.plain && self.known_bytes(raw.as_bytes()).is_some();
                    if named.is_secret_number(raw) || is_known() {
                        let new = stand_in::number(raw);
                        if new != raw {
                            edits.push((node.span.clone(), new));
                        }
                    } else if let Some(new) = self.personal_number(place, raw).filter(|_| !kept) {
                        edits.push((node.span.clone(), new));
                    }
                }
                NodeKind::Array | NodeKind::Object => {
                    if !scope.plain
                        && let Some(text) = self.bytes_in(document, number)
                    {
                        edits.push((node.span.clone(), string::quoted(&text)));
                        number = node.next;
                        continue;
                    }
                    let (person, is_group) = self.about(document, number);
                    let group = is_group || place.group;
                    let begun = named.open(document, number, open.last(), kept);
                    open.push(Open {
                        person,
                        group,
                        ..begun
                    });
                }
                NodeKind::Null | NodeKind::Bool => {}
            }
            number += 1;
        }
        edits
    }

    /// The same where no name tells of a secret and the text is plain, as with most events: what is left are texts in
    /// which something stands.
    pub(super) fn edits_of_values(
        &self,
        document: &Document,
        first: usize,
        scope: Scope,
    ) -> Vec<(Range<usize>, String)> {
        let nodes = &document.nodes()[first..document.nodes()[first].next];
        let texts = nodes.iter().filter(|node| {
            node.kind == NodeKind::String && may_hold_something(document.raw(node).as_bytes())
        });
        let edits = texts.filter_map(|node| {
            let value = document.string(node)?;
            let new = self.string(&value, scope.part());
            (new != value).then(|| (node.span.clone(), string::quoted(&new)))
        });
        edits.collect()
    }

    /// The bytes of a Buffer or a typed array, as JSON has them, without known secrets; `None` where
    /// there are none.
    fn bytes_in(&self, document: &Document, number: usize) -> Option<String> {
        let is_object = document.nodes()[number].kind == NodeKind::Object;
        let mut bytes = Vec::new();
        for child in document.children(number) {
            let node: &Node = &document.nodes()[child];
            let named = !is_object || document.key(node)? == node.index.to_string();
            bytes.push(document.raw(node).parse::<u8>().ok().filter(|_| named)?);
        }
        let new = self.known_bytes(&bytes)?;
        Some(String::from_utf8_lossy(&new).into_owned())
    }
}

/// Whether a text, with its quotes, may be a URL, tags, a form or packed, or have names or JSON in it. All that
/// [`Redactor::string`] looks into has one of these signs.
fn may_hold_something(quoted: &[u8]) -> bool {
    quoted.starts_with(b"\"H4sI") || quoted.iter().any(|byte| b"{[<=:".contains(byte))
}

/// What is known of a value by the names that lead to it.
struct Named<'t> {
    name: Option<Cow<'t, str>>,
    tells: NameTells,
    below: Option<Cow<'t, str>>,
    /// Where the names in it stand.
    at: NamePlace,
}

impl<'t> Named<'t> {
    fn of(
        key: Option<Cow<'t, str>>,
        node: &Node,
        above: Option<&Open<'t>>,
        kept: bool,
    ) -> Named<'t> {
        let (index, is_text) = (node.index, node.kind == NodeKind::String);
        let nothing = Named {
            name: None,
            tells: NameTells::Nothing,
            below: None,
            at: NamePlace::Field,
        };
        if kept {
            return nothing;
        }
        let at = above.map_or(NamePlace::Field, |above| above.at);
        let Some(key) = key else {
            let Some(above) = above else {
                return nothing;
            };
            if let Some(before) = above.before.as_ref().filter(|_| index % 2 == 1 && is_text) {
                let tells = names::tells(before, at);
                if tells == NameTells::Secret {
                    return Named {
                        name: Some(before.clone()),
                        tells,
                        below: None,
                        at,
                    };
                }
            }
            // An item is what its list is.
            return Named {
                name: above.name.clone(),
                tells: above.tells,
                below: above.below.clone(),
                at,
            };
        };
        let mut tells = names::tells(&key, at);
        let holds_headers = names::holds_headers(&key);
        let pairs = above.map_or(&[][..], |above| &above.pairs);
        let mut name = key.clone();
        if let Some((_, pair)) = pairs
            .iter()
            .find(|(naming, _)| names::is_naming(naming, &key))
        {
            name = pair.clone();
            tells = names::tells(pair, at);
        }
        let below = match tells {
            NameTells::About => None,
            NameTells::Secret => Some(name.clone()),
            NameTells::Perhaps | NameTells::Nothing => above.and_then(|above| above.below.clone()),
        };
        let at = match holds_headers {
            true => NamePlace::Header,
            false => NamePlace::Field,
        };
        Named {
            name: Some(name),
            tells,
            below,
            at,
        }
    }

    /// The name of the secret that the text is.
    fn secret(&self, value: &str) -> Option<Cow<'t, str>> {
        let name = || self.name.clone().or_else(|| self.below.clone());
        if self.tells.is_secret(value) {
            return name();
        }
        let below = self.below.as_ref()?;
        NameTells::Secret.is_secret(value).then(|| below.clone())
    }

    /// Numbers of one or two digits are how many there are of something.
    fn is_secret_number(&self, number: &str) -> bool {
        let digits = number.bytes().filter(u8::is_ascii_digit).count();
        self.tells == NameTells::Secret && digits > 2
    }

    fn open(
        self,
        document: &Document<'t>,
        number: usize,
        above: Option<&Open>,
        kept: bool,
    ) -> Open<'t> {
        let nodes = document.nodes();
        let mut pairs = Vec::new();
        let mut is_flat = false;
        match nodes[number].kind {
            NodeKind::Object => {
                for child in document.children(number) {
                    let node = &nodes[child];
                    if let (Some(key), Some(name)) = (document.key(node), document.string(node))
                        && names::is_naming(&key, "value")
                        && let NameTells::Secret | NameTells::Perhaps = names::tells(&name, self.at)
                    {
                        pairs.push((key, name));
                    }
                }
            }
            // `["Authorization", "…"]`, in a list or among headers
            NodeKind::Array => {
                let is_listed = nodes[number].key.is_none() && above.is_some();
                is_flat = (is_listed && document.children(number).count() == 2)
                    || (self.at == NamePlace::Header && nodes[number].key.is_some());
            }
            _ => {}
        }
        Open {
            end: nodes[number].next,
            name: self.name,
            tells: self.tells,
            below: self.below,
            pairs,
            at: self.at,
            before: None,
            is_flat,
            kept,
            person: false,
            group: false,
        }
    }
}
