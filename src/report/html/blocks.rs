//! The blocks that several pages have.

use maud::{Markup, html};

use crate::report::Texts;
use crate::report::line_diff::{DiffLine, Side};
use crate::report::words::duration;

/// Names and what is known by them.
pub fn facts(facts: &[(&str, Markup)]) -> Markup {
    html! {
        dl {
            @for (name, value) in facts {
                div { dt { (name) } dd { (value) } }
            }
        }
    }
}

/// The lines of a difference: each begins with a sign, so that it doesn't need the colours.
pub fn diff(lines: &[DiffLine], texts: &Texts) -> Markup {
    html! {
        pre class="diff" {
            @for line in lines {
                @let sign = html! { b { (line.side.sign()) } };
                @let text = texts.line(&line.text);
                @match line.side {
                    Side::Left => del { (sign) (text) },
                    Side::Right => ins { (sign) (text) },
                    Side::Both | Side::Gap => span { (sign) (text) },
                }
            }
        }
    }
}

/// A request in a waterfall. Its texts are to be without secrets.
pub struct RequestBar {
    pub name: String,
    /// Its status, or why there was none.
    pub answer: String,
    pub is_bad: bool,
    /// From the beginning of all, in milliseconds.
    pub start: f64,
    pub ms: f64,
}

/// Requests in the order of their beginnings, each with a bar from its beginning to its end.
pub fn waterfall(bars: &[RequestBar]) -> Markup {
    let end = bars.iter().map(|bar| bar.start + bar.ms);
    let end = end.fold(0.0, f64::max);
    html! {
        table class="waterfall" {
            thead {
                tr {
                    th { "request" }
                    th { "answer" }
                    th class="number" { "time" }
                    th class="bar" { span class="number" { "0 to " (duration(end)) } }
                }
            }
            @for bar in bars {
                tr class=[bar.is_bad.then_some("bad")] {
                    td { code { (bar.name) } }
                    td { (bar.answer) }
                    td class="number" { (duration(bar.ms)) }
                    td class="bar" { (drawn(bar, end)) }
                }
            }
        }
    }
}

/// The bar of a request among those that end at `end`, in thousandths of the width.
fn drawn(bar: &RequestBar, end: f64) -> Markup {
    let part = |ms: f64| if end > 0.0 { ms / end * 1000.0 } else { 0.0 };
    // What took no time can be seen, too.
    let width = part(bar.ms).max(6.0);
    let x = part(bar.start).min(1000.0 - width);
    let told = format!(
        "from {} to {}",
        duration(bar.start),
        duration(bar.start + bar.ms)
    );
    html! {
        svg viewBox="0 0 1000 10" preserveAspectRatio="none" role="img" aria-label=(told) {
            title { (told) }
            rect x=(format!("{x:.0}")) y="0" width=(format!("{width:.0}")) height="10" {}
        }
    }
}
