//! What invocations cost, as rows that every report on it shows.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::time::Duration;

use super::Palette;
use super::words::visible_line;
use crate::cost::{CostFigures, CostRise, Figures, Volume, agree};
use crate::json::Json;

/// How costs are shown.
#[derive(Clone, Copy, Debug)]
pub struct CostOptions {
    /// What a longer invocation passes.
    pub limit: Duration,
    /// Where the hours of a month are asked for.
    pub volume: Option<Volume>,
}

/// What is said of a handler.
pub struct HandlerRows {
    pub handler: String,
    pub rows: Vec<CostRow>,
}

/// A figure, of one version or of two.
pub struct CostRow {
    pub name: String,
    pub values: Vec<String>,
    /// By how much the second differs from the first: `+25%`.
    pub change: Option<String>,
    /// Whether they differ by a percent or more, and a time by more than it is measured to.
    pub is_notable: bool,
}

/// What stands for a figure that isn't told.
const NONE: &str = "–";

/// Why figures are missing, where some are.
pub const UNSTABLE: &str = "– could not be measured to 5 %: it takes some thousand invocations, on a machine \
                            that does little else";

/// What a figure counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Number,
    Bytes,
    Milliseconds,
    /// A time that was measured, in milliseconds: it is never twice the same.
    Measured,
    Hours,
}

/// The rows of each handler that any of the versions calls.
pub fn cost_rows(versions: &[&CostFigures], options: &CostOptions) -> Vec<HandlerRows> {
    let handlers: BTreeSet<&String> = versions.iter().flat_map(|version| version.keys()).collect();
    let handlers = handlers.into_iter();
    handlers
        .map(|handler| HandlerRows {
            handler: handler.clone(),
            rows: handler_rows(handler, versions, options),
        })
        .collect()
}

fn handler_rows(handler: &str, versions: &[&CostFigures], options: &CostOptions) -> Vec<CostRow> {
    type Figure = fn(&Figures) -> Option<f64>;
    let limit = format!("over {} s", options.limit.as_secs_f64());
    let figures: [(&str, Unit, Figure); 12] = [
        ("invocations", Unit::Number, |one| {
            Some(one.invocations as f64)
        }),
        ("CPU", Unit::Measured, |one| one.cpu_ms),
        ("waiting", Unit::Milliseconds, |one| Some(one.waiting_ms)),
        ("p50", Unit::Measured, |one| one.p50_ms),
        ("p95", Unit::Measured, |one| one.p95_ms),
        ("p99", Unit::Measured, |one| one.p99_ms),
        (&limit, Unit::Number, |one| Some(one.over_limit as f64)),
        ("requests", Unit::Number, |one| Some(one.requests)),
        ("retries", Unit::Number, |one| Some(one.retries)),
        ("sent", Unit::Bytes, |one| Some(one.sent)),
        ("received", Unit::Bytes, |one| Some(one.received)),
        ("messages over 32 KB", Unit::Number, |one| {
            Some(one.large_messages as f64)
        }),
    ];
    let of_versions = |value: &dyn Fn(&Figures, &CostFigures) -> Option<f64>| -> Vec<Option<f64>> {
        let versions = versions.iter();
        versions
            .map(|version| value(version.get(handler)?, version))
            .collect()
    };
    let mut rows: Vec<CostRow> = figures
        .iter()
        .map(|(name, unit, figure)| CostRow::new(name, *unit, &of_versions(&|one, _| figure(one))))
        .collect();
    if let Some(volume) = options.volume {
        let values = of_versions(&|one, version| hours(volume, one, total(version)));
        rows.push(CostRow::new("hours a month", Unit::Hours, &values));
    }
    rows
}

impl CostRow {
    fn new(name: &str, unit: Unit, values: &[Option<f64>]) -> CostRow {
        let mut row = CostRow {
            name: name.to_owned(),
            values: values.iter().map(|value| shown(*value, unit)).collect(),
            change: None,
            is_notable: false,
        };
        let is_measured = matches!(unit, Unit::Measured | Unit::Hours);
        if let [Some(base), Some(candidate)] = *values
            && !(is_measured && agree(base, candidate))
        {
            row.change = change(base, candidate);
            row.is_notable =
                row.change.is_some() && (base - candidate).abs() >= 0.01 * base.max(candidate);
        }
        row
    }
}

/// All invocations of a version.
fn total(version: &CostFigures) -> u64 {
    version.values().map(|one| one.invocations).sum()
}

/// Whether a figure is missing anywhere.
pub fn lacks_any(tables: &[HandlerRows]) -> bool {
    let mut rows = tables.iter().flat_map(|table| &table.rows);
    rows.any(|row| row.values.iter().any(|value| value == NONE))
}

