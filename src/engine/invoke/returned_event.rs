//! Whether a handler hands an event on: an insert function does, and a destination function doesn't.

use std::cell::OnceCell;

use JsToken::{Mark, Word};
use memchr::memmem;

use crate::text::{JsToken, js_tokens};

/// Functions that call functions are looked into so deep.
const CALLS: usize = 3;
/// And expressions in expressions.
const NESTING: usize = 40;
/// An expression is looked at so far, in tokens.
const LONGEST: usize = 2000;
/// What copies or changes the object that it is given first, beside all of lodash.
const COPIES: [&str; 1] = ["structuredClone"];
/// Beside `type`, an event has at least one of these.
const FIELDS: [&str; 8] = [
    "event",
    "properties",
    "traits",
    "context",
    "userId",
    "anonymousId",
    "messageId",
    "groupId",
];

/// Whether the handler with the text `handler` returns its event, a changed copy of it, or another
/// event, as far as its text shows. `source` has the functions that it calls.
pub fn returns_event(handler: &str, source: &str) -> bool {
    let tokens = js_tokens(handler);
    let source = Source {
        text: source,
        tokens: OnceCell::new(),
    };
    FunctionText::new(&tokens).is_some_and(|function| function.returns_event(0, &source, 0))
}

/// The whole text, which few functions need.
struct Source<'s> {
    text: &'s str,
    tokens: OnceCell<Vec<JsToken<'s>>>,
}

/// A function in a text.
struct FunctionText<'t, 's> {
    parameters: Vec<&'s str>,
    /// What stands in its braces; or the value of an arrow function without any.
    body: &'t [JsToken<'s>],
    is_value: bool,
}

impl<'t, 's> FunctionText<'t, 's> {
    /// The function with which `tokens` begin.
    fn new(tokens: &'t [JsToken<'s>]) -> Option<FunctionText<'t, 's>> {
        let open = tokens.iter().position(|token| *token == Mark("("));
        let arrow = tokens.iter().position(|token| *token == Mark("=>"));
        let (parameters, after) = match (open, arrow) {
            (Some(open), arrow) if arrow.is_none_or(|arrow| open < arrow) => {
                let close = open + closing(&tokens[open..])?;
                (parameters(&tokens[open + 1..close]), close + 1)
            }
            (_, Some(arrow)) => match tokens.get(arrow.checked_sub(1)?) {
                Some(Word(name)) => (vec![*name], arrow),
                _ => return None,
            },
            _ => return None,
        };
        let is_arrow = tokens.get(after) == Some(&Mark("=>"));
        let start = after + usize::from(is_arrow);
        match tokens.get(start)? {
            Mark("{") => Some(FunctionText {
                parameters,
                body: &tokens[start + 1..start + closing(&tokens[start..])?],
                is_value: false,
            }),
            _ if is_arrow => Some(FunctionText {
                parameters,
                body: &tokens[start..],
                is_value: true,
            }),
            _ => None,
        }
    }

    /// The one of this name that `source` defines.
    fn named(source: &'t Source<'s>, name: &str) -> Option<FunctionText<'t, 's>> {
        if !may_define(source.text, name) {
            return None;
        }
        let source = source.tokens.get_or_init(|| js_tokens(source.text));
        let defines = |at: usize| {
            let before = at.checked_sub(1).map(|before| source[before]);
            match before {
                Some(Word("function")) => true,
                Some(Word("const" | "let" | "var")) => source.get(at + 1) == Some(&Mark("=")),
                _ => false,
            }
        };
        let named = |at: &usize| source[*at] == Word(name) && defines(*at);
        let at = (0..source.len()).find(named)?;
        FunctionText::new(&source[at..])
    }

    /// Whether it returns an event, where it gets one as its parameter number `parameter`.
    fn returns_event(&self, parameter: usize, source: &Source, calls: usize) -> bool {
        let mut events = Events {
            names: self
                .parameters
                .get(parameter)
                .copied()
                .into_iter()
                .collect(),
            others: Vec::new(),
            source,
            calls,
        };
        if self.is_value {
            return events.has(self.body, 0);
        }
        let mut at = 0;
        while let Some(token) = self.body.get(at) {
            let rest = &self.body[at..];
            at += match (token, rest.get(1)) {
                (Word("return"), Some(_)) if events.has(&rest[1..], 0) => return true,
                (Word(name), Some(Mark("="))) => {
                    events.assign(name, &rest[2..]);
                    2
                }
                // What another function returns is none of this one's.
                (Mark("=>"), Some(Mark("{"))) => 1 + closing(&rest[1..]).unwrap_or(1),
                (Word("function"), _) => match rest.iter().position(|token| *token == Mark("{")) {
                    Some(open) => open + closing(&rest[open..]).unwrap_or(1),
                    None => 1,
                },
                _ => 1,
            };
        }
        false
    }
}

