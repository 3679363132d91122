//! Markdown for GitHub's comments and job summaries, from which no text can break out.
//!
//! All that isn't segfn's own stands in code, since GitHub makes links of names, numbers and addresses
//! anywhere else.

use std::fmt::Write;

/// Text in a line, a table or a summary, as code.
pub fn code(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 16);
    shown.push_str("<code>");
    for c in text.chars() {
        // Neither markdown nor HTML finds a sign in a character reference.
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | ' ' => shown.push(c),
            c if c.is_ascii() || c.is_control() => {
                let _ = write!(shown, "&#{};", u32::from(c));
            }
            c => shown.push(c),
        }
    }
    shown.push_str("</code>");
    shown
}

/// Lines of text as a block of code in `language`.
pub fn block(language: &str, lines: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str(line.as_ref());
        text.push('\n');
    }
    // A fence ends at a line of as many backticks.
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat((longest + 1).max(3));
    format!("{fence}{language}\n{text}{fence}\n")
}

/// What is folded behind a summary, which is markup.
pub fn folded(summary: &str, inside: &str) -> String {
    format!("<details>\n<summary>{summary}</summary>\n\n{inside}\n</details>\n")
}

/// How long a text is, as JavaScript and GitHub count it.
pub fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// A text that has an end: GitHub takes only so much.
pub struct Limited {
    text: String,
    left: usize,
}

impl Limited {
    /// At most so long, by [`length`].
    pub fn new(most: usize) -> Limited {
        Limited {
            text: String::new(),
            left: most,
        }
    }

    /// Adds a part, if there is room for all of it and for `reserve` more characters.
    pub fn push(&mut self, part: &str, reserve: usize) -> bool {
        let length = length(part);
        if length + reserve > self.left {
            return false;
        }
        self.left -= length;
        self.text.push_str(part);
        true
    }

    pub fn text(&self) -> &str {
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_sign_of_a_text_is_left_for_markdown_or_html() {
        let shown = code("`a` | @b #1 <i>*c*\n&amp; é");
        let inside = shown
            .trim_start_matches("<code>")
            .trim_end_matches("</code>");
        let mut rest = inside.to_owned();
        for reference in [
            "&#96;", "&#124;", "&#64;", "&#35;", "&#60;", "&#62;", "&#42;", "&#10;", "&#38;",
            "&#59;", "&#47;",
        ] {
            rest = rest.replace(reference, "");
        }
        assert_eq!(rest, "a  b 1 icamp é", "{shown}");
    }

    #[test]
    fn a_fence_is_longer_than_any_in_the_text() {
        assert_eq!(block("json", ["1"]), "```json\n1\n```\n");
        let shown = block("", ["x ```` y", "```"]);
        assert_eq!(shown, "`````\nx ```` y\n```\n`````\n");
    }

    #[test]
    fn what_does_not_fit_is_left_out_as_a_whole() {
        let mut limited = Limited::new(6);
        assert!(limited.push("ab", 4));
        assert!(!limited.push("cd", 3));
        assert!(limited.push("😀", 0));
        assert!(!limited.push("efg", 0));
        assert_eq!(limited.text(), "ab😀");
    }
}
