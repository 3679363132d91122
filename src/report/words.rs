//! Pieces of text for people: numbers with their nouns, times, what is too long or can't be seen.

use std::borrow::Cow;

/// `1 hit`, `2 hits`.
pub fn count(n: u64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// At most so many characters of `text`.
pub fn cut(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.into(),
    }
}

/// `text` without what would move the cursor, change colours or command GitHub's runner, which looks for
/// `::` at the beginning of a line and for `##[`: it comes from functions and the servers they talk to.
/// Newlines and tabs stay.
pub fn visible(text: &str) -> Cow<'_, str> {
    let hidden = |c: char| c.is_control() && c != '\n' && c != '\t';
    // Of control characters, those beyond ASCII begin with 0xc2.
    let may_hide = |byte: u8| matches!(byte, 0..0x20 | 0x7f | 0xc2);
    let hides = text.bytes().any(may_hide) && text.contains(hidden);
    if !hides && !text.contains("::") && !text.contains("##[") {
        return text.into();
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            shown.push('\n');
        }
        let command = line.trim_start().starts_with("::");
        let line = match command {
            true => line.replacen("::", "\\u{3a}:", 1),
            false => line.to_owned(),
        };
        for c in line.replace("##[", "#\\u{23}[").chars() {
            match hidden(c) {
                true => shown.extend(c.escape_default()),
                false => shown.push(c),
            }
        }
    }
    shown.into()
}

/// [`visible`] for what is to stand in one line, such as a name.
pub fn visible_line(text: &str) -> String {
    visible(text).replace('\n', "\\n")
}

/// A time in milliseconds for people: `<0.1 ms`, `0.4 ms`, `12 ms`, `1.53 s`.
pub(crate) fn duration(ms: f64) -> String {
    if ms < 0.1 {
        "<0.1 ms".to_owned()
    } else if ms < 9.95 {
        format!("{ms:.1} ms")
    } else if ms < 999.5 {
        format!("{ms:.0} ms")
    } else {
        format!("{:.2} s", ms / 1000.0)
    }
}