/// What is known to be an event in a function.
struct Events<'s, 't, 'u> {
    names: Vec<&'s str>,
    /// What is known to be something else.
    others: Vec<&'s str>,
    source: &'t Source<'u>,
    /// How many functions have called each other up to this one.
    calls: usize,
}

impl<'s> Events<'s, '_, '_> {
    fn assign(&mut self, name: &'s str, value: &[JsToken<'s>]) {
        self.names.retain(|known| *known != name);
        self.others.retain(|known| *known != name);
        match self.has(value, 0) {
            true => self.names.push(name),
            false if value.first() == Some(&Mark("{")) && is_named_as_one(name) => {
                // Its fields may come later.
                self.names.push(name);
            }
            false => self.others.push(name),
        }
    }

    /// Whether an event is the value of the expression with which `tokens` begin, which stands in
    /// `depth` others.
    fn has(&self, tokens: &[JsToken], depth: usize) -> bool {
        if depth > NESTING {
            return false;
        }
        let tokens = &tokens[..tokens.len().min(LONGEST)];
        let end = end_of_expression(tokens);
        let value = &tokens[..end];
        if let Some((yes, no)) = choices(value) {
            return self.has(yes, depth + 1) || self.has(no, depth + 1);
        }
        match value {
            [Word("await"), rest @ ..] => self.has(rest, depth + 1),
            [Mark("("), ..] => match closing(value) {
                Some(close) if close + 1 == value.len() => self.has(&value[1..close], depth + 1),
                _ => false,
            },
            [Mark("{"), ..] => closing(value).is_some_and(|close| {
                close + 1 == value.len() && self.is_event_literal(&value[1..close], depth)
            }),
            [Word(name)] => {
                self.names.contains(name) || !self.others.contains(name) && is_named_as_one(name)
            }
            [.., Mark(")")] => self.is_called(value, depth),
            _ => false,
        }
    }

    /// Whether the fields of an object are those of an event.
    fn is_event_literal(&self, fields: &[JsToken], depth: usize) -> bool {
        let (mut brackets, mut has_type, mut has_field) = (0, false, false);
        for (at, token) in fields.iter().enumerate() {
            let before = at.checked_sub(1).map(|before| fields[before]);
            match token {
                Mark("{" | "[" | "(") => brackets += 1,
                Mark("}" | "]" | ")") => brackets -= 1,
                Mark("...") if brackets == 0 => {
                    let rest = &fields[at + 1..];
                    if self.has(&rest[..end_of_element(rest)], depth + 1) {
                        return true;
                    }
                }
                Word(name) if brackets == 0 && matches!(before, None | Some(Mark(","))) => {
                    has_type |= *name == "type";
                    has_field |= FIELDS.contains(name);
                }
                _ => {}
            }
        }
        has_type && has_field
    }

    /// Whether a call gives an event.
    fn is_called(&self, call: &[JsToken], depth: usize) -> bool {
        let Some(open) = call.iter().position(|token| *token == Mark("(")) else {
            return false;
        };
        if closing(&call[open..]).map(|close| open + close + 1) != Some(call.len()) {
            return false;
        }
        let arguments = &call[open + 1..call.len() - 1];
        let mut elements = elements(arguments);
        match &call[..open] {
            [Word("Object"), Mark("."), Word("assign")] => {
                elements.any(|element| self.has(element, depth + 1))
            }
            [Word("JSON"), Mark("."), Word("parse" | "stringify")] | [Word("_"), Mark("."), _] => {
                elements
                    .next()
                    .is_some_and(|element| self.has(element, depth + 1))
            }
            [Word(name)] if COPIES.contains(name) => elements
                .next()
                .is_some_and(|element| self.has(element, depth + 1)),
            [Word(name)] if self.calls < CALLS => {
                let function = FunctionText::named(self.source, name);
                let given = elements.position(|element| self.has(element, depth + 1));
                function.is_some_and(|function| {
                    let given = given.unwrap_or(usize::MAX);
                    function.returns_event(given, self.source, self.calls + 1)
                })
            }
            _ => false,
        }
    }
}

