//! Which recorded exchange a request asks for, and what is different in one that it does not.

use std::collections::BTreeMap;

use serde_json::Value;
use sha2::Digest;
use sha2::Sha256;
use url::Url;

use super::Content;
use super::FieldPath;
use super::Request;
use super::Rules;
use super::content::object;
use super::header;
use super::rules::MASKED;

/// Headers that choose what is asked for; the others aren't compared.
const COMPARED: [&str; 6] = [
    "range",
    "soapaction",
    "x-amz-copy-source",
    "x-amz-copy-source-range",
    "x-amz-target",
    "x-http-method-override",
];

/// How many differences of two requests are told at most.
const TOLD: usize = 20;

/// The parts of a request that are compared, after redaction and without what is masked.
#[derive(Clone, Debug)]
pub struct Asked {
    method: String,
    /// Scheme, host and port.
    origin: String,
    path: String,
    /// An object of texts, and of lists where a name comes several times.
    query: Value,
    headers: BTreeMap<&'static str, String>,
    /// What kind of body it is.
    kind: &'static str,
    body: Value,
    key: [u8; 32],
}

/// What differs between two requests.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// `method`, `host`, `path`, `query.NAME`, `headers.NAME`, `body` and what lies below: as it would
    /// stand in a mask.
    pub place: FieldPath,
    /// `None` where it is absent.
    pub asked: Option<Value>,
    pub recorded: Option<Value>,
}

impl Asked {
    /// The parts of a request that was redacted.
    pub fn new(request: &Request, rules: &Rules) -> Asked {
        let root = FieldPath::default();
        let masked = |name: &str| rules.masks_traffic(&root.key(name));
        let (origin, path, mut query) =
            match Url::parse(&request.url) {
                Ok(url) => (
                    url.origin().ascii_serialization(),
                    rules.mask_path(url.path()),
                    object(url.query_pairs().map(|(name, value)| {
                        (name.into_owned(), Value::String(value.into_owned()))
                    })),
                ),
                Err(_) => (String::new(), request.url.clone(), Value::Null),
            };
        let content_type = header(&request.headers, "content-type");
        let content = Content::parse(&request.body.bytes, content_type);
        let mut body = content.view();
        let mut headers = BTreeMap::new();
        for name in COMPARED {
            if let Some(value) = header(&request.headers, name)
                && !rules.masks_traffic(&root.key("headers").key(name))
            {
                headers.insert(name, value.to_owned());
            }
        }
        if rules.masks_any_traffic() {
            rules.mask_value(&mut query, &root.key("query"));
            rules.mask_value(&mut body, &root.key("body"));
        }
        let whole = masked("body");
        let mut asked = Asked {
            method: request.method.to_ascii_uppercase(),
            origin: if masked("host") {
                MASKED.into()
            } else {
                origin
            },
            path: if masked("path") { "/*".into() } else { path },
            query,
            headers,
            kind: if whole { "a body" } else { content.kind() },
            body,
            key: [0; 32],
        };
        asked.key = asked.digest();
        asked
    }

    /// Equal for requests that ask for the same.
    pub fn key(&self) -> &[u8; 32] {
        &self.key
    }

    fn digest(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        for text in [&self.method, &self.origin, &self.path] {
            hasher.update(text);
            hasher.update([0]);
        }
        for (name, value) in &self.headers {
            hasher.update(name);
            hasher.update([0]);
            hasher.update(value);
            hasher.update([0]);
        }
        hasher.update(self.kind);
        let mut text = Vec::new();
        canonical(&self.query, &mut text);
        canonical(&self.body, &mut text);
        hasher.update(&text);
        hasher.finalize().into()
    }

