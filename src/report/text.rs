//! Outcomes for people: one block each.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;

use crate::json::Json;
use anstyle::Style;
use serde_json::value::RawValue;

use super::stack::StackLine;
use super::words::{count, cut, duration, visible, visible_line};
use super::writer::{LABEL, Writer};
use super::{Palette, frame, hint, stack, value};
use crate::function::Kind;
use crate::outcome::{BatchItem, Class, Exchange, Failure, Level, Log, Outcome, Via};
use crate::secrets::Secrets;
use crate::text::Place;

/// What is longer than this is shortened.
const MOST_LINES: usize = 24;
const MOST_COLUMNS: usize = 400;
const MOST_ITEMS: usize = 20;

/// Renders outcomes of one function.
#[derive(Clone, Debug)]
pub struct TextReport {
    /// The function's file and text, for code frames.
    pub path: PathBuf,
    pub source: Arc<str>,
    pub palette: Palette,
    /// The columns that there are to show it in.
    pub width: usize,
    /// What is shortened is redacted before: half a secret would not be found afterwards.
    pub secrets: Arc<Secrets>,
}

/// An outcome's text.
pub struct Block {
    pub bytes: Vec<u8>,
    /// The length of the first line.
    pub head: usize,
    /// Whether the first line says all that matters: a success that logged nothing.
    pub plain: bool,
}

fn symbol(class: Class) -> &'static str {
    match class {
        Class::Success => "✓",
        Class::Filtered => "−",
        Class::Skipped => "·",
        Class::Retry => "↻",
        Class::Discard => "✗",
    }
}

impl TextReport {
    /// The outcome's block. Secrets are still in it, where nothing was shortened.
    pub fn block(&self, outcome: &Outcome) -> Block {
        let mut block = self.first_line(outcome);
        let dim = self.palette.dim;
        let head = block.out.len();

        for log in &outcome.logs {
            self.log(&mut block, log);
        }
        for exchange in &outcome.exchanges {
            self.exchange(&mut block, exchange);
        }
        for event in &outcome.messages.events {
            block.labelled("event", Style::new(), &self.value(event));
        }
        for object in &outcome.messages.objects {
            block.labelled("object", Style::new(), &self.value(object));
        }
        if !outcome.cache.is_empty() {
            let [hits, misses] = [outcome.cache.hits, outcome.cache.misses].map(u64::from);
            let text = format!(
                "{}, {}",
                count(hits, "hit", "hits"),
                count(misses, "miss", "misses")
            );
            block.labelled("cache", dim, &text);
        }
        self.batch(&mut block, outcome);
        for warning in &outcome.warnings {
            block.labelled("warning", self.palette.warn, &visible(warning));
        }
        // A batch's value is what its items were read from.
        if let Some(value) = &outcome.value
            && (outcome.batch.is_empty() || outcome.class.is_failure())
        {
            block.labelled("value", Style::new(), &self.value(value));
        }
        if let Some(failure) = &outcome.error {
            self.failure(&mut block, failure, outcome);
        }
        let plain = outcome.class == Class::Success
            && outcome.logs.is_empty()
            && outcome.warnings.is_empty()
            && outcome
                .batch
                .iter()
                .all(|item| item.class == Class::Success);
        Block {
            bytes: block.out,
            head,
            plain,
        }
    }

    /// The first line of the block.
    pub fn head(&self, outcome: &Outcome) -> Vec<u8> {
        self.first_line(outcome).out
    }

    fn first_line(&self, outcome: &Outcome) -> Writer {
        let mut line = Writer::new(self.palette);
        let Palette { bold, dim, .. } = self.palette;
        let style = self.palette.class(outcome.class);
        line.put(format_args!(
            "{style}{} {:<8}{style:#}",
            symbol(outcome.class),
            outcome.class.name()
        ));
        if let Some(handler) = &outcome.handler {
            line.put(format_args!("  {bold}{}{bold:#}", visible_line(handler)));
        }
        line.put(format_args!(
            "  {}  {dim}{}{dim:#}",
            visible_line(&outcome.input),
            duration(outcome.ms)
        ));
        let failed = outcome.batch.iter().filter(|item| item.class.is_failure());
        let failed = failed.count();
        if failed > 0 && !outcome.class.is_failure() {
            let bad = self.palette.bad;
            let failed = count(failed as u64, "event", "events");
            line.put(format_args!("  {bad}{failed} failed{bad:#}"));
        }
        line.put('\n');
        line
    }

