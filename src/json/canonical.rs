//! One text for all JSON values that are equal.

use std::collections::BTreeMap;

use super::{Json, string};

/// A text that equal values share and others don't: names sorted, numbers by what they are worth. It
/// is for keys and digests, and no JSON.
pub fn canonical_text(value: &Json) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn write(value: &Json, text: &mut String) {
    match value {
        Json::Object(fields) => {
            // Of a name that comes twice, the last value.
            let sorted: BTreeMap<_, _> = fields.iter().collect();
            text.push('{');
            for (name, field) in sorted {
                string::quote(name, text);
                text.push(':');
                write(field, text);
                text.push(',');
            }
            text.push('}');
        }
        Json::Array(items) => {
            text.push('[');
            for item in items {
                write(item, text);
                text.push(',');
            }
            text.push(']');
        }
        Json::Number(number) => text.push_str(&number.worth()),
        Json::Null | Json::Bool(_) | Json::String(_) => text.push_str(&value.to_string()),
    }
}