    /// What differs from a recorded request, in the order of a request's parts.
    pub fn differences(&self, recorded: &Asked) -> Vec<Difference> {
        let root = FieldPath::default();
        let mut found = Vec::new();
        let mut texts = |name: &str, asked: &str, recorded: &str| {
            if asked != recorded {
                found.push(Difference {
                    place: root.key(name),
                    asked: Some(asked.into()),
                    recorded: Some(recorded.into()),
                });
            }
        };
        texts("method", &self.method, &recorded.method);
        texts("host", &self.origin, &recorded.origin);
        texts("path", &self.path, &recorded.path);
        compare(&root.key("query"), &self.query, &recorded.query, &mut found);
        for name in COMPARED {
            let (asked, recorded) = (self.headers.get(name), recorded.headers.get(name));
            if asked != recorded {
                found.push(Difference {
                    place: root.key("headers").key(name),
                    asked: asked.map(|text| text.as_str().into()),
                    recorded: recorded.map(|text| text.as_str().into()),
                });
            }
        }
        if self.kind == recorded.kind {
            compare(&root.key("body"), &self.body, &recorded.body, &mut found);
        } else {
            found.push(Difference {
                place: root.key("body"),
                asked: Some(self.kind.into()),
                recorded: Some(recorded.kind.into()),
            });
        }
        found
    }

    /// Whether a secret was taken out of something that is compared.
    pub fn has_secrets(&self) -> bool {
        let has = |text: &str| SECRET_MARKS.iter().any(|mark| text.contains(mark));
        has(&self.path)
            || self.headers.values().any(|value| has(value))
            || [&self.query, &self.body]
                .iter()
                .any(|value| has(&value.to_string()))
    }

    /// Whether a recorded request is equal but for what is secret in it: a value may have become
    /// known as a secret only after the request, and another may stand for it where it is replayed.
    pub fn is_but_for_secrets(&self, recorded: &Asked) -> bool {
        let same_path = self.path == recorded.path || fits(&self.path, &recorded.path);
        // These hold no secrets, and most requests already differ in them.
        if self.method != recorded.method
            || self.origin != recorded.origin
            || self.kind != recorded.kind
            || !same_path
        {
            return false;
        }
        let differences = self.differences(recorded);
        differences.len() < TOLD && differences.iter().all(Difference::is_only_secret)
    }

    /// How much a recorded request is like this one; `None` when it is nothing like it.
    pub fn likeness(&self, recorded: &Asked) -> Option<i64> {
        let same_origin = self.origin == recorded.origin;
        let same_path = self.path == recorded.path;
        if !same_origin && !same_path {
            return None;
        }
        let segments = |path: &str| path.split('/').map(str::to_owned).collect::<Vec<_>>();
        let (mine, theirs) = (segments(&self.path), segments(&recorded.path));
        let common = mine.iter().zip(&theirs).filter(|(a, b)| a == b).count();
        let unlike = mine.len().max(theirs.len()) - common;
        let body = self
            .differences(recorded)
            .iter()
            .filter(|difference| difference.place.0.len() > 1)
            .count();
        let points = |yes: bool, points: i64| if yes { points } else { 0 };
        let less = i64::try_from(unlike * 10 + body).unwrap_or(i64::MAX / 2);
        Some(
            points(self.method == recorded.method, 25)
                + points(same_origin, 40)
                + points(same_path, 40)
                + points(self.kind == recorded.kind, 5)
                - less,
        )
    }
}

impl Difference {
    /// Whether a secret stands in the recorded text where others differ.
    fn is_only_secret(&self) -> bool {
        let (Some(asked), Some(Value::String(recorded))) = (&self.asked, &self.recorded) else {
            return false;
        };
        match asked {
            Value::String(asked) => fits(asked, recorded),
            Value::Number(asked) => fits(&asked.to_string(), recorded),
            _ => false,
        }
    }
}

/// What the text in the place of a secret begins with, also in a URL.
const SECRET_MARKS: [&str; 2] = ["[secret ", "[secret%20"];

