//! What a body says, by its content type.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use url::form_urlencoded;

use super::multipart::Multipart;
use crate::json::{Document, Json, JsonObject, string};

/// What the content type says of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    Json,
    Form,
    /// Nothing of use: an object or a list in JSON is known by itself.
    Unsaid,
    Other,
}

impl BodyKind {
    pub fn of(content_type: Option<&str>) -> BodyKind {
        let kind = content_type.unwrap_or_default().split(';').next();
        let kind = kind.unwrap_or_default().trim().to_ascii_lowercase();
        match kind.as_str() {
            "application/x-www-form-urlencoded" => BodyKind::Form,
            kind if kind.ends_with("json") => BodyKind::Json,
            "" | "text/plain" | "application/octet-stream" | "binary/octet-stream" => {
                BodyKind::Unsaid
            }
            _ => BodyKind::Other,
        }
    }
}

/// A decoded body, taken apart.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    Empty,
    Json(Json),
    /// Several JSON values, one a line.
    Lines(Vec<Json>),
    /// Names and values in their order.
    Form(Vec<(String, String)>),
    Multipart(Multipart),
    Text(String),
    Binary(Bytes),
}

impl Content {
    /// What `bytes` are. The content type says it; where it says nothing of use, as for a text that
    /// node-fetch was given, an object or a list in JSON is known by itself.
    pub fn parse(bytes: &Bytes, content_type: Option<&str>) -> Content {
        if bytes.is_empty() {
            return Content::Empty;
        }
        if let Some(multipart) = Multipart::of(bytes, content_type) {
            return Content::Multipart(multipart);
        }
        let Ok(text) = std::str::from_utf8(bytes) else {
            return Content::Binary(bytes.clone());
        };
        let kind = BodyKind::of(content_type);
        if kind == BodyKind::Form {
            let pairs = form_urlencoded::parse(text.as_bytes());
            return Content::Form(pairs.into_owned().collect());
        }
        let bare = text.trim_start_matches('\u{feff}').trim();
        let may_be_json =
            kind == BodyKind::Json || (kind == BodyKind::Unsaid && bare.starts_with(['{', '[']));
        if may_be_json && let Ok(value) = Json::parse(bare) {
            return Content::Json(value);
        }
        if let Some(lines) = lines(bare) {
            return Content::Lines(lines);
        }
        if text.contains('\0') {
            return Content::Binary(bytes.clone());
        }
        Content::Text(text.to_owned())
    }

    /// What kind of body it is, for people.
    pub fn kind(&self) -> &'static str {
        match self {
            Content::Empty => "no body",
            Content::Json(_) => "JSON",
            Content::Lines(_) => "JSON lines",
            Content::Form(_) => "a form",
            Content::Multipart(_) => "a multipart form",
            Content::Text(_) => "text",
            Content::Binary(_) => "binary data",
        }
    }

    /// One JSON value that names every part, so that paths lead into any body: a form is an object
    /// (with a list where a name comes several times), and so is a multipart form.
    pub fn view(&self) -> Json {
        match self {
            Content::Empty => Json::Null,
            Content::Json(value) => value.clone(),
            Content::Lines(values) => Json::Array(values.clone()),
            Content::Form(pairs) => {
                let pairs = pairs.iter().cloned();
                object(pairs.map(|(name, value)| (name, Json::from(value))))
            }
            Content::Multipart(multipart) => object(multipart.parts.iter().map(|part| {
                let mut value = part.content.view();
                if let Some(filename) = &part.filename {
                    let mut file = JsonObject::new();
                    file.insert("filename", filename.as_str());
                    let kind = part.content_type.as_deref();
                    file.insert("type", kind.map_or(Json::Null, Json::from));
                    file.insert("content", value);
                    value = Json::Object(file);
                }
                (part.name.clone(), value)
            })),
            Content::Text(text) => Json::from(text.as_str()),
            Content::Binary(bytes) => Json::from(STANDARD.encode(bytes)),
        }
    }
}

/// An object of `pairs`. A name that comes several times has a list of its values.
pub(super) fn object(pairs: impl Iterator<Item = (String, Json)>) -> Json {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut values: Vec<(String, Vec<Json>)> = Vec::new();
    for (name, value) in pairs {
        let place = *places.entry(name).or_insert_with_key(|name| {
            values.push((name.clone(), Vec::new()));
            values.len() - 1
        });
        values[place].1.push(value);
    }
    let fields = values.into_iter().map(|(name, mut list)| {
        let value = match list.len() {
            1 => list.remove(0),
            _ => Json::Array(list),
        };
        (string::from_text(&name).into_owned(), value)
    });
    Json::Object(fields.collect())
}

/// The values of a text that holds several, each an object or a list on its own line.
fn lines(text: &str) -> Option<Vec<Json>> {
    if !is_lines(text) {
        return None;
    }
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.map(|line| Json::parse(line).ok()).collect()
}

/// Whether a text holds several values, each an object or a list on its own line.
pub(super) fn is_lines(text: &str) -> bool {
    if !text.trim_start().starts_with(['{', '[']) || !text.contains('\n') {
        return false;
    }
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.all(|line| line.trim_start().starts_with(['{', '[']) && Document::parse(line).is_some())
}

#[cfg(test)]
mod tests {
    use crate::json::arbitrary::json;

    use super::*;

    fn parse(body: &'static str, kind: &str) -> Content {
        Content::parse(&Bytes::from_static(body.as_bytes()), Some(kind))
    }

    #[test]
    fn a_body_is_what_its_type_and_its_text_say() {
        assert_eq!(
            parse("{\"a\":1}", "application/vnd.x+json"),
            Content::Json(json!({"a": 1}))
        );
        assert_eq!(
            parse("{\"a\":1}", "text/plain;charset=UTF-8"),
            Content::Json(json!({"a": 1}))
        );
        assert_eq!(
            parse("{\"a\":1}", "text/html"),
            Content::Text("{\"a\":1}".into())
        );
        assert_eq!(
            parse("{broken", "application/json"),
            Content::Text("{broken".into())
        );
        assert_eq!(parse("12", "text/plain"), Content::Text("12".into()));
        assert_eq!(parse("12", "application/json"), Content::Json(json!(12)));
        assert_eq!(
            parse("{\"a\":1}\n{\"b\":2}\n", "application/x-ndjson"),
            Content::Lines(vec![json!({"a": 1}), json!({"b": 2})])
        );
        let form = parse(
            "a=1&b=x+y&a=%C3%A9",
            "application/x-www-form-urlencoded;charset=UTF-8",
        );
        assert_eq!(form.view(), json!({"a": ["1", "é"], "b": "x y"}));
        assert_eq!(parse("a\0b", "").kind(), "binary data");
    }
}
