//! What differs between an expectation and what a case did.

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

/// Differences of one case that are kept; more help nobody.
const MOST: usize = 200;

/// One place where two documents differ.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// Such as `exchanges[0].request.body.json.email`.
    pub path: String,
    /// Absent where only the other side has the place.
    pub expected: Option<Value>,
    pub got: Option<Value>,
}

/// Every place where `got` is not as `expected`, in the order of the document. Where one side lacks
/// an object or a list as a whole, that is one difference.
pub fn compare(expected: &Value, got: &Value) -> Vec<Difference> {
    let mut differences = Vec::new();
    walk(&mut String::new(), expected, got, &mut differences);
    differences
}

fn walk(path: &mut String, expected: &Value, got: &Value, found: &mut Vec<Difference>) {
    if found.len() >= MOST || expected == got {
        return;
    }
    let length = path.len();
    match (expected, got) {
        (Value::Object(expected), Value::Object(got)) => {
            let added = got.keys().filter(|key| !expected.contains_key(*key));
            for key in expected.keys().chain(added) {
                push_key(path, key);
                step(path, expected.get(key), got.get(key), found);
                path.truncate(length);
            }
        }
        (Value::Array(expected), Value::Array(got)) => {
            for index in 0..expected.len().max(got.len()) {
                path.push_str(&format!("[{index}]"));
                step(path, expected.get(index), got.get(index), found);
                path.truncate(length);
            }
        }
        _ => found.push(Difference {
            path: path.clone(),
            expected: Some(expected.clone()),
            got: Some(got.clone()),
        }),
    }
}

fn step(
    path: &mut String,
    expected: Option<&Value>,
    got: Option<&Value>,
    found: &mut Vec<Difference>,
) {
    match (expected, got) {
        (Some(expected), Some(got)) => walk(path, expected, got, found),
        (expected, got) if found.len() < MOST => found.push(Difference {
            path: path.clone(),
            expected: expected.cloned(),
            got: got.cloned(),
        }),
        _ => {}
    }
}

/// Appends `.key`, in quotes where it isn't a plain name.
pub fn push_key(path: &mut String, key: &str) {
    let plain = !key.is_empty()
        && key
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '$'));
    if plain {
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(key);
    } else {
        path.push_str(&format!("[{}]", Value::from(key)));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn paths(expected: &Value, got: &Value) -> Vec<String> {
        let found = compare(expected, got);
        found.into_iter().map(|found| found.path).collect()
    }

    #[test]
    fn the_innermost_place_is_named() {
        let expected = json!({"class": "success", "value": {"a": [1, {"b c": 2}], "d": null}});
        let got = json!({"class": "success", "value": {"a": [1, {"b c": 3}, 4], "e": 5}});
        assert_eq!(
            paths(&expected, &got),
            ["value.a[1][\"b c\"]", "value.a[2]", "value.d", "value.e"]
        );
    }

    #[test]
    fn null_is_not_the_same_as_absent() {
        let found = compare(&json!({"value": null}), &json!({}));
        assert_eq!(found[0].expected, Some(Value::Null));
        assert_eq!(found[0].got, None);
    }

    #[test]
    fn equal_documents_do_not_differ_whatever_the_order_of_their_keys() {
        let one: Value = serde_json::from_str(r#"{"a":1,"b":[true]}"#).expect("JSON");
        let other: Value = serde_json::from_str(r#"{"b":[true],"a":1}"#).expect("JSON");
        assert!(compare(&one, &other).is_empty());
    }
}
