//! Which events a command takes, beside their files' names.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use segfn::fql::Expression;
use segfn::host::HostOptions;
use segfn::json::Json;
use segfn::options::LONGEST_LINE;
use segfn::project::inputs::{Condition, EventSelection, Inputs};
use segfn::report::underlined;
use segfn::text::time;

use super::error::{CliError, Exit};
use super::output::Output;

/// Flags that choose some of the events.
#[derive(clap::Args)]
pub struct EventArgs {
    /// Take only events of which this is true, in the language of Segment's destination filters (FQL),
    /// such as 'type = "track" and properties.revenue > 10'; of a batch, the events that fit are taken
    #[arg(long = "where", value_name = "FQL", value_parser = parse_condition)]
    pub condition: Option<Arc<Expression>>,
    /// Take only this many of the events; each is as likely as any other, and the choice is the same
    /// each time
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = parse_sample)]
    pub sample: Option<usize>,
    /// Take only events since a time, such as 2026-01-31T12:00:00Z, 2026-01-31, or 7d for the last
    /// seven days; events without a time are taken
    #[arg(long, value_name = "TIME", value_parser = parse_since)]
    pub since: Option<Since>,
    /// The longest line of a file of events, in megabytes
    #[arg(long, value_name = "MB", default_value_t = LONGEST_LINE >> 20, value_parser = parse_max_line)]
    pub max_line: usize,
}

/// Since when events are taken.
#[derive(Clone, Copy, Debug)]
pub struct Since {
    pub time: SystemTime,
    /// Whether it was said as a time before now, which is another one on each machine.
    is_relative: bool,
}

impl EventArgs {
    /// Since when events are taken.
    pub fn since_time(&self) -> Option<SystemTime> {
        self.since.map(|since| since.time)
    }

    /// What the flags say, so that it can be compared.
    pub fn told(&self) -> Json {
        let condition = self.condition.as_ref().map(ToString::to_string);
        Json::object([
            ("where", Json::of(&condition)),
            ("since", Json::of(&self.since_time().map(time::to_iso))),
            ("longest", Json::of(&self.longest())),
        ])
    }

    /// Refuses what depends on other parts, or on when a part runs.
    ///
    /// # Errors
    /// A flag has no meaning in a part.
    pub fn refuse_in_parts(&self) -> Result<(), CliError> {
        let refuse =
            |text: &str, hint: &str| Err(CliError::new(Exit::Usage, text).with_hint(Some(hint)));
        if self.sample.is_some() {
            return refuse(
                "--sample chooses among all events, and a part has only some of them",
                "--since and --where choose events, too",
            );
        }
        if self.since.is_some_and(|since| since.is_relative) {
            return refuse(
                "parts that begin later would take other events since then",
                "name the time: --since 2026-01-31",
            );
        }
        Ok(())
    }

    pub fn selection(&self) -> EventSelection {
        EventSelection {
            since: self.since_time(),
            condition: self.condition.clone().map(Condition::new),
            sample: self.sample,
        }
    }

    /// The longest line that is read, in bytes.
    pub fn longest(&self) -> usize {
        self.max_line << 20
    }

    /// The inputs in `paths`; those of archives come from the AWS of `host`.
    pub fn open(&self, paths: &[PathBuf], host: &HostOptions) -> Inputs {
        Inputs::with_archives(paths, host, self.since_time()).up_to(self.longest())
    }
}

/// Tells what a condition did that nobody may have meant: it took no event at all, or has no meaning for
/// some.
pub fn tell_left_out(selection: &EventSelection, output: &Output) {
    let Some(condition) = &selection.condition else {
        return;
    };
    let answers = condition.answers();
    let events = |count| match count {
        1 => "1 event was".to_owned(),
        count => format!("{count} events were"),
    };
    if let Some((input, error)) = answers.first_misfit {
        let left_out = events(answers.misfits);
        output.warning(
            &format!("{left_out} left out: --where is neither true nor false there. The first is {input}: {error}"),
            error.hint().as_deref(),
        );
    } else if answers.taken == 0 && answers.left_out > 0 {
        let left_out = events(answers.left_out);
        output.warning(
            &format!("--where is true of no event: {left_out} left out"),
            None,
        );
    }
}

fn parse_condition(text: &str) -> Result<Arc<Expression>, String> {
    text.parse()
        .map(Arc::new)
        .map_err(|error: segfn::fql::FqlError| {
            let place = underlined(text, error.span.clone());
            let hint = error.hint().map(|hint| format!("\n  {hint}"));
            format!("{error}\n{place}{}", hint.unwrap_or_default())
        })
}

fn parse_max_line(text: &str) -> Result<usize, &'static str> {
    text.parse()
        .ok()
        .filter(|megabytes| (1..=4096).contains(megabytes))
        .ok_or("expected megabytes, from 1 to 4096")
}

/// More would not fit into memory.
const LARGEST_SAMPLE: usize = 1_000_000;

fn parse_sample(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|size| (1..=LARGEST_SAMPLE).contains(size))
        .ok_or_else(|| format!("expected a number from 1 to {LARGEST_SAMPLE}"))
}

pub fn parse_since(text: &str) -> Result<Since, &'static str> {
    let at = |time, is_relative| Since { time, is_relative };
    let day = || time::parse(&format!("{text}T00:00:00Z"));
    let named = time::parse(text).or_else(day);
    let ago = || time::before(SystemTime::now(), text);
    named
        .map(|time| at(time, false))
        .or_else(|| ago().map(|time| at(time, true)))
        .ok_or("expected a time such as 2026-01-31T12:00:00Z, 2026-01-31 or 7d")
}