/// Whether `asked` is `recorded` with some text in the place of each secret.
fn fits(asked: &str, recorded: &str) -> bool {
    let mut left = asked;
    let mut rest = recorded;
    let mut first = true;
    loop {
        let mark = SECRET_MARKS.iter().filter_map(|mark| rest.find(mark)).min();
        let Some((at, end)) = mark.and_then(|at| Some((at, at + rest[at..].find(']')? + 1))) else {
            return !first && left.ends_with(rest);
        };
        let before = &rest[..at];
        let found = match first {
            true => left.starts_with(before).then_some(0),
            false => left.find(before),
        };
        let Some(found) = found else { return false };
        left = &left[found + before.len()..];
        rest = &rest[end..];
        first = false;
    }
}

/// `value` as text that is the same for equal values: names sorted, numbers by their value.
fn canonical(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Object(fields) => {
            let mut sorted: Vec<_> = fields.iter().collect();
            sorted.sort_by_key(|(name, _)| *name);
            out.push(b'{');
            for (name, field) in sorted {
                out.extend(Value::from(name.as_str()).to_string().as_bytes());
                out.push(b':');
                canonical(field, out);
                out.push(b',');
            }
            out.push(b'}');
        }
        Value::Array(items) => {
            out.push(b'[');
            for item in items {
                canonical(item, out);
                out.push(b',');
            }
            out.push(b']');
        }
        Value::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (None, None, Some(float)) => out.extend(float.to_string().as_bytes()),
            _ => out.extend(number.to_string().as_bytes()),
        },
        other => out.extend(other.to_string().as_bytes()),
    }
}

fn same_number(asked: &Value, recorded: &Value) -> bool {
    let (mut one, mut other) = (Vec::new(), Vec::new());
    canonical(asked, &mut one);
    canonical(recorded, &mut other);
    one == other
}

fn compare(place: &FieldPath, asked: &Value, recorded: &Value, found: &mut Vec<Difference>) {
    if found.len() >= TOLD {
        return;
    }
    match (asked, recorded) {
        (Value::Object(mine), Value::Object(theirs)) => {
            for (name, value) in mine {
                match theirs.get(name) {
                    Some(other) => compare(&place.key(name), value, other, found),
                    None => tell(place.key(name), Some(value), None, found),
                }
            }
            for (name, other) in theirs {
                if !mine.contains_key(name) {
                    tell(place.key(name), None, Some(other), found);
                }
            }
        }
        (Value::Array(mine), Value::Array(theirs)) => {
            for index in 0..mine.len().max(theirs.len()) {
                match (mine.get(index), theirs.get(index)) {
                    (Some(value), Some(other)) => {
                        compare(&place.index(index), value, other, found);
                    }
                    (value, other) => tell(place.index(index), value, other, found),
                }
            }
        }
        (Value::Number(_), Value::Number(_)) if same_number(asked, recorded) => {}
        (asked, recorded) if asked == recorded => {}
        (asked, recorded) => tell(place.clone(), Some(asked), Some(recorded), found),
    }
}

fn tell(
    place: FieldPath,
    asked: Option<&Value>,
    recorded: Option<&Value>,
    found: &mut Vec<Difference>,
) {
    if found.len() < TOLD {
        found.push(Difference {
            place,
            asked: asked.cloned(),
            recorded: recorded.cloned(),
        });
    }
}

