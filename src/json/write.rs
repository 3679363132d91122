//! From values to texts.

use std::fmt;

use super::{Json, string};

/// For so many bytes there is room at once: most events have fewer.
const ROOM: usize = 1000;

impl Json {
    /// In several lines, as people read it.
    pub fn to_string_pretty(&self) -> String {
        let mut text = String::new();
        write(self, Some(0), &mut text);
        text
    }
}

/// Appends `value`; with an indentation, in several lines.
fn write(value: &Json, indent: Option<usize>, text: &mut String) {
    let line = |text: &mut String, more: usize| {
        if let Some(indent) = indent {
            text.push('\n');
            text.extend(std::iter::repeat_n("  ", indent + more));
        }
    };
    let below = indent.map(|indent| indent + 1);
    match value {
        Json::Null => text.push_str("null"),
        Json::Bool(true) => text.push_str("true"),
        Json::Bool(false) => text.push_str("false"),
        Json::Number(number) => text.push_str(number.as_str()),
        Json::String(string) => string::quote(string, text),
        Json::Array(items) if items.is_empty() => text.push_str("[]"),
        Json::Object(fields) if fields.is_empty() => text.push_str("{}"),
        Json::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                line(text, 1);
                write(item, below, text);
            }
            line(text, 0);
            text.push(']');
        }
        Json::Object(fields) => {
            text.push('{');
            for (index, (name, field)) in fields.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                line(text, 1);
                string::quote(name, text);
                text.push_str(if indent.is_some() { ": " } else { ":" });
                write(field, below, text);
            }
            line(text, 0);
            text.push('}');
        }
    }
}

/// In one line, without spaces.
impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(ROOM);
        write(self, None, &mut text);
        f.write_str(&text)
    }
}
