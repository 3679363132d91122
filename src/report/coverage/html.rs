//! Coverage as a page for each function, which needs nothing beside it.

use maud::{Markup, html};

use crate::coverage::{CoveredFile, Ratio, Span, Summary};
use crate::report::html::{facts, page};
use crate::text::js_lines;

/// The page of the function in the file at `path`.
pub fn html(path: &str, file: &CoveredFile) -> String {
    let summary = Summary::new(file);
    let total = summary.total();
    let ratio = |ratio: Ratio| {
        let Ratio { covered, total } = ratio;
        html! { (ratio.to_string()) " (" (covered) "/" (total) ")" }
    };
    let content = html! {
        h1 { (path) }
        (facts(&[
            ("lines", ratio(total.lines)),
            ("functions", ratio(total.functions)),
            ("branches", ratio(total.branches)),
        ]))
        (source(file, &summary))
    };
    page(path, &content)
}

/// The name of a function's page: its path without what can't be in a file's name.
pub fn page_name(path: &str) -> String {
    let plain = |c: char| match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '-' | '_' => c,
        _ => '_',
    };
    let name: String = path
        .trim_start_matches(['.', '/', '\\'])
        .chars()
        .map(plain)
        .collect();
    format!("{name}.html")
}

/// The function's lines, and how often each ran.
fn source(file: &CoveredFile, summary: &Summary) -> Markup {
    let missed = missed(file);
    let mut counts = summary.lines.iter().peekable();
    let mut offset = 0;
    let mut rest = file.source.as_str();
    let mut line_of = |number: u32, line: &str| {
        // What ended the line before belongs to none.
        let start = line.as_ptr().addr() - rest.as_ptr().addr();
        offset += units(&rest[..start]);
        let count = counts
            .next_if(|counted| counted.number == number)
            .map(|counted| counted.count);
        let (class, shown) = match count {
            None => (None, String::new()),
            Some(0) => (Some("x"), "0".to_owned()),
            Some(count) => (Some("y"), format!("{count}×")),
        };
        let code = match count {
            Some(1..) => marked(line, offset, &missed),
            _ => html! { (line) },
        };
        offset += units(line);
        rest = &rest[start + line.len()..];
        html! {
            tr id={ "L" (number) } class=[class] {
                td class="n" { (number) }
                td class="c" { (shown) }
                td { (code) }
            }
        }
    };
    html! {
        table class="source" {
            @for (number, line) in (1..).zip(js_lines(&file.source)) {
                (line_of(number, line))
            }
        }
    }
}

/// What did not run, in order.
fn missed(file: &CoveredFile) -> Vec<Span> {
    let mut spans: Vec<Span> = file
        .script
        .functions()
        .flat_map(|function| function.parts())
        .filter(|part| part.count == 0)
        .map(|part| part.span)
        .collect();
    spans.sort_unstable();
    spans
}

/// A line that ran, at `offset` in the file, with what of it did not run marked.
fn marked(line: &str, offset: u32, missed: &[Span]) -> Markup {
    // Whether a part is marked, and its text.
    let mut parts: Vec<(bool, String)> = Vec::new();
    let mut at = offset;
    for character in line.chars() {
        let is_missed = missed.iter().any(|span| span.start <= at && at < span.end);
        match parts.last_mut() {
            Some((last, text)) if *last == is_missed => text.push(character),
            _ => parts.push((is_missed, character.to_string())),
        }
        at += u32::try_from(character.len_utf16()).unwrap_or(0);
    }
    html! {
        @for (is_missed, text) in parts {
            @if is_missed { mark { (text) } } @else { (text) }
        }
    }
}

fn units(text: &str) -> u32 {
    u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX)
}