/// Whether a text may define a function of this name. Most that are called are the platform's, such as `fetch`, and to
/// take a bundle of megabytes apart to see that takes longer than all else that loads it.
fn may_define(text: &str, name: &str) -> bool {
    memmem::find_iter(text.as_bytes(), name).any(|at| {
        let before = text[..at].trim_end_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        let line = before.rsplit(['\n', '\r', '\u{2028}', '\u{2029}']).next();
        ["function", "const", "let", "var", "*/"]
            .iter()
            .any(|end| before.ends_with(end))
            || line.is_some_and(|line| line.contains("//"))
    })
}

/// Whether an object is called an event: `newEvent`, `transformed_event`, `eventCopy`.
fn is_named_as_one(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace('_', "");
    let copies = [
        "copy",
        "clone",
        "out",
        "new",
        "updated",
        "modified",
        "transformed",
    ];
    let stem = copies.iter().find_map(|end| name.strip_suffix(end));
    stem.unwrap_or(&name).ends_with("event")
}

/// The names of parameters; an empty one for what is taken apart.
fn parameters<'s>(tokens: &[JsToken<'s>]) -> Vec<&'s str> {
    let name = |element: &[JsToken<'s>]| match element.first() {
        Some(Word(name)) => *name,
        _ => "",
    };
    elements(tokens).map(name).collect()
}

/// What stands between the commas of a list.
fn elements<'t, 's>(mut list: &'t [JsToken<'s>]) -> impl Iterator<Item = &'t [JsToken<'s>]> {
    std::iter::from_fn(move || {
        if list.is_empty() {
            return None;
        }
        let end = end_of_element(list);
        let element = &list[..end];
        list = list.get(end + 1..).unwrap_or_default();
        Some(element)
    })
}

fn end_of_element(list: &[JsToken]) -> usize {
    end_at(list, &[","])
}

/// Where the expression ends with which `tokens` begin: before a semicolon or a bracket, or where a
/// new statement must begin as two values follow each other.
fn end_of_expression(tokens: &[JsToken]) -> usize {
    let end = end_at(tokens, &[";", ","]);
    let is_value = |token: &JsToken| match token {
        Word(word) => !OPERATORS.contains(word),
        JsToken::Text(_) | JsToken::Literal => true,
        Mark(mark) => ["}", ")", "]"].contains(mark),
    };
    let begins = |token: &JsToken| match token {
        Word(word) => !OPERATORS.contains(word) || *word == "await",
        Mark(mark) => *mark == "{",
        JsToken::Text(_) => true,
        JsToken::Literal => false,
    };
    let mut depth = 0_usize;
    for at in 0..end {
        match tokens[at] {
            Mark("{" | "[" | "(") => depth += 1,
            Mark("}" | "]" | ")") => depth = depth.saturating_sub(1),
            _ => {}
        }
        let is_prefix = matches!(tokens[at], Word("await" | "typeof" | "new" | "async"));
        if depth == 0
            && at + 1 < end
            && !is_prefix
            && is_value(&tokens[at])
            && begins(&tokens[at + 1])
        {
            return at + 1;
        }
    }
    end
}

/// Words between or before the values of one expression.
const OPERATORS: [&str; 7] = ["await", "typeof", "new", "in", "of", "instanceof", "async"];

/// Where one of `marks` stands outside of brackets, or brackets end that don't begin here.
fn end_at(tokens: &[JsToken], marks: &[&str]) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Mark("{" | "[" | "(") => depth += 1,
            Mark("}" | "]" | ")") if depth == 0 => return at,
            Mark("}" | "]" | ")") => depth -= 1,
            Mark(mark) if depth == 0 && marks.contains(mark) => return at,
            _ => {}
        }
    }
    tokens.len()
}

/// The values between which `a ? b : c`, `a && b` and `a || b` choose.
fn choices<'t, 's>(value: &'t [JsToken<'s>]) -> Option<(&'t [JsToken<'s>], &'t [JsToken<'s>])> {
    let question = end_at(value, &["?"]);
    if question < value.len() {
        let rest = &value[question + 1..];
        let colon = end_at(rest, &[":"]);
        return Some((&rest[..colon], rest.get(colon + 1..).unwrap_or_default()));
    }
    let operator = end_at(value, &["&&", "||", "??"]);
    let right = value.get(operator + 1..)?;
    Some((&value[..operator], right))
}

