//! From texts to values.

use super::document::{Document, Node, NodeKind};
use super::{Json, JsonError, MAX_DEPTH, Number};

impl Json {
    /// What `JSON.parse` makes of `text`.
    ///
    /// # Errors
    /// It isn't JSON, or is nested more deeply than [`MAX_DEPTH`].
    pub fn parse(text: &str) -> Result<Json, JsonError> {
        let document = Document::parse(text).ok_or_else(|| JsonError::syntax(text))?;
        Json::from_document(&document)
    }

    /// The value of a text that was taken apart.
    pub fn from_document(document: &Document) -> Result<Json, JsonError> {
        Json::from_node(document, 0)
    }

    /// The value with this number in a text that was taken apart.
    pub fn from_node(document: &Document, number: usize) -> Result<Json, JsonError> {
        let own = &document.nodes()[number];
        let too_deep = |node: &&Node| {
            node.depth - own.depth >= MAX_DEPTH
                && matches!(node.kind, NodeKind::Array | NodeKind::Object)
        };
        match document.nodes()[number..own.next].iter().find(too_deep) {
            Some(node) => Err(JsonError::TooDeep {
                offset: node.span.start,
            }),
            None => Ok(build(document, number)),
        }
    }

    /// What `value` is in JSON.
    pub fn of(value: &impl serde::Serialize) -> Json {
        let text = serde_json::to_string(value).unwrap_or_default();
        Json::parse(&text).unwrap_or_default()
    }
}

fn build(document: &Document, number: usize) -> Json {
    let node = &document.nodes()[number];
    match node.kind {
        NodeKind::Null => Json::Null,
        NodeKind::Bool => Json::Bool(document.raw(node) == "true"),
        NodeKind::Number => Json::Number(Number::from_written(document.raw(node))),
        NodeKind::String => Json::String(document.string(node).unwrap_or_default().into_owned()),
        NodeKind::Array => {
            let items = document.children(number);
            Json::Array(items.map(|item| build(document, item)).collect())
        }
        NodeKind::Object => {
            let fields = document.children(number);
            let fields = fields.map(|field| {
                let name = document.key(&document.nodes()[field]).unwrap_or_default();
                (name.into_owned(), build(document, field))
            });
            Json::Object(fields.collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(text: &str) {
        let value = Json::parse(text).expect(text);
        assert_eq!(value.to_string(), text);
        let again: Json =
            serde_json::from_str(&serde_json::to_string(&value).expect("JSON")).expect("JSON");
        assert_eq!(again.to_string(), text);
        let pretty = value.to_string_pretty();
        assert_eq!(Json::parse(&pretty).expect("JSON").to_string(), text);
    }

    #[test]
    fn all_that_javascript_reads_is_kept() {
        for text in [
            r#"{"s":"cut \ud83d","\udc00":[]}"#,
            r#"[1e400,-0,1.10,12345678901234567890123,1E+2]"#,
            r#"{"a":1,"b":{},"a":2,"2":3,"1":4}"#,
            "null",
            r#""\u0000""#,
        ] {
            same(text);
        }
    }

    #[test]
    fn deep_values_need_no_more_stack_than_there_is() {
        let nested = |depth: usize| {
            let open = "[{\"a\":".repeat(depth / 2);
            format!("{open}1{}", "}]".repeat(depth / 2))
        };
        let text = nested(MAX_DEPTH);
        same(&text);
        let value = Json::parse(&text).expect("JSON");
        assert_eq!(value.clone(), value);
        assert!(crate::json::differences(&value, &value, 9).is_empty());
        assert!(!crate::json::canonical_text(&value).is_empty());
        let error = Json::parse(&nested(MAX_DEPTH + 2)).expect_err("too deep");
        assert!(error.to_string().contains("1000"), "{error}");
    }

    #[test]
    fn of_a_name_that_comes_twice_the_last_value_counts() {
        let value = Json::parse(r#"{"a":1,"a":2}"#).expect("JSON");
        assert_eq!(value["a"], Json::from(2));
        assert_eq!(value, Json::parse(r#"{"a":2.0}"#).expect("JSON"));
    }
}
