//! Differences as a page.

use maud::{Markup, html};

use super::compared::ComparedVersions;
use super::wording::{
    NOISE, Sentence, costs, dropped, example_of, failures, headline, is_told_by_title, mask_lines,
    masks, rests_on, size, title,
};
use crate::diff::{Differences, Group};
use crate::json::Json;
use crate::report::cost::{HandlerRows, UNSTABLE, lacks_any, rise_text};
use crate::report::html::{diff, facts, page};
use crate::report::line_diff::diff_lines;
use crate::report::texts::Texts;
use crate::report::value::first_lines;
use crate::report::words::count;

/// Groups on the page: the largest.
const MOST_GROUPS: usize = 1_000;
/// Those that are unfolded at first.
const UNFOLDED: usize = 5;
/// Lines of an example that are shown.
const MOST_LINES: usize = 500;
/// The columns into which an event is fitted.
const COLUMNS: usize = 100;

/// The page.
pub fn html(versions: &ComparedVersions, differences: &Differences, texts: &Texts) -> String {
    let title = format!("segfn diff: {}", headline(differences).text());
    let shown = |text: &str| {
        let text = texts.line(text);
        html! { code { (text) } }
    };
    let all = differences.groups.len() + differences.objects.len();
    let groups = differences.groups.iter().chain(&differences.objects);
    let mark = if differences.is_empty() {
        "good"
    } else {
        "bad"
    };
    let content = html! {
        header {
            h1 { "segfn diff" }
            p { (sentence(&headline(differences), mark, texts)) }
            (facts(&versions.facts().map(|(name, value)| (name, shown(value)))))
            @for rise in &differences.cost.rises {
                p { strong class="bad" { (rise_text(rise)) } }
            }
            @for failure in failures(differences) {
                p { (sentence(&failure, "warn", texts)) }
            }
            @for line in rests_on(differences) {
                p class="soft" { (line) }
            }
        }
        main {
            @if all > 0 {
                h2 { "What differs" }
            }
            @for (number, of) in groups.take(MOST_GROUPS).enumerate() {
                (group(of, number < UNFOLDED, texts))
            }
            @if all > MOST_GROUPS {
                p { (count((all - MOST_GROUPS) as u64, "more difference", "more differences")) "; " code { "--report json" } " has all" }
            }
            @if let Some(dropped) = dropped(differences) {
                p { (dropped) }
            }
            (noise(differences, texts))
            (cost(versions, differences))
        }
    };
    page(&texts.line(&title), &content)
}

fn sentence(sentence: &Sentence, mark: &str, texts: &Texts) -> Markup {
    html! {
        (sentence.before)
        strong class=(mark) { (sentence.marked) }
        (texts.line(&sentence.after))
    }
}

fn group(group: &Group, is_open: bool, texts: &Texts) -> Markup {
    let example = &group.example;
    let side = |value: &Option<_>| value.as_ref().map(|value| texts.json(value));
    let (base, candidate) = (side(&example.base), side(&example.candidate));
    let lines = || diff_lines(base.as_ref(), candidate.as_ref(), MOST_LINES);
    html! {
        details class="card" open[is_open] {
            summary {
                code { (texts.line(&title(&group.kind))) }
                span class="soft number" { (size(group)) }
            }
            div class="inside" {
                @if !is_told_by_title(&group.kind) {
                    h3 { "base " span class="bad" { "−" } " and candidate " span class="good" { "+" } }
                    (diff(&lines(), texts))
                }
                h3 { "example " (example_of(group)) }
                @if let Some(event) = &example.event {
                    details {
                        summary { code { (texts.line(&example.input)) } }
                        pre { (event_text(event, texts)) }
                    }
                } @else {
                    code { (texts.line(&example.input)) }
                }
            }
        }
    }
}

fn event_text(event: &Json, texts: &Texts) -> String {
    let lines = first_lines(&texts.json(event), COLUMNS, MOST_LINES);
    let lines: Vec<String> = lines.iter().map(|line| texts.line(line)).collect();
    lines.join("\n")
}

fn cost(versions: &ComparedVersions, differences: &Differences) -> Markup {
    let tables = costs(versions, differences);
    html! {
        @if !tables.is_empty() {
            h2 { "Cost of an event" }
            @for HandlerRows { handler, rows } in &tables {
                div class="wide" {
                    table class="figures" {
                        tr {
                            th { code { (handler) } }
                            th class="number" { "base" }
                            th class="number" { "candidate" }
                            th class="number" { "change" }
                        }
                        @for row in rows {
                            tr {
                                td { (row.name) }
                                @for value in &row.values { td class="number" { (value) } }
                                td class="number" { (row.change.as_deref().unwrap_or_default()) }
                            }
                        }
                    }
                }
            }
            @if lacks_any(&tables) { p class="soft" { (UNSTABLE) } }
        }
    }
}

fn noise(differences: &Differences, texts: &Texts) -> Markup {
    let masks = masks(differences);
    html! {
        @if !differences.noise.is_empty() {
            h2 { "Noise" }
            p class="soft" { (NOISE) }
            ul {
                @for group in differences.noise.iter().take(MOST_GROUPS) {
                    li { code { (texts.line(&title(&group.kind))) } " " span class="soft" { (size(group)) } }
                }
            }
            @if !masks.is_empty() {
                p { "To leave it out from now on, write into segfn.toml:" }
                pre { (texts.text(&mask_lines(&masks))) }
            }
        }
    }
}
