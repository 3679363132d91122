//! What a body says, by its content type.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::multipart::Multipart;

/// A decoded body, taken apart.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    Empty,
    Json(Value),
    /// Several JSON values, one a line.
    Lines(Vec<Value>),
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
        let full = content_type.unwrap_or_default();
        let kind = full.split(';').next().unwrap_or_default();
        let kind = kind.trim().to_ascii_lowercase();
        if kind == "multipart/form-data"
            && let Some(multipart) = Multipart::parse(bytes, full)
        {
            return Content::Multipart(multipart);
        }
        let Ok(text) = std::str::from_utf8(bytes) else {
            return Content::Binary(bytes.clone());
        };
        if kind == "application/x-www-form-urlencoded" {
            let pairs = form_urlencoded::parse(text.as_bytes());
            return Content::Form(pairs.into_owned().collect());
        }
        let bare = text.trim_start_matches('\u{feff}').trim();
        let says_json = kind.ends_with("json");
        let says_nothing = matches!(
            kind.as_str(),
            "" | "text/plain" | "application/octet-stream" | "binary/octet-stream"
        );
        let may_be_json = says_json || (says_nothing && bare.starts_with(['{', '[']));
        if may_be_json && let Ok(value) = serde_json::from_str(bare) {
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

    /// The body that says this, in its shortest form.
    pub fn write(&self) -> Bytes {
        match self {
            Content::Empty => Bytes::new(),
            Content::Json(value) => value.to_string().into(),
            Content::Lines(values) => {
                let lines: Vec<String> = values
                    .iter()
                    .map(|value| value.to_string() + "\n")
                    .collect();
                lines.concat().into()
            }
            Content::Form(pairs) => form_urlencoded::Serializer::new(String::new())
                .extend_pairs(pairs)
                .finish()
                .into(),
            Content::Multipart(multipart) => multipart.write(),
            Content::Text(text) => text.clone().into(),
            Content::Binary(bytes) => bytes.clone(),
        }
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
    pub fn view(&self) -> Value {
        match self {
            Content::Empty => Value::Null,
            Content::Json(value) => value.clone(),
            Content::Lines(values) => Value::Array(values.clone()),
            Content::Form(pairs) => {
                let pairs = pairs.iter().cloned();
                object(pairs.map(|(name, value)| (name, Value::String(value))))
            }
            Content::Multipart(multipart) => object(multipart.parts.iter().map(|part| {
                let mut value = part.content.view();
                if let Some(filename) = &part.filename {
                    let mut file = Map::new();
                    file.insert("filename".into(), filename.as_str().into());
                    file.insert("type".into(), part.content_type.clone().into());
                    file.insert("content".into(), value);
                    value = Value::Object(file);
                }
                (part.name.clone(), value)
            })),
            Content::Text(text) => Value::String(text.clone()),
            Content::Binary(bytes) => Value::String(STANDARD.encode(bytes)),
        }
    }
}

/// An object of `pairs`. A name that comes several times has a list of its values.
pub(super) fn object(pairs: impl Iterator<Item = (String, Value)>) -> Value {
    let mut lists: Map<String, Value> = Map::new();
    for (name, value) in pairs {
        match lists
            .entry(name)
            .or_insert_with(|| Value::Array(Vec::new()))
        {
            Value::Array(list) => list.push(value),
            other => *other = value,
        }
    }
    for list in lists.values_mut() {
        if let Value::Array(items) = list
            && items.len() == 1
        {
            *list = items.remove(0);
        }
    }
    Value::Object(lists)
}

/// The values of a text that holds several, each an object or a list on its own line.
fn lines(text: &str) -> Option<Vec<Value>> {
    if !text.starts_with(['{', '[']) || !text.contains('\n') {
        return None;
    }
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let values: Vec<Value> = lines
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()
        .ok()?;
    let whole = |value: &Value| value.is_object() || value.is_array();
    values.iter().all(whole).then_some(values)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

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
        assert_eq!(&form.write()[..], b"a=1&b=x+y&a=%C3%A9");
        assert_eq!(parse("a\0b", "").kind(), "binary data");
    }
}