/// Where the bracket is closed with which `tokens` begin.
fn closing(tokens: &[JsToken]) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Mark("{" | "[" | "(") => depth += 1,
            Mark("}" | "]" | ")") => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_insert_function_is_known_by_what_it_returns() {
        for text in [
            "async function onTrack(event, settings) {\n  return event;\n}",
            "async (e) => { if (x) return e; }",
            "e => e",
            "async (e) => ({ ...e, x: 1 })",
            "function (event) { return (event) }",
            "async function onTrack(event) {\n  const transformed = { ...event, a: 1 };\n  return transformed;\n}",
            "async function onTrack(event) { const t = Object.assign({}, event); return t }",
            "async function onTrack(event) { let copy = _.cloneDeep(event); delete copy.x; return copy }",
            "async function onTrack(event) { let copy = JSON.parse(JSON.stringify(event)); return copy }",
            "async function onTrack(e) { const x = e; x.y = 1\n return x\n}",
            "async function onTrack(event) { const transformed_event = {}; transformed_event.type = 'track'; return transformed_event }",
            "async function onTrack(event) { return { type: 'track', event: event.event, properties: {} } }",
            "async function onTrack(event) { return event.x ? event : null }",
            "async function onTrack(event) { return event.ok && event }",
            "async function onTrack(event) { const { a } = event.properties; const updatedEvent = await f(a); return { ...event, a } }",
            "async function onTrack(event) { return mask(1, event) }",
            "async function onTrack(event) { return await maskLater(event) }",
            "async function onTrack(event) { list.forEach(function (x) { return x }); const f = (y) => { return y }; return event }",
        ] {
            let source = "function mask(n, ev) { ev.a = n; return ev }
                const maskLater = async (ev) => { await x; return mask(1, ev) }";
            assert!(returns_event(text, source), "{text}");
        }
    }

    #[test]
    fn a_destination_function_is_none() {
        for text in [
            "async function onTrack(event, settings) {\n  return event.type;\n}",
            "async function onTrack(event) {\n  // return event\n}",
            "async function onTrack(event) { return events; }",
            "async function onTrack() { return fetch('x'); }",
            "async function onTrack(event) { return send(event) }",
            "async function onTrack(event) { const newEvent = await fetch('x'); return newEvent }",
            "async function onTrack(event) { const body = { type: 'page', url: 1 }; return body }",
            "async function onTrack(event) { return { status: 200, event } }",
            "async function onTrack(event) { return list.map((event) => { return event }) }",
            "async function onTrack(event) { return JSON.stringify(event.properties) }",
            "async function onTrack(event) { await post('x', { ...event }); return }",
            "async function onTrack(event) { if (a) return\n event.x = 1 }",
            "async function onTrack(event) { return event.id + event }",
        ] {
            let source = "async function send(body) { const r = await fetch('x', { body }); return r.json() }";
            assert!(!returns_event(text, source), "{text}");
        }
    }

    #[test]
    fn a_text_that_makes_no_sense_is_none() {
        for text in [
            "",
            "(",
            "=>",
            "a =>",
            "function (",
            "function () {",
            ") } ]",
            "( ) => (",
        ] {
            assert!(!returns_event(text, text), "{text}");
        }
        let deep = "(".repeat(10_000) + "=> { return a(";
        assert!(!returns_event(&deep, &deep));
    }

    #[test]
    fn a_bundle_was_taken_apart_for_a_function_that_it_does_not_define() {
        let named = |text: &str, name: &str| {
            let source = Source {
                text,
                tokens: OnceCell::new(),
            };
            let is_there = FunctionText::named(&source, name).is_some();
            (is_there, source.tokens.get().is_some())
        };
        let calls = "const answer = await fetch(x);\nfetch(y).then(z => fetchAll(z))";
        assert_eq!(named(calls, "fetch"), (false, false));
        for defines in [
            "function mask(a) { return a }",
            "function\n\tmask(a) { return a }",
            "function /* one */ mask(a) { return a }",
            "function // one\n mask(a) { return a }",
            "let mask = a => a",
            "var mask = function (a) { return a }",
        ] {
            assert_eq!(named(defines, "mask"), (true, true), "{defines}");
        }
    }
}
