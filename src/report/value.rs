//! JSON for reading: what fits into a line is one line, and the rest is indented.

use crate::json::{Json, string};

const INDENT: usize = 2;

/// The lines of `value`, each at most `width` columns wide where that can be.
pub fn lines(value: &Json, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    write(value, width, 0, "", &mut lines);
    lines
}

/// The first `most` of them, and a sign that there are more.
pub fn first_lines(value: &Json, width: usize, most: usize) -> Vec<String> {
    let mut lines = lines(value, width);
    if lines.len() > most {
        lines.truncate(most);
        lines.push("…".to_owned());
    }
    lines
}

/// Appends to the last line, which is indented by `depth` and will end with `end`.
fn write(value: &Json, width: usize, depth: usize, end: &str, lines: &mut Vec<String>) {
    let whole = one_line(value);
    let used = lines.last().map_or(0, |line| line.chars().count());
    let fits = used + whole.chars().count() + end.len() <= width;
    let (open, close) = match value {
        Json::Object(fields) if !fits && !fields.is_empty() => ('{', '}'),
        Json::Array(items) if !fits && !items.is_empty() => ('[', ']'),
        _ => return append(lines, &format!("{whole}{end}")),
    };
    append(lines, &open.to_string());
    let children: Vec<(String, &Json)> = match value {
        Json::Object(fields) => fields
            .iter()
            .map(|(name, value)| (format!("{}: ", string::quoted(name)), value))
            .collect(),
        Json::Array(items) => items.iter().map(|item| (String::new(), item)).collect(),
        _ => Vec::new(),
    };
    let last = children.len() - 1;
    for (index, (name, child)) in children.into_iter().enumerate() {
        let comma = if index < last { "," } else { "" };
        lines.push(format!("{:1$}{name}", "", (depth + 1) * INDENT));
        write(child, width, depth + 1, comma, lines);
    }
    lines.push(format!("{:1$}{close}{end}", "", depth * INDENT));
}

fn append(lines: &mut [String], text: &str) {
    if let Some(line) = lines.last_mut() {
        line.push_str(text);
    }
}

/// With a space after each comma and colon.
pub fn one_line(value: &Json) -> String {
    match value {
        Json::Object(fields) if !fields.is_empty() => {
            let fields: Vec<_> = fields
                .iter()
                .map(|(name, value)| format!("{}: {}", string::quoted(name), one_line(value)))
                .collect();
            format!("{{ {} }}", fields.join(", "))
        }
        Json::Array(items) if !items.is_empty() => {
            let items: Vec<_> = items.iter().map(one_line).collect();
            format!("[{}]", items.join(", "))
        }
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use crate::json::arbitrary::json;

    use super::*;

    #[test]
    fn what_fits_is_one_line() {
        let value = json!({"a": [1, 2, {}], "b": {"c": "x, y", "d": []}});
        let whole = r#"{ "a": [1, 2, {}], "b": { "c": "x, y", "d": [] } }"#;
        assert_eq!(lines(&value, 50), [whole]);
        assert_eq!(
            lines(&value, 49),
            [
                "{",
                r#"  "a": [1, 2, {}],"#,
                r#"  "b": { "c": "x, y", "d": [] }"#,
                "}"
            ]
        );
        assert_eq!(
            lines(&json!([["long".repeat(9)], 1]), 20),
            [
                "[".to_owned(),
                "  [".to_owned(),
                format!("    \"{}\"", "long".repeat(9)),
                "  ],".to_owned(),
                "  1".to_owned(),
                "]".to_owned()
            ]
        );
        assert_eq!(lines(&json!("x"), 1), ["\"x\""]);
    }

    #[test]
    fn whatever_the_width_it_stays_the_same_json() {
        let value = json!({"a": [1, [2, {"b": null}], "é\n"], "c": {"d": {"e": [true, 1.5]}}});
        for width in 0..80 {
            let text = lines(&value, width).join("\n");
            assert_eq!(Json::parse(&text).expect("JSON"), value, "{text}");
        }
    }
}
