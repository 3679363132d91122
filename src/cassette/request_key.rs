//! Which recorded exchange a request asks for, and how much another one is like it.

mod distance;

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use url::Url;

pub use self::distance::Distance;
use super::content::{Content, object};
use super::recorded_exchange::{Request, header};
use super::request_difference::{RequestDifference, fits};
use super::rules::{MASKED, Rules};
use crate::json::{FieldPath, Json, canonical_text, differences};
use crate::secrets::stand_in;

/// Headers that choose what is asked for; the others aren't compared.
const COMPARED: [&str; 6] = [
    "range",
    "soapaction",
    "x-amz-copy-source",
    "x-amz-copy-source-range",
    "x-amz-target",
    "x-http-method-override",
];

/// The most differences of two requests that are told.
const TOLD: usize = 20;

/// The parts of a request that are compared, after redaction and without what is masked.
#[derive(Clone, Debug)]
pub struct RequestKey {
    method: String,
    /// Scheme, host and port.
    origin: String,
    path: String,
    /// An object of texts, and of lists where a name comes several times.
    query: Json,
    headers: BTreeMap<&'static str, String>,
    /// What kind of body it is.
    kind: &'static str,
    body: Json,
    digest: [u8; 32],
    has_secrets: bool,
}

impl RequestKey {
    /// The parts of a request that was redacted.
    pub fn new(request: &Request, rules: &Rules) -> RequestKey {
        let root = FieldPath::default();
        let masked = |name: &str| rules.masks_traffic(&root.key(name));
        let (origin, path, mut query) = match Url::parse(&request.url) {
            Ok(url) => (
                url.origin().ascii_serialization(),
                rules.mask_path(url.path()),
                object(
                    url.query_pairs()
                        .map(|(name, value)| (name.into_owned(), Json::from(&*value))),
                ),
            ),
            Err(_) => (String::new(), request.url.clone(), Json::Null),
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
        let mut asked = RequestKey {
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
            digest: [0; 32],
            has_secrets: false,
        };
        asked.digest = asked.make_digest();
        asked.has_secrets = asked.find_secrets();
        asked
    }

    /// Equal for requests that ask for the same.
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    fn make_digest(&self) -> [u8; 32] {
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
        hasher.update(canonical_text(&self.query));
        hasher.update(canonical_text(&self.body));
        hasher.finalize().into()
    }

    /// What differs from a recorded request, in the order of a request's parts.
    pub fn differences(&self, recorded: &RequestKey) -> Vec<RequestDifference> {
        let root = FieldPath::default();
        let text = |name: &str, asked: &str, recorded: &str| {
            RequestDifference::from_texts(root.key(name), Some(asked), Some(recorded))
        };
        let mut found: Vec<RequestDifference> = [
            text("method", &self.method, &recorded.method),
            text("host", &self.origin, &recorded.origin),
            text("path", &self.path, &recorded.path),
        ]
        .into_iter()
        .flatten()
        .collect();
        below(&root.key("query"), &self.query, &recorded.query, &mut found);
        let headers = root.key("headers");
        found.extend(COMPARED.iter().filter_map(|name| {
            let [asked, recorded] = [self, recorded].map(|key| key.headers.get(name));
            let [asked, recorded] = [asked, recorded].map(|value| value.map(String::as_str));
            RequestDifference::from_texts(headers.key(name), asked, recorded)
        }));
        let body = root.key("body");
        if self.kind == recorded.kind {
            below(&body, &self.body, &recorded.body, &mut found);
        } else {
            found.extend(text("body", self.kind, recorded.kind));
        }
        found
    }

    /// Whether a secret was taken out of something that is compared.
    pub fn has_secrets(&self) -> bool {
        self.has_secrets
    }

    fn find_secrets(&self) -> bool {
        let has = stand_in::is_in;
        has(&self.path)
            || self.headers.values().any(|value| has(value))
            || [&self.query, &self.body].into_iter().any(has_stand_in)
    }

    /// Method, scheme, host, port and path as one text: equal for requests that go to the same place.
    pub fn target(&self) -> String {
        format!("{} {}{}", self.method, self.origin, self.path)
    }

    /// Whether a recorded request goes to the same place, whatever secrets are in its path.
    pub fn has_target_of(&self, recorded: &RequestKey) -> bool {
        self.method == recorded.method
            && self.origin == recorded.origin
            && (self.path == recorded.path || fits(&self.path, &recorded.path))
    }

    /// Whether a recorded request is equal but for what is secret in it: a value may have become
    /// known as a secret only after the request, and another may stand for it where it is replayed.
    pub fn is_but_for_secrets(&self, recorded: &RequestKey) -> bool {
        // Most requests already differ in these.
        if self.kind != recorded.kind || !self.has_target_of(recorded) {
            return false;
        }
        let differences = self.differences(recorded);
        differences.len() < TOLD && differences.iter().all(RequestDifference::is_only_secret)
    }

    /// How much a recorded request is like this one; `None` when it is nothing like it.
    pub fn likeness(&self, recorded: &RequestKey) -> Option<i64> {
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
            .filter(|difference| difference.0.path.0.len() > 1)
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

fn has_stand_in(value: &Json) -> bool {
    match value {
        Json::String(text) => stand_in::is_in(text),
        Json::Number(number) => stand_in::is_number(number.as_str()),
        Json::Array(items) => items.iter().any(has_stand_in),
        Json::Object(fields) => fields.values().any(has_stand_in),
        Json::Null | Json::Bool(_) => false,
    }
}

/// Adds what differs below `path` of two requests.
fn below(path: &FieldPath, asked: &Json, recorded: &Json, found: &mut Vec<RequestDifference>) {
    let left = TOLD.saturating_sub(found.len());
    let inner = differences(asked, recorded, left).into_iter();
    found.extend(inner.map(|difference| RequestDifference(difference.under(path))));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cassette::{Payload, Redaction};

    fn asked(url: &str, kind: &str, body: &str, masks: &[&str]) -> RequestKey {
        let masks: Vec<String> = masks.iter().map(|mask| (*mask).to_owned()).collect();
        let rules = Rules::new(&masks, &Redaction::default()).expect("rules");
        let request = Request {
            method: "POST".into(),
            url: url.into(),
            headers: vec![("Content-Type".into(), kind.into())],
            body: Payload {
                bytes: body.to_owned().into(),
                codings: Vec::new(),
            },
        };
        RequestKey::new(&request, &rules)
    }

    const JSON: &str = "application/json";

    #[test]
    fn equal_requests_are_found_by_their_values() {
        let url = "https://a.example/p?x=1&y=2";
        let same = |one: RequestKey, other: RequestKey| one.digest() == other.digest();
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
    fn a_request_may_be_equal_but_for_secrets() {
        let body = |text: &str| asked("https://a.example/", JSON, text, &[]);
        let recorded = body("{\"k\":\"[secret k]\",\"pin\":\"[secret pin]\",\"n\":1}");
        assert!(body("{\"k\":\"abc\",\"pin\":1234,\"n\":1}").is_but_for_secrets(&recorded));
        assert!(!body("{\"k\":\"abc\",\"pin\":1234,\"n\":2}").is_but_for_secrets(&recorded));
        assert!(!body("{\"k\":\"abc\",\"n\":1}").is_but_for_secrets(&recorded));
    }

    #[test]
    fn differences_are_named() {
        let texts = |one: RequestKey, other: RequestKey| {
            let found = one.differences(&other);
            found
                .iter()
                .map(RequestDifference::to_string)
                .collect::<Vec<_>>()
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
                "host: the request has \"https://a.example\", the recording has \"https://b.example\"",
                "query.x: the request has \"1\", the recording has \"2\"",
                "body.a.b[1]: the request has 2, the recording has nothing",
            ]
        );
        assert_eq!(
            texts(
                asked("https://a.example/p", "text/x", "a", &[]),
                asked("https://a.example/p", JSON, "{}", &[])
            ),
            ["body: the request has \"text\", the recording has \"JSON\""]
        );
    }
}