    /// Where the function could not be loaded: the lines there, and the calls.
    pub fn place_of(&self, failure: &Failure) -> Vec<u8> {
        let mut out = Writer::new(self.palette);
        if let Some(frame) = self.frame(failure.at, self.width) {
            out.put(format_args!("{frame}\n"));
        }
        for line in self.stack(failure) {
            out.put(format_args!("  {line}\n"));
        }
        out.out
    }

    fn log(&self, block: &mut Writer, log: &Log) {
        let (label, style) = match log.level {
            Level::Debug => ("debug", self.palette.dim),
            Level::Log => ("log", self.palette.dim),
            Level::Info => ("info", self.palette.dim),
            Level::Warn => ("warn", self.palette.warn),
            Level::Error => ("error", self.palette.bad),
        };
        let mut text = String::with_capacity(log.text.len());
        for line in stack::fold(log.text.split('\n'), &self.file()) {
            let indent = match line {
                StackLine::Folded { .. } => "    ",
                StackLine::Plain(_) => "",
            };
            text.extend(["\n", indent, &self.line(&line)]);
        }
        block.labelled(label, style, &text[1..]);
    }

    fn exchange(&self, block: &mut Writer, exchange: &Exchange) {
        let Palette { bad, dim, .. } = self.palette;
        let label = match exchange.via {
            Via::Http => "http",
            Via::Aws | Via::Embedded => "aws",
        };
        let mut text = format!(
            "{} {}  ",
            visible(&exchange.method),
            self.shortened(&exchange.url)
        );
        match (exchange.status, &exchange.error) {
            (Some(status), _) => {
                let style = if status >= 400 { bad } else { Style::new() };
                text.push_str(&format!("{style}{status}{style:#}"));
            }
            (None, Some(error)) => text.push_str(&format!("{bad}{}{bad:#}", visible(error))),
            (None, None) => text.push_str("no response"),
        }
        text.push_str(&format!("  {dim}{}{dim:#}", duration(exchange.ms)));
        if exchange.via == Via::Embedded {
            text.push_str(&format!(" {dim}(embedded){dim:#}"));
        }
        block.labelled(label, dim, &text);
    }

    /// What became of a batch: of a destination function's what did not succeed, of an insert
    /// function's each event.
    fn batch(&self, block: &mut Writer, outcome: &Outcome) {
        let items = &outcome.batch;
        if items.is_empty() {
            return;
        }
        let inserted = matches!(outcome.kind, Kind::InsertDestination | Kind::InsertSource);
        let good = |item: &&BatchItem| item.class == Class::Success;
        let text = format!(
            "{} of {} {}",
            items.iter().filter(good).count(),
            count(items.len() as u64, "event", "events"),
            if inserted { "sent on" } else { "succeeded" }
        );
        block.labelled("batch", self.palette.dim, &text);
        let shown: Vec<_> = items
            .iter()
            .enumerate()
            .filter(|(_, item)| inserted || !good(item))
            .collect();
        for (index, item) in shown.iter().take(MOST_ITEMS) {
            let style = self.palette.class(item.class);
            let mut text = format!(
                "[{index}] {style}{} {}{style:#}",
                symbol(item.class),
                item.class.name()
            );
            if let Some(status) = item.status {
                text.push_str(&format!("  {status}"));
            }
            if let Some(message) = &item.message {
                text.push_str(&format!("  {}", self.shortened(message)));
            }
            if let Some(event) = &item.event {
                let event = self.value(event);
                match event.contains('\n') {
                    true => text.push_str(&format!("\n{event}").replace('\n', "\n    ")),
                    false => text.push_str(&format!("  {event}")),
                }
            }
            block.labelled("", Style::new(), &text);
        }
        if shown.len() > MOST_ITEMS {
            let more = shown.len() - MOST_ITEMS;
            block.labelled(
                "",
                self.palette.dim,
                &format!("… {more} more (--json shows all)"),
            );
        }
    }

