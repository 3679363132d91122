//! Coverage as a page for each function, which needs nothing beside it.

use std::fmt::Write;

use crate::coverage::{CoveredFile, Ratio, Span, Summary};
use crate::text::js_lines;

const STYLE: &str = "\
:root{color-scheme:light dark;--good:#2da44e33;--bad:#cf222e33;--none:transparent;--dim:#8888}
body{font:14px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem}
h1{font-size:1.2rem}dl{display:flex;gap:2rem}dt{color:gray}dd{margin:0;font-weight:600}
table{border-collapse:collapse;width:100%;font:13px/1.45 ui-monospace,monospace}
td{padding:0 .6rem;white-space:pre-wrap;overflow-wrap:anywhere;vertical-align:top}
td.n,td.c{color:gray;text-align:right;user-select:none;width:1%;white-space:nowrap}
tr.y td.c{background:var(--good)}tr.x td{background:var(--bad)}
mark{background:var(--bad);color:inherit}";

/// The page of the function in the file at `path`.
pub fn html(path: &str, file: &CoveredFile) -> String {
    let summary = Summary::new(file);
    let mut out = String::new();
    // Writing to a string never fails.
    let _ = write_page(&mut out, path, file, &summary);
    out
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

fn write_page(
    out: &mut String,
    path: &str,
    file: &CoveredFile,
    summary: &Summary,
) -> std::fmt::Result {
    let title = escaped(path);
    writeln!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
         <style>\n{STYLE}\n</style>\n<h1>{title}</h1>\n<dl>"
    )?;
    let total = summary.total();
    for (name, ratio) in [
        ("lines", total.lines),
        ("functions", total.functions),
        ("branches", total.branches),
    ] {
        let Ratio { covered, total } = ratio;
        writeln!(
            out,
            "<div><dt>{name}</dt><dd>{ratio} ({covered}/{total})</dd></div>"
        )?;
    }
    out.push_str("</dl>\n<table>\n");
    let missed: Vec<Span> = missed(file);
    let mut offset = 0;
    let mut counts = summary.lines.iter().peekable();
    let mut rest = file.source.as_str();
    for (number, line) in (1..).zip(js_lines(&file.source)) {
        // What ended the line before belongs to none.
        let start = line.as_ptr().addr() - rest.as_ptr().addr();
        offset += units(&rest[..start]);
        let count = counts
            .next_if(|counted| counted.number == number)
            .map(|counted| counted.count);
        let (class, shown) = match count {
            None => ("", String::new()),
            Some(0) => (" class=\"x\"", "0".to_owned()),
            Some(count) => (" class=\"y\"", format!("{count}×")),
        };
        let code = match count {
            Some(1..) => marked(line, offset, &missed),
            _ => escaped(line),
        };
        writeln!(
            out,
            "<tr id=\"L{number}\"{class}><td class=\"n\">{number}</td><td class=\"c\">{shown}</td><td>{code}</td></tr>"
        )?;
        offset += units(line);
        rest = &rest[start + line.len()..];
    }
    out.push_str("</table>\n</html>\n");
    Ok(())
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
fn marked(line: &str, offset: u32, missed: &[Span]) -> String {
    let mut out = String::new();
    let mut open = false;
    let mut at = offset;
    for character in line.chars() {
        let inside = missed.iter().any(|span| span.start <= at && at < span.end);
        if inside != open {
            out.push_str(if inside { "<mark>" } else { "</mark>" });
            open = inside;
        }
        out.push_str(&escaped(character.encode_utf8(&mut [0; 4])));
        at += u32::try_from(character.len_utf16()).unwrap_or(0);
    }
    if open {
        out.push_str("</mark>");
    }
    out
}

fn units(text: &str) -> u32 {
    u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
