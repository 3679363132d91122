//! Two values line by line, for every report that shows what differs.

use std::time::Duration;

use similar::{ChangeTag, TextDiff};

use super::words::cut;
use crate::json::{Json, string};

/// Lines that are shown around each that differs.
const AROUND: usize = 2;
/// Of a longer value only the beginning is compared by lines, in characters.
const MOST_CHARACTERS: usize = 200_000;
/// Characters of a line that are shown.
const MOST_COLUMNS: usize = 2_000;
/// After so long, lines are no longer paired as well as they could be.
const LONGEST: Duration = Duration::from_millis(200);

/// A line of either value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiffLine {
    pub side: Side,
    pub text: String,
}

/// Which of two values has a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Both,
    Left,
    Right,
    /// Lines that both have are left out here.
    Gap,
}

impl Side {
    /// What stands in front of such a line.
    pub fn sign(self) -> char {
        match self {
            Side::Both => ' ',
            Side::Left => '-',
            Side::Right => '+',
            Side::Gap => '…',
        }
    }
}

/// The lines of what two values have in a place, at most `most` of them. A side that is absent has none.
pub fn diff_lines(left: Option<&Json>, right: Option<&Json>, most: usize) -> Vec<DiffLine> {
    let mut lines = match (left, right) {
        (Some(left), Some(right)) => both(left, right),
        (Some(left), None) => alone(Side::Left, left),
        (None, Some(right)) => alone(Side::Right, right),
        (None, None) => Vec::new(),
    };
    if lines.len() > most {
        lines.truncate(most);
        lines.push(gap());
    }
    lines
}

/// Whether a value is shown in several lines: a text's own, or an object's or a list's JSON.
pub fn has_lines(value: &Json) -> bool {
    text_of(value).contains('\n')
}

fn both(left: &Json, right: &Json) -> Vec<DiffLine> {
    let are_texts = matches!((left, right), (Json::String(_), Json::String(_)));
    let are_long = has_lines(left) || has_lines(right);
    let texts = [left, right].map(|value| match are_texts && are_long || has_lines(value) {
        true => text_of(value),
        false => value.to_string(),
    });
    // The last line ends as the others do.
    let [left, right] = texts.map(|text| cut(&text, MOST_CHARACTERS).into_owned() + "\n");
    let diff = TextDiff::configure()
        .timeout(LONGEST)
        .diff_lines(&left, &right);
    let mut lines = Vec::new();
    for (number, group) in diff.grouped_ops(AROUND).iter().enumerate() {
        if number > 0 {
            lines.push(gap());
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let side = match change.tag() {
                ChangeTag::Equal => Side::Both,
                ChangeTag::Delete => Side::Left,
                ChangeTag::Insert => Side::Right,
            };
            let text = change.value();
            lines.push(line(side, text.strip_suffix('\n').unwrap_or(text)));
        }
    }
    lines
}

fn alone(side: Side, value: &Json) -> Vec<DiffLine> {
    let text = match has_lines(value) {
        true => text_of(value),
        false => value.to_string(),
    };
    let text = cut(&text, MOST_CHARACTERS);
    text.split('\n').map(|text| line(side, text)).collect()
}

fn line(side: Side, text: &str) -> DiffLine {
    DiffLine {
        side,
        text: cut(text, MOST_COLUMNS).into_owned(),
    }
}

fn gap() -> DiffLine {
    line(Side::Gap, "")
}

/// The text to compare by lines: a string's own, or an object's or a list's JSON.
fn text_of(value: &Json) -> String {
    match value {
        Json::String(text) if !string::is_odd(text) => text.clone(),
        value => value.to_string_pretty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::arbitrary::json;

    fn shown(left: Option<Json>, right: Option<Json>, most: usize) -> String {
        let lines = diff_lines(left.as_ref(), right.as_ref(), most);
        let lines = lines
            .iter()
            .map(|line| format!("{}{}", line.side.sign(), line.text));
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn what_both_have_is_left_out_where_nothing_differs_around() {
        let list = |first: u32, last: u32| Some(json!([first, 2, 3, 4, 5, 6, last]));
        assert_eq!(
            shown(list(1, 7), list(0, 8), 99),
            " [\n-  1,\n+  0,\n   2,\n   3,\n…\n   5,\n   6,\n-  7\n+  8\n ]"
        );
        assert_eq!(shown(list(1, 7), list(1, 8), 2), "   5,\n   6,\n…");
    }

    #[test]
    fn a_text_of_one_line_is_quoted_and_a_longer_one_is_shown_as_it_is() {
        assert_eq!(shown(Some(json!("1")), Some(json!(1)), 99), "-\"1\"\n+1");
        assert_eq!(shown(Some(json!("a\nb")), Some(json!("a")), 99), " a\n-b");
        assert_eq!(
            shown(Some(json!(["a"])), Some(json!("a")), 99),
            "-[\n-  \"a\"\n-]\n+\"a\""
        );
    }

    #[test]
    fn what_only_one_side_has_is_shown_as_a_whole() {
        assert_eq!(
            shown(None, Some(json!({"a": [true]})), 99),
            "+{\n+  \"a\": [\n+    true\n+  ]\n+}"
        );
        assert_eq!(shown(Some(json!(null)), None, 99), "-null");
        assert_eq!(shown(None, None, 99), "");
    }

    #[test]
    fn a_value_without_end_is_cut() {
        let long = |last: &str| Some(json!("x".repeat(MOST_CHARACTERS + 5) + last));
        let lines = shown(long("a"), long("b"), 99);
        assert!(lines.chars().count() < 3 * MOST_COLUMNS, "{}", lines.len());
    }
}