    fn failure(&self, block: &mut Writer, failure: &Failure, outcome: &Outcome) {
        let Palette { bad, bold, dim, .. } = self.palette;
        let (name, message) = (visible(&failure.name), visible(&failure.message));
        // An insert function that drops an event does what it is there for.
        if outcome.class == Class::Filtered {
            block.labelled("dropped", dim, &format!("{name}: {message}"));
            return;
        }
        block.labelled("failed", bad, &format!("{bad}{name}{bad:#}: {message}"));
        let code = format!("{} ({})", visible(&failure.title), visible(&failure.code));
        block.labelled(
            "",
            Style::new(),
            &format!("{dim}the platform calls it:{dim:#} {code}"),
        );
        if let Some(frame) = self.frame(failure.at, self.inner_width()) {
            block.labelled("", Style::new(), &frame);
        }
        for line in self.stack(failure) {
            block.labelled("", Style::new(), &line);
        }
        if let Some(hint) = hint(failure, &self.source, outcome.handler.as_deref()) {
            block.labelled("hint", bold, &visible(&hint));
        }
    }

    /// The function's lines where it failed.
    pub fn frame_of(&self, failure: &Failure) -> Option<String> {
        self.frame(failure.at, self.width)
    }

    fn frame(&self, at: Option<Place>, width: usize) -> Option<String> {
        frame(
            &self.path,
            &self.source,
            at?,
            self.palette.color,
            width,
            &self.secrets,
        )
    }

    /// The columns that are left beside the labels.
    fn inner_width(&self) -> usize {
        self.width.saturating_sub(LABEL + 3)
    }

    /// The stack's lines, without the call that the frame shows.
    fn stack(&self, failure: &Failure) -> Vec<String> {
        let stack = failure.stack.as_deref().unwrap_or_default();
        let mut calls = stack::calls(stack, &self.file());
        if failure.at.is_some()
            && let Some(first) = calls
                .iter()
                .position(|call| matches!(call, StackLine::Plain(_)))
        {
            calls.remove(first);
        }
        let lines = calls.iter().take(MOST_ITEMS).map(|call| self.line(call));
        lines.collect()
    }

    fn line(&self, line: &StackLine) -> String {
        let dim = self.palette.dim;
        match line {
            StackLine::Plain(line) => visible(line).into_owned(),
            StackLine::Folded {
                calls,
                modules,
                end,
            } => {
                let calls = count(*calls as u64, "call", "calls");
                let modules = modules.join(", ");
                format!("{dim}… {calls} in {}{dim:#}{end}", visible(&modules))
            }
        }
    }

    /// The base name of the user's file, as stacks show it.
    fn file(&self) -> Cow<'_, str> {
        self.path.file_name().unwrap_or_default().to_string_lossy()
    }

    /// JSON for reading, shortened where it is very long.
    fn value(&self, value: &RawValue) -> String {
        let json = self.redacted(value.get());
        let Ok(value) = Json::parse(&json) else {
            return visible(&cut(&json, MOST_COLUMNS)).into_owned();
        };
        let mut lines = value::lines(&value, self.inner_width());
        if lines.len() > MOST_LINES {
            let more = lines.len() - (MOST_LINES - 4);
            lines.truncate(MOST_LINES - 4);
            let more = count(more as u64, "more line", "more lines");
            lines.push(format!("… {more} (--json shows all)"));
        }
        let lines: Vec<_> = lines.iter().map(|line| cut(line, MOST_COLUMNS)).collect();
        visible(&lines.join("\n")).into_owned()
    }

    fn shortened(&self, text: &str) -> String {
        visible(&cut(&self.redacted(text), MOST_COLUMNS)).into_owned()
    }

    fn redacted<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.secrets.redact_text(text)
    }
}
