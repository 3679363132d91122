//! Coverage as a table for people.

use crate::coverage::{Coverage, CoverageTotal, Ratio, Summary};
use crate::report::Palette;

/// How many stretches of uncovered lines are named.
const STRETCHES: usize = 8;

/// What is shown as well covered, and what as fairly covered: the least part in percent.
const GOOD: f64 = 90.0;
const FAIR: f64 = 60.0;

struct Row {
    name: String,
    total: CoverageTotal,
    uncovered: String,
}

/// A table with a row for each function and one for all.
pub fn text(coverage: &Coverage, palette: &Palette) -> String {
    let mut rows: Vec<Row> = coverage
        .files()
        .map(|(path, file)| {
            let summary = Summary::new(file);
            Row {
                name: path.to_owned(),
                total: summary.total(),
                uncovered: stretches(&summary),
            }
        })
        .collect();
    if rows.len() != 1 {
        rows.push(Row {
            name: "all".to_owned(),
            total: coverage.total(),
            uncovered: String::new(),
        });
    }
    let width = rows.iter().map(|row| row.name.chars().count()).max();
    let width = width.unwrap_or(0).max("function".len());
    let mut out = format!(
        "{bold}{:<width$}  {:>16}  {:>16}  {:>16}  uncovered lines{bold:#}\n",
        "function",
        "lines",
        "functions",
        "branches",
        bold = palette.bold,
    );
    for row in &rows {
        let CoverageTotal {
            lines,
            functions,
            branches,
        } = row.total;
        let cells = [lines, functions, branches].map(|ratio| cell(ratio, palette));
        let line = format!(
            "{:<width$}  {}  {}",
            row.name,
            cells.join("  "),
            row.uncovered
        );
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

fn cell(ratio: Ratio, palette: &Palette) -> String {
    let style = match ratio.percent() {
        GOOD.. => palette.good,
        FAIR.. => palette.warn,
        _ => palette.bad,
    };
    let text = format!("{ratio} ({}/{})", ratio.covered, ratio.total);
    format!("{style}{text:>16}{style:#}")
}

fn stretches(summary: &Summary) -> String {
    let all = summary.uncovered();
    let mut names: Vec<String> = all
        .iter()
        .take(STRETCHES)
        .map(|(first, last)| match first == last {
            true => first.to_string(),
            false => format!("{first}-{last}"),
        })
        .collect();
    if all.len() > STRETCHES {
        names.push(format!("and {} more", all.len() - STRETCHES));
    }
    names.join(", ")
}
