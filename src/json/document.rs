//! The text of JSON, taken apart where it lies: what stands where, byte by byte.

use std::borrow::Cow;
use std::ops::Range;

use super::string::{self, unescape};

/// A text that `JSON.parse` accepts, and where in it each value stands. So parts of it can be replaced,
/// and every other byte stays: white space, the way numbers are written, names that come twice.
///
/// It is no tree, so that no depth is too deep.
#[derive(Debug)]
pub struct Document<'t> {
    text: &'t str,
    /// In the order of the text: after a list or an object what is in it.
    nodes: Vec<Node>,
}

/// One value of a [`Document`].
#[derive(Clone, Debug)]
pub struct Node {
    pub kind: NodeKind,
    /// The bytes of the value.
    pub span: Range<usize>,
    /// The bytes of its name, with the quotes, in an object.
    pub key: Option<Range<usize>>,
    /// Where it stands in its list or object, from 0.
    pub index: usize,
    /// The number of the first node that isn't in it.
    pub next: usize,
    /// In how many lists and objects it is.
    pub depth: usize,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    Null,
    Bool,
    Number,
    String,
    Array,
    Object,
}

/// A value and its name have about so many bytes. Room for them is made at once, for so much of a text.
const EACH: usize = 14;
const LARGE: usize = 16 << 10;

impl<'t> Document<'t> {
    /// Takes `text` apart; `None` where `JSON.parse` would refuse it.
    pub fn parse(text: &'t str) -> Option<Document<'t>> {
        let (document, end) = Document::prefix(text).ok()?;
        let rest = &text.as_bytes()[end..];
        rest.iter().all(is_space).then_some(document)
    }

    /// Takes apart the value with which `text` begins, and tells where it ends.
    ///
    /// # Errors
    /// It begins with none; the number is of the byte at which that was seen.
    pub fn prefix(text: &'t str) -> Result<(Document<'t>, usize), usize> {
        let mut scan = Scan {
            bytes: text.as_bytes(),
            at: 0,
            nodes: Vec::with_capacity(text.len().min(LARGE) / EACH + 1),
            open: Vec::new(),
        };
        match scan.value() {
            Some(()) => Ok((
                Document {
                    text,
                    nodes: scan.nodes,
                },
                scan.at,
            )),
            None => Err(scan.at),
        }
    }

    pub fn text(&self) -> &'t str {
        self.text
    }

    /// All values, in the order of the text. The first is the whole.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The values directly in the list or object with this number, by their numbers.
    pub fn children(&self, number: usize) -> impl Iterator<Item = usize> {
        let end = self.nodes[number].next;
        let first = Some(number + 1).filter(|first| *first < end);
        std::iter::successors(first, move |child| {
            Some(self.nodes[*child].next).filter(|next| *next < end)
        })
    }

    /// The value as it is written.
    pub fn raw(&self, node: &Node) -> &'t str {
        &self.text[node.span.clone()]
    }

    /// A string without its quotes and escapes; see [`super::string`].
    pub fn string(&self, node: &Node) -> Option<Cow<'t, str>> {
        (node.kind == NodeKind::String).then(|| unescape(inside(self.raw(node))))
    }

    /// The name of a value in an object.
    pub fn key(&self, node: &Node) -> Option<Cow<'t, str>> {
        let key = node.key.clone()?;
        Some(unescape(inside(&self.text[key])))
    }

    /// The number of the value of `name` in the object with this number; of a name that comes twice, the
    /// last one's, as in JavaScript.
    pub fn field(&self, number: usize, name: &str) -> Option<usize> {
        let is_it = |key: &Range<usize>| {
            let raw = inside(&self.text[key.clone()]);
            // Most names mean what they are.
            match string::may_differ(raw) || string::may_differ(name) {
                true => unescape(raw) == name,
                false => raw == name,
            }
        };
        let children = self.children(number);
        let named = |child: &usize| self.nodes[*child].key.as_ref().is_some_and(is_it);
        children.filter(named).last()
    }

    /// How many lists and objects lie in one another at most.
    pub fn depth(&self) -> usize {
        let containers = self.nodes.iter();
        let containers =
            containers.filter(|node| matches!(node.kind, NodeKind::Array | NodeKind::Object));
        containers.map(|node| node.depth + 1).max().unwrap_or(0)
    }

    /// The text with other texts in the place of some of its bytes; they don't overlap.
    pub fn with(&self, mut edits: Vec<(Range<usize>, String)>) -> String {
        edits.sort_by_key(|(span, _)| span.start);
        let mut new = String::with_capacity(self.text.len());
        let mut at = 0;
        for (span, text) in edits {
            new.push_str(&self.text[at..span.start]);
            new.push_str(&text);
            at = span.end;
        }
        new.push_str(&self.text[at..]);
        new
    }
}

fn inside(quoted: &str) -> &str {
    quoted
        .get(1..quoted.len().saturating_sub(1))
        .unwrap_or_default()
}

fn is_space(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

struct Scan<'t> {
    bytes: &'t [u8],
    at: usize,
    nodes: Vec<Node>,
    /// The lists and objects that have not ended: their numbers, and how many values are in them.
    open: Vec<(usize, usize)>,
}