/// The longest a value is shown, in characters.
const SHOWN: usize = 80;

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown = |value: &Option<Value>| match value {
            None => "nothing".to_owned(),
            Some(value) => {
                let text = value.to_string();
                match text.char_indices().nth(SHOWN) {
                    Some((end, _)) => format!("{}…", &text[..end]),
                    None => text,
                }
            }
        };
        write!(
            f,
            "{}: {} is asked, {} is recorded",
            self.place,
            shown(&self.asked),
            shown(&self.recorded)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cassette::Payload;

    fn asked(url: &str, kind: &str, body: &str, masks: &[&str]) -> Asked {
        let masks: Vec<String> = masks.iter().map(|mask| (*mask).to_owned()).collect();
        let rules = Rules::new(&masks, &[], &[], &[]).expect("rules");
        let request = Request {
            method: "POST".into(),
            url: url.into(),
            headers: vec![("Content-Type".into(), kind.into())],
            body: Payload {
                bytes: body.to_owned().into(),
                codings: Vec::new(),
            },
        };
        Asked::new(&request, &rules)
    }

    const JSON: &str = "application/json";

    #[test]
    fn equal_requests_are_found_by_their_values() {
        let url = "https://a.example/p?x=1&y=2";
        let same = |one: Asked, other: Asked| one.key() == other.key();
        let first = || asked(url, JSON, "{\"a\":1,\"b\":[2.50]}", &[]);
        assert!(same(
            first(),
            asked(
                "https://a.example:443/p?y=2&x=1",
                JSON,
                "{ \"b\": [2.5], \"a\": 1 }",
                &[]
            )
        ));
        assert!(!same(first(), asked(url, JSON, "{\"a\":1,\"b\":[2]}", &[])));
        assert!(!same(
            first(),
            asked(
                "https://a.example/p?x=1",
                JSON,
                "{\"a\":1,\"b\":[2.5]}",
                &[]
            )
        ));
        let form = "application/x-www-form-urlencoded";
        assert!(same(
            asked(url, form, "a=1&b=2", &[]),
            asked(url, form, "b=2&a=1", &[])
        ));
        assert!(!same(
            asked(url, form, "a=1&a=2", &[]),
            asked(url, form, "a=2&a=1", &[])
        ));
        let masks = ["body.at", "query.x"];
        assert!(same(
            asked("https://a.example/p?x=1", JSON, "{\"at\":1}", &masks),
            asked("https://a.example/p?x=2", JSON, "{\"at\":2}", &masks)
        ));
        let masks = ["/u/*/e"];
        assert!(same(
            asked("https://a.example/u/1/e", JSON, "{}", &masks),
            asked("https://a.example/u/2/e", JSON, "{}", &masks)
        ));
    }

    #[test]
    fn a_secret_stands_for_any_text() {
        for (asked, recorded, expected) in [
            ("a", "a", false),
            ("key=abc;", "key=[secret x];", true),
            ("key=abc", "key=[secret x];", false),
            ("abc", "[secret x]", true),
            ("a-1-b-2", "a-[secret x]-b-[secret y]", true),
            ("a-1-c-2", "a-[secret x]-b-[secret y]", false),
            ("/u/17/x", "/u/[secret%20id]/x", true),
            ("[secret", "[secret ", false),
        ] {
            assert_eq!(fits(asked, recorded), expected, "{asked} {recorded}");
        }
        let body = |text: &str| asked("https://a.example/", JSON, text, &[]);
        let recorded = body("{\"k\":\"[secret k]\",\"pin\":\"[secret pin]\",\"n\":1}");
        assert!(body("{\"k\":\"abc\",\"pin\":1234,\"n\":1}").is_but_for_secrets(&recorded));
        assert!(!body("{\"k\":\"abc\",\"pin\":1234,\"n\":2}").is_but_for_secrets(&recorded));
        assert!(!body("{\"k\":\"abc\",\"n\":1}").is_but_for_secrets(&recorded));
    }

    #[test]
    fn differences_are_named() {
        let texts = |one: Asked, other: Asked| {
            let found = one.differences(&other);
            found.iter().map(Difference::to_string).collect::<Vec<_>>()
        };
        assert_eq!(
            texts(
                asked(
                    "https://a.example/p?x=1",
                    JSON,
                    "{\"a\":{\"b\":[1,2]},\"n\":1.0}",
                    &[]
                ),
                asked(
                    "https://b.example/p?x=2",
                    JSON,
                    "{\"a\":{\"b\":[1]},\"n\":1}",
                    &[]
                )
            ),
            [
                "host: \"https://a.example\" is asked, \"https://b.example\" is recorded",
                "query.x: \"1\" is asked, \"2\" is recorded",
                "body.a.b[1]: 2 is asked, nothing is recorded",
            ]
        );
        assert_eq!(
            texts(
                asked("https://a.example/p", "text/x", "a", &[]),
                asked("https://a.example/p", JSON, "{}", &[])
            ),
            ["body: \"text\" is asked, \"JSON\" is recorded"]
        );
    }
}