/// The figures as a line of JSON, with the hours of a month where they are asked for.
pub fn stats_json(figures: &CostFigures, options: &CostOptions) -> String {
    let mut stats = Json::of(figures);
    if let Some(volume) = options.volume {
        for (handler, one) in figures {
            if let Some(hours) = hours(volume, one, total(figures)) {
                stats[handler.as_str()]["hours_a_month"] = Json::of(&hours);
            }
        }
    }
    format!("{}\n", Json::object([("v", 1.into()), ("stats", stats)]))
}

/// The hours that the events of a handler, a part of all, take in a month.
fn hours(volume: Volume, figures: &Figures, total: u64) -> Option<f64> {
    // What is mostly waiting is known without the processor's time.
    figures.cpu_ms.or(figures.p50_ms)?;
    let part = figures.invocations as f64 / total.max(1) as f64;
    Some(volume.hours(figures.billed_ms()) * part)
}

/// The rows for people, under the names of the versions; `only_changes` leaves out the others.
pub fn cost_text(
    tables: &[HandlerRows],
    columns: &[&str],
    only_changes: bool,
    palette: &Palette,
) -> String {
    let Palette { bold, dim, .. } = palette;
    let mut text = String::new();
    let mut is_any_missing = false;
    for HandlerRows { handler, rows } in tables {
        let rows: Vec<&CostRow> = rows
            .iter()
            .filter(|row| !only_changes || row.is_notable)
            .collect();
        if rows.is_empty() {
            continue;
        }
        // Writing into a string doesn't fail.
        let _ = write!(
            text,
            "\n{bold}{:<23}{bold:#}",
            format!("cost of {}", visible_line(handler))
        );
        for column in columns {
            let _ = write!(text, "{dim}{column:>16}{dim:#}");
        }
        text.push('\n');
        for row in rows {
            is_any_missing |= row.values.iter().any(|value| value == NONE);
            let _ = write!(text, "  {:<21}", row.name);
            for value in &row.values {
                let _ = write!(text, "{value:>16}");
            }
            if let Some(change) = &row.change {
                let _ = write!(text, "  {change}");
            }
            text.push('\n');
        }
    }
    if is_any_missing {
        let _ = writeln!(text, "{dim}{UNSTABLE}{dim:#}");
    }
    text
}

/// What a rise is told as.
pub fn rise_text(rise: &CostRise) -> String {
    let CostRise {
        handler,
        figure,
        base,
        candidate,
    } = rise;
    let by = change(*base, *candidate).unwrap_or_default();
    format!(
        "{figure} of {} rose from {} to {} ({by})",
        visible_line(handler),
        rounded(*base),
        rounded(*candidate)
    )
}

/// `+25%`; `None` where they are the same to three digits.
fn change(base: f64, candidate: f64) -> Option<String> {
    if rounded(base) == rounded(candidate) {
        return None;
    }
    if base == 0.0 {
        return Some("new".to_owned());
    }
    let percent = (candidate / base - 1.0) * 100.0;
    let sign = if percent > 0.0 { "+" } else { "−" };
    Some(format!("{sign}{}%", rounded(percent.abs())))
}

fn shown(value: Option<f64>, unit: Unit) -> String {
    let Some(value) = value.map(rounded) else {
        return NONE.to_owned();
    };
    match unit {
        Unit::Number | Unit::Hours => value,
        Unit::Bytes => format!("{value} bytes"),
        Unit::Milliseconds | Unit::Measured => format!("{value} ms"),
    }
}

/// A number to three digits; a larger whole number as it is.
fn rounded(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let magnitude = value.abs().log10().floor();
    let decimals = (2.0 - magnitude).clamp(0.0, 9.0) as usize;
    let text = format!("{value:.decimals$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_digits() {
        let numbers = [0.0, 0.012_34, 0.5, 1.0, 12.345, 123.4, 1234.5, 1_000_000.0];
        let shown = numbers.map(rounded);
        assert_eq!(
            shown,
            ["0", "0.0123", "0.5", "1", "12.3", "123", "1234", "1000000"]
        );
    }

    #[test]
    fn a_change_is_told_where_it_can_be_seen() {
        assert_eq!(change(1.0, 1.0001), None);
        assert_eq!(change(1.0, 1.25).as_deref(), Some("+25%"));
        assert_eq!(change(4.0, 1.0).as_deref(), Some("−75%"));
        assert_eq!(change(0.0, 1.0).as_deref(), Some("new"));
        assert_eq!(change(0.0, 0.0), None);
    }
}