impl Scan<'_> {
    /// Reads one value with all that is in it.
    fn value(&mut self) -> Option<()> {
        let mut key = None;
        loop {
            self.spaces();
            let start = self.at;
            let kind = match self.peek()? {
                b'{' => NodeKind::Object,
                b'[' => NodeKind::Array,
                b'"' => {
                    self.string()?;
                    NodeKind::String
                }
                b't' => self.word("true", NodeKind::Bool)?,
                b'f' => self.word("false", NodeKind::Bool)?,
                b'n' => self.word("null", NodeKind::Null)?,
                _ => {
                    self.number()?;
                    NodeKind::Number
                }
            };
            let number = self.nodes.len();
            let index = self.open.last_mut().map_or(0, |(_, count)| {
                *count += 1;
                *count - 1
            });
            self.nodes.push(Node {
                kind,
                span: start..self.at,
                key: key.take(),
                index,
                next: number + 1,
                depth: self.open.len(),
            });
            if let NodeKind::Array | NodeKind::Object = kind {
                self.at += 1;
                self.open.push((number, 0));
                self.spaces();
                match (self.peek()?, kind) {
                    (b'}', NodeKind::Object) | (b']', NodeKind::Array) => {}
                    (_, NodeKind::Object) => {
                        key = Some(self.name()?);
                        continue;
                    }
                    _ => continue,
                }
            }
            // A value has ended, and perhaps what it is in.
            loop {
                let Some((number, _)) = self.open.last().copied() else {
                    return Some(());
                };
                self.spaces();
                let is_object = self.nodes[number].kind == NodeKind::Object;
                match (self.peek()?, is_object) {
                    (b'}', true) | (b']', false) => {
                        self.at += 1;
                        self.open.pop();
                        self.nodes[number].span.end = self.at;
                        self.nodes[number].next = self.nodes.len();
                    }
                    (b',', true) => {
                        self.at += 1;
                        self.spaces();
                        key = Some(self.name()?);
                        break;
                    }
                    (b',', false) => {
                        self.at += 1;
                        break;
                    }
                    _ => return None,
                }
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn spaces(&mut self) {
        while self.bytes.get(self.at).is_some_and(is_space) {
            self.at += 1;
        }
    }

    /// A name and its colon.
    fn name(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        if self.peek()? != b'"' {
            return None;
        }
        self.string()?;
        let span = start..self.at;
        self.spaces();
        if self.peek()? != b':' {
            return None;
        }
        self.at += 1;
        Some(span)
    }

    fn string(&mut self) -> Option<()> {
        self.at += 1;
        loop {
            let rest = &self.bytes[self.at..];
            let Some(plain) = rest.iter().position(|byte| string::is_escaped(*byte)) else {
                self.at = self.bytes.len();
                return None;
            };
            self.at += plain + 1;
            match rest[plain] {
                b'"' => return Some(()),
                b'\\' => {
                    let escape = self.peek()?;
                    self.at += 1;
                    match escape {
                        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
                        b'u' => {
                            let digits = self.bytes.get(self.at..self.at + 4)?;
                            if !digits.iter().all(u8::is_ascii_hexdigit) {
                                return None;
                            }
                            self.at += 4;
                        }
                        _ => return None,
                    }
                }
                _ => return None,
            }
        }
    }

    fn word(&mut self, word: &str, kind: NodeKind) -> Option<NodeKind> {
        if !self.bytes[self.at..].starts_with(word.as_bytes()) {
            return None;
        }
        self.at += word.len();
        Some(kind)
    }

    fn number(&mut self) -> Option<()> {
        self.skip(b"-");
        match self.peek()? {
            b'0' => self.at += 1,
            _ => self.digits()?,
        }
        if self.skip(b".") {
            self.digits()?;
        }
        if self.skip(b"eE") {
            self.skip(b"+-");
            self.digits()?;
        }
        Some(())
    }

    fn skip(&mut self, any: &[u8]) -> bool {
        let found = self.peek().is_some_and(|byte| any.contains(&byte));
        self.at += usize::from(found);
        found
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_value_is_where_it_stands() {
        let text = r#" {"a" : [1.10, {"b":"\u00e9"}], "a":null } "#;
        let document = Document::parse(text).expect("JSON");
        let raw: Vec<&str> = document.nodes().iter().map(|n| document.raw(n)).collect();
        assert_eq!(
            raw[1..],
            [
                r#"[1.10, {"b":"\u00e9"}]"#,
                "1.10",
                r#"{"b":"\u00e9"}"#,
                r#""\u00e9""#,
                "null"
            ]
        );
        let children: Vec<usize> = document.children(0).collect();
        assert_eq!(children, [1, 5]);
        assert_eq!(document.children(1).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(document.key(&document.nodes()[5]).as_deref(), Some("a"));
        assert_eq!(document.string(&document.nodes()[4]).as_deref(), Some("é"));
        assert_eq!(document.depth(), 3);
        let edits = vec![(document.nodes()[5].span.clone(), "2".to_owned())];
        assert_eq!(document.with(edits), text.replace("null", "2"));
    }

    #[test]
    fn no_depth_is_too_deep() {
        let deep =
            |open: &str, close: &str| format!("{}1{}", open.repeat(300_000), close.repeat(300_000));
        for text in [deep("[", "]"), deep("{\"a\":", "}")] {
            assert_eq!(Document::parse(&text).expect("JSON").depth(), 300_000);
            assert!(Document::parse(&text[..text.len() - 1]).is_none());
        }
    }

    proptest! {
        #[test]
        fn what_is_json_is_what_it_is_elsewhere(
            text in r#"([\[\]{},: \n"]|"[a\\u0d8\u{1}é]{0,6}"|-?[0-9.eE+-]{1,4}|true|false|null|nul|"a":|\{"a":1\}){0,8}"#
        ) {
            let serde = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
            prop_assert_eq!(Document::parse(&text).is_some(), serde, "{}", text);
        }
    }
}
