//! Cases as a page: those that failed come first.

use std::borrow::Cow;

use maud::{Markup, html};

use super::CaseReporter;
use super::wording::{NOT_RUN, assumed, passed_at, place, plain, remedy};
use crate::json::Difference;
use crate::outcome::Level;
use crate::report::Texts;
use crate::report::frame;
use crate::report::html::{RequestBar, diff, facts, page, waterfall};
use crate::report::line_diff::{DiffLine, diff_lines};
use crate::report::words::{count, duration};
use crate::secrets::Secrets;
use crate::suite::{
    CaseReport, CaseResult, InvocationTrace, Problem, Totals, TracedRequest, UnrunCase, Verdict,
};

/// Cases that are unfolded at first.
const UNFOLDED: usize = 10;
/// Cases that pass, of which it is shown what they did.
const MOST_PASSED: usize = 500;
/// Problems of one case that are shown.
const MOST_PROBLEMS: usize = 50;
/// Lines of one difference that are shown.
const MOST_LINES: usize = 300;
/// The columns of a function's lines.
const COLUMNS: usize = 100;

/// See the module.
pub struct HtmlReporter {
    texts: Texts,
    failed: Vec<Markup>,
    flaky: Vec<Markup>,
    passed: Vec<Markup>,
    /// The names of those that pass beyond [`MOST_PASSED`].
    more_passed: Vec<String>,
    not_run: Vec<String>,
}

impl CaseReporter for HtmlReporter {
    fn case(&mut self, result: &CaseResult) -> String {
        let is_open = self.failed.len() < UNFOLDED;
        match result.report.verdict {
            Verdict::Failed | Verdict::Broken => self.failed.push(self.card(result, is_open)),
            Verdict::Flaky => self.flaky.push(self.card(result, false)),
            Verdict::Passed if self.passed.len() < MOST_PASSED => {
                self.passed.push(self.card(result, false));
            }
            Verdict::Passed => self.more_passed.push(self.texts.line(&result.id)),
        }
        String::new()
    }

    fn not_run(&mut self, case: &UnrunCase) -> String {
        self.not_run.push(self.texts.line(&case.id));
        String::new()
    }

    fn finish(&mut self, totals: &Totals) -> String {
        let all = totals.run() + totals.not_run;
        let all = count(all as u64, "case", "cases");
        let headline = match totals.failed + totals.broken {
            0 => format!("{all}, none of which failed"),
            failed => format!("{failed} of {all} failed"),
        };
        let counted = [
            ("passed", totals.passed, "good"),
            ("flaky", totals.flaky, "warn"),
            ("failed", totals.failed, "bad"),
            ("broken", totals.broken, "bad"),
            ("not run", totals.not_run, "warn"),
            ("accepted", totals.accepted, ""),
        ];
        let mut known: Vec<(&str, Markup)> = counted
            .into_iter()
            .filter(|(_, number, _)| *number > 0)
            .map(|(name, number, class)| (name, html! { span class=(class) { (number) } }))
            .collect();
        let time = duration(totals.time.as_secs_f64() * 1e3);
        known.push(("time", html! { (time) }));
        let names = |names: &[String]| {
            html! { ul { @for name in names { li { code { (name) } } } } }
        };
        let content = html! {
            header {
                h1 { "segfn test" }
                p { strong class=(if totals.any_failed() { "bad" } else { "good" }) { (headline) } }
                (facts(&known))
            }
            main {
                (section("Failed", &self.failed))
                (section("Flaky", &self.flaky))
                @if !self.not_run.is_empty() {
                    h2 { "Not run" }
                    p class="soft" { (NOT_RUN) }
                    (names(&self.not_run))
                }
                (section("Passed", &self.passed))
                @if !self.more_passed.is_empty() {
                    details {
                        summary { (self.more_passed.len()) " more" }
                        (names(&self.more_passed))
                    }
                }
            }
        };
        page(&format!("segfn test: {headline}"), &content)
    }

    /// All texts were redacted before they became HTML.
    fn redact<'t>(&self, text: &'t [u8], _secrets: &Secrets) -> Cow<'t, [u8]> {
        Cow::Borrowed(text)
    }
}

fn section(title: &str, cards: &[Markup]) -> Markup {
    html! {
        @if !cards.is_empty() {
            h2 { (title) }
            @for card in cards { (card) }
        }
    }
}

impl HtmlReporter {
    pub fn new(texts: Texts) -> HtmlReporter {
        HtmlReporter {
            texts,
            failed: Vec::new(),
            flaky: Vec::new(),
            passed: Vec::new(),
            more_passed: Vec::new(),
            not_run: Vec::new(),
        }
    }

