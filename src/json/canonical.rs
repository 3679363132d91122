//! One text for all JSON values that are equal.

use serde_json::{Number, Value};

/// A text that equal values share and others don't: names sorted, numbers by what they are worth. It
/// is for keys and digests, and no JSON.
pub fn canonical_text(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut sorted: Vec<_> = fields.iter().collect();
            sorted.sort_by_key(|(name, _)| *name);
            text.push('{');
            for (name, field) in sorted {
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push(':');
                write(field, text);
                text.push(',');
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for item in items {
                write(item, text);
                text.push(',');
            }
            text.push(']');
        }
        Value::Number(number) => text.push_str(&canonical_number(number)),
        Value::Null | Value::Bool(_) | Value::String(_) => text.push_str(&value.to_string()),
    }
}

/// Whether two numbers are worth the same, however they are written.
pub(super) fn same_number(left: &Number, right: &Number) -> bool {
    left == right || canonical_number(left) == canonical_number(right)
}

/// An integer where the number is worth one, also when it is written as `1.0` or `1e3`.
fn canonical_number(number: &Number) -> String {
    match (number.as_i64(), number.as_u64(), number.as_f64()) {
        // To add zero makes a zero of a negative one.
        (None, None, Some(float)) => (float + 0.0).to_string(),
        _ => number.to_string(),
    }
}
