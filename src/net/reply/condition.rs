//! What a request has to say to get a reply.

use serde::{Deserialize, Serialize};

use crate::cassette::{Content, Request, header, lower_header};
use crate::json::{FieldPath, Json, JsonObject, PathError, PathPart};

/// What stands somewhere in a request: `body.currency`, `query.page`, `headers.x-id`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReplyCondition {
    place: FieldPath,
    /// Of an object, only what is named has to be there.
    value: Json,
}

/// Why a text names nothing in a request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConditionError {
    #[error(transparent)]
    Path(#[from] PathError),
    #[error("`{0}` is no part of a request")]
    Part(String),
}

impl ConditionError {
    /// What to write instead.
    pub fn hint(&self) -> &'static str {
        "name a place in the body, the query or the headers, as in \"body.currency\", \"query.page\" or \"headers.x-id\""
    }
}

impl ReplyCondition {
    /// That `value` stands at `place`.
    pub fn new(place: &str, value: Json) -> Result<ReplyCondition, ConditionError> {
        let path = lower_header(place.parse()?);
        match path.0.first() {
            Some(PathPart::Key(part)) if ["body", "query", "headers"].contains(&part.as_str()) => {
                Ok(ReplyCondition { place: path, value })
            }
            _ => Err(ConditionError::Part(place.to_owned())),
        }
    }

    /// Whether it holds for a request in the form of [`view`].
    pub fn holds(&self, request: &Json) -> bool {
        self.holds_below(&FieldPath::default(), request)
    }

    fn holds_below(&self, place: &FieldPath, found: &Json) -> bool {
        if self.place.matches(place) && has(found, &self.value) {
            return true;
        }
        match found {
            Json::Object(fields) => fields
                .iter()
                .any(|(name, field)| self.holds_below(&place.key(name), field)),
            Json::Array(items) => (0..)
                .zip(items)
                .any(|(index, item)| self.holds_below(&place.index(index), item)),
            _ => false,
        }
    }
}

/// A request as conditions see it: an object of its `query`, `headers` and `body`.
pub(super) fn view(request: &Request) -> Json {
    let query = url::Url::parse(&request.url).map_or(Json::Null, |url| {
        let pairs = url.query_pairs().into_owned();
        Content::Form(pairs.collect()).view()
    });
    let headers = request.headers.iter();
    let headers: JsonObject = headers
        .map(|(name, value)| (name.to_ascii_lowercase(), Json::from(value.as_str())))
        .collect();
    let kind = header(&request.headers, "content-type");
    Json::object([
        ("query", query),
        ("headers", Json::Object(headers)),
        ("body", Content::parse(&request.body.bytes, kind).view()),
    ])
}

/// Whether `found` is `wanted`, or has all that is in it. In forms, queries and headers all is text.
fn has(found: &Json, wanted: &Json) -> bool {
    match (found, wanted) {
        (Json::Object(found), Json::Object(wanted)) => wanted
            .iter()
            .all(|(name, value)| found.get(name).is_some_and(|found| has(found, value))),
        (Json::String(text), Json::Number(_) | Json::Bool(_)) => *text == wanted.to_string(),
        _ => found == wanted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cassette::Payload;
    use crate::json::arbitrary::json;

    #[test]
    fn a_condition_is_on_any_part_of_a_request() {
        let request = Request {
            method: "POST".into(),
            url: "https://a.example/?page=2&tag=a&tag=b".into(),
            headers: vec![
                ("Content-Type".into(), "application/json".into()),
                ("X-Id".into(), "7".into()),
            ],
            body: Payload {
                bytes: r#"{"a":{"b":1.0,"c":"x"},"items":[{"id":1},{"id":2}]}"#.into(),
                codings: Vec::new(),
            },
        };
        let view = view(&request);
        for (place, value, holds) in [
            ("body.a.b", json!(1), true),
            ("body.a", json!({"b": 1}), true),
            ("body", json!({"a": {"c": "x"}}), true),
            ("body.items[*].id", json!(2), true),
            ("body.items[0].id", json!(2), false),
            ("body.a.b", json!("1"), false),
            ("body.z", json!(null), false),
            ("query.page", json!(2), true),
            ("query.page", json!("2"), true),
            ("query.tag", json!(["a", "b"]), true),
            ("query.page", json!("3"), false),
            ("headers.X-ID", json!("7"), true),
        ] {
            let condition = ReplyCondition::new(place, value.clone()).expect(place);
            assert_eq!(condition.holds(&view), holds, "{place} {value}");
        }
        assert!(ReplyCondition::new("url", json!(1)).is_err());
        assert!(ReplyCondition::new("body..a", json!(1)).is_err());
    }
}