    fn card(&self, result: &CaseResult, is_open: bool) -> Markup {
        let (report, texts) = (&result.report, &self.texts);
        let (class, symbol) = match report.verdict {
            Verdict::Passed => ("good", "✓"),
            Verdict::Flaky => ("warn", "↻"),
            Verdict::Failed => ("bad", "✗"),
            Verdict::Broken => ("bad", "!"),
        };
        // Of a flaky case it matters why it failed before it passed.
        let told = match report.verdict {
            Verdict::Flaky => result.earlier.last().unwrap_or(report),
            _ => report,
        };
        let remedy = remedy(result).filter(|_| report.verdict.is_failure());
        html! {
            details class="card" open[is_open] {
                summary {
                    strong class=(class) { (symbol) " " (report.verdict.name()) }
                    " "
                    code { (texts.line(&result.id)) }
                    span class="soft number" { (duration(report.time.as_secs_f64() * 1e3)) }
                }
                div class="inside" {
                    @match report.verdict {
                        Verdict::Flaky => p { (passed_at(result)) ", after this:" },
                        Verdict::Failed | Verdict::Broken if result.tries() > 1 => {
                            p { "It failed at each of " (result.tries()) " tries." }
                        }
                        _ => {}
                    }
                    (self.problems(told))
                    @if told.verdict.is_failure() || report.verdict == Verdict::Flaky {
                        (self.error(told, result))
                    }
                    @if let Some(remedy) = &remedy {
                        p { code { (texts.line(remedy)) } }
                    }
                    @for trace in &report.trace {
                        (self.invocation(trace, report.trace.len() > 1))
                    }
                    p class="soft" { "in " code { (texts.line(&result.location.shown())) } }
                }
            }
        }
    }

    fn problems(&self, report: &CaseReport) -> Markup {
        let more = report.problems.len().saturating_sub(MOST_PROBLEMS);
        html! {
            @for problem in report.problems.iter().take(MOST_PROBLEMS) {
                @if let Problem::Different(difference) = problem {
                    h3 {
                        code { (self.texts.line(&place(&difference.path))) }
                        " expected " span class="bad" { "−" } " got " span class="good" { "+" }
                    }
                    (diff(&lines_of(difference), &self.texts))
                } @else {
                    p { (self.texts.text(&plain(problem))) }
                }
            }
            @if more > 0 { p { "and " (more) " more" } }
            @for answer in &report.assumed {
                p class="soft" { (self.texts.line(&assumed(answer))) }
            }
        }
    }

    fn error(&self, report: &CaseReport, result: &CaseResult) -> Markup {
        let Some(error) = &report.error else {
            return Markup::default();
        };
        let text = format!("{}: {}", error.name, error.message);
        let function = &result.function;
        let framed = error.at.and_then(|at| {
            let secrets = self.texts.secrets();
            frame(
                &function.path,
                &function.source,
                at,
                false,
                COLUMNS,
                secrets,
            )
        });
        html! {
            h3 { "Error" }
            p { (self.texts.text(&text)) }
            @if let Some(framed) = framed { pre class="exact" { (framed) } }
        }
    }

    fn invocation(&self, trace: &InvocationTrace, is_one_of_several: bool) -> Markup {
        let texts = &self.texts;
        html! {
            @if is_one_of_several {
                h3 {
                    code { (texts.line(&trace.input)) } " "
                    (trace.handler.as_deref().unwrap_or("no handler")) " " (trace.class.name())
                }
            }
            @if !trace.requests.is_empty() {
                h3 { "Requests" }
                @let bars: Vec<RequestBar> = trace.requests.iter().map(|request| self.bar(request)).collect();
                (waterfall(&bars))
            }
            @if !trace.logs.is_empty() {
                h3 { "Logs" }
                pre {
                    @for log in &trace.logs {
                        @let class = match log.level {
                            Level::Error => "bad",
                            Level::Warn => "warn",
                            Level::Debug | Level::Log | Level::Info => "soft",
                        };
                        span class=(class) { (format!("{:<6}", level(log.level))) }
                        (texts.text(&log.text)) "\n"
                    }
                }
            }
            @if trace.left_out > 0 { p class="soft" { (trace.left_out) " more requests and logs" } }
        }
    }

    fn bar(&self, request: &TracedRequest) -> RequestBar {
        let mut answer = match (request.status, &request.error) {
            (Some(status), None) => status.to_string(),
            (Some(status), Some(error)) => format!("{status}, {error}"),
            (None, Some(error)) => error.clone(),
            (None, None) => "none".to_owned(),
        };
        if request.is_assumed {
            answer.push_str(" (assumed)");
        }
        let is_bad = request.error.is_some() || request.status.is_some_and(|status| status >= 400);
        RequestBar {
            name: self
                .texts
                .line(&format!("{} {}", request.method, request.url)),
            answer: self.texts.line(&answer),
            is_bad,
            start: request.start,
            ms: request.ms,
        }
    }
}

fn lines_of(difference: &Difference) -> Vec<DiffLine> {
    diff_lines(difference.left(), difference.right(), MOST_LINES)
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Debug => "debug",
        Level::Log => "log",
        Level::Info => "info",
        Level::Warn => "warn",
        Level::Error => "error",
    }
}
