//! The lines of the user's own file around an error.

use std::borrow::Cow;
use std::ops::Range;
use std::path::Path;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::words::visible;
use crate::secrets::Secrets;
use crate::text::{Place, js_lines};

const LINES_BEFORE: usize = 2;
const LINES_AFTER: usize = 1;

/// The lines around `place` in `source`, the word there underlined. `None` when there is no such
/// line. Lines are cut around the error to fit into `width` columns, without `secrets`. The last line has
/// no newline.
pub fn frame(
    path: &Path,
    source: &str,
    place: Place,
    color: bool,
    width: usize,
    secrets: &Secrets,
) -> Option<String> {
    let index = usize::try_from(place.line).ok()?.checked_sub(1)?;
    let first = index.saturating_sub(LINES_BEFORE);
    let lines = js_lines(source)
        .skip(first)
        .take(index - first + 1 + LINES_AFTER);
    let mut column = 0;
    let lines: Vec<Cow<str>> = lines
        .enumerate()
        .map(|(at, line)| {
            if at == index - first {
                // What is before the place may have another length.
                column = byte_at(line, place.column);
                column = secrets.redact_text(&line[..column]).len();
            }
            secrets.redact_text(line)
        })
        .collect();
    let line = lines.get(index - first)?;
    // Of a secret around the place, the part before it isn't known as one.
    let column = line.floor_char_boundary(column);
    let word = line[column..].find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$');
    let end = match word.unwrap_or(line.len() - column) {
        0 => column + line[column..].chars().next().map_or(0, char::len_utf8),
        length => column + length,
    };
    let before: usize = lines[..index - first]
        .iter()
        .map(|line| line.len() + 1)
        .sum();
    let text = lines.join("\n");
    let snippet = Snippet::source(text.as_str())
        .path(visible(&path.display().to_string()).into_owned())
        .line_start(first + 1)
        .fold(false)
        .annotation(AnnotationKind::Primary.span(before + column..before + end));
    let renderer = if color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let report = [Group::with_level(Level::ERROR).element(snippet)];
    Some(renderer.term_width(width).render(&report))
}

/// `text` with the bytes of `span` underlined. The last line has no newline.
pub fn underlined(text: &str, span: Range<usize>) -> String {
    let snippet = Snippet::source(text)
        .fold(false)
        .annotation(AnnotationKind::Primary.span(span));
    let report = [Group::with_level(Level::ERROR).element(snippet)];
    Renderer::plain().render(&report)
}

/// The byte where V8's column, which counts UTF-16 units from 1, begins; at most the line's end.
fn byte_at(line: &str, column: u32) -> usize {
    let mut units_left = column.saturating_sub(1) as usize;
    for (byte, c) in line.char_indices() {
        if units_left < c.len_utf16() {
            return byte;
        }
        units_left -= c.len_utf16();
    }
    line.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDTH: usize = 100;

    fn plain(source: &str, line: u32, column: u32) -> Option<String> {
        frame(
            Path::new("f.js"),
            source,
            Place { line, column },
            false,
            WIDTH,
            &Secrets::default(),
        )
    }

    #[test]
    fn the_word_is_underlined() {
        let source = "a\nb\nfunction onTrack(event) {\n\treturn event.nope.$x;\n}\n";
        assert_eq!(
            plain(source, 4, 15).expect("a frame"),
            " --> f.js:4:15\n  |\n2 | b\n3 | function onTrack(event) {\n4 |     return event.nope.$x;\n  |                  ^^^^\n5 | }\n  |"
        );
    }

    #[test]
    fn columns_are_utf16() {
        let shown = plain("'😀é'; bad()", 1, 8).expect("a frame");
        assert!(
            shown.contains("1 | '😀é'; bad()\n  |        ^^^"),
            "{shown}"
        );
    }

    #[test]
    fn every_place_gives_a_frame_or_none() {
        let source = "ab\r\n\n  'é😀'\tx";
        for line in 0..6 {
            for column in 0..12 {
                assert_eq!(
                    plain(source, line, column).is_some(),
                    (1..=3).contains(&line),
                    "{line}:{column}"
                );
            }
        }
        assert!(plain("", 1, 1).is_none());
    }

    #[test]
    fn a_long_line_is_cut() {
        let source = format!(
            "{}bad();{}",
            "var abc=1;".repeat(1000),
            "xyz();".repeat(1000)
        );
        let shown = plain(&source, 1, 10_001).expect("a frame");
        assert!(
            shown.lines().all(|line| line.chars().count() <= WIDTH + 10),
            "{shown}"
        );
        assert!(shown.contains("bad();") && shown.contains("^^^"), "{shown}");
    }
}
