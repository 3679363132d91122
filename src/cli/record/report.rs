//! What `segfn record` tells.

use segfn::project::inputs::InputError;
use segfn::report::visible;
use segfn::suite::record::{Deviation, RecordEvent, Update, Written};
use segfn::suite::{CaseLocation, Problem};

use crate::cli::error::Exit;
use crate::cli::output::Output;

/// Tells what is written, and how its replay goes.
pub struct Report<'a> {
    output: &'a Output,
    /// The cases that were recorded.
    pub written: Vec<Written>,
    /// How many inputs are cases already.
    existing: usize,
    unreadable: usize,
}

impl<'a> Report<'a> {
    pub fn new(output: &'a Output) -> Report<'a> {
        Report {
            output,
            written: Vec::new(),
            existing: 0,
            unreadable: 0,
        }
    }

    /// Tells what came of an input.
    pub fn take(&mut self, event: RecordEvent) {
        match event {
            RecordEvent::Unreadable(problem) => {
                self.unreadable += 1;
                let hint = InputError::hint(&problem);
                self.output.error(&problem.to_string(), hint.as_deref());
            }
            RecordEvent::BadInput { input, problem } => {
                self.unreadable += 1;
                self.output.error(&format!("{input}: {problem}"), None);
            }
            RecordEvent::Exists(folder) => {
                self.existing += 1;
                self.write(&format!("{} already exists\n", folder.display()));
            }
            RecordEvent::Case(case) => {
                for warning in &case.warnings {
                    self.output.warning(warning, None);
                }
                self.written.push(case);
            }
        }
    }

    /// Tells what the replay of a case does in another way.
    pub fn tell(&self, case: &CaseLocation, deviation: Deviation) {
        let case = case.shown();
        let problem = match &deviation {
            Deviation::Problem(problem) => problem,
            Deviation::Class { live, replay } => {
                let live = live.name();
                let text = format!(
                    "{case}: the live run ended as {live}, but the replay ends as {replay}"
                );
                let hint = format!("to see why: segfn test {case}");
                return self.output.warning(&text, Some(&hint));
            }
        };
        let (text, hint) = match problem {
            Problem::NoExpectation => return,
            Problem::Different(_) => (
                format!("{case}: it doesn't do what is expected"),
                format!("to see what differs: segfn test {case}"),
            ),
            Problem::Miss(text) => (
                format!("{case}: the replay makes another request: {text}"),
                "if a field differs each time, leave it out: mask = [\"body.FIELD\"] below [test] in segfn.toml".to_owned(),
            ),
            Problem::Unused(text) | Problem::UnusedReply(text) => (
                format!("{case}: in the replay, {text}"),
                format!("to see what differs: segfn test {case}"),
            ),
            Problem::Broken { message, hint } => (
                format!("{case}: {message}"),
                hint.clone().unwrap_or_else(|| format!("to see what differs: segfn test {case}")),
            ),
        };
        self.output.warning(&text, Some(&hint));
    }

    /// Tells of the cases, which are in their places by now.
    pub fn tell_written(&self) {
        for case in &self.written {
            let handler = case.handler.as_deref().unwrap_or("no handler");
            self.write(&format!(
                "{}: {handler} {}, {}\n",
                case.folder.display(),
                case.class.name(),
                counted(case.exchanges, "exchange")
            ));
        }
    }

    /// Sums up, and tells how the process ends.
    pub fn finish(&self, again: Option<Update>) -> Exit {
        let new = self.written.iter().filter(|case| case.new).count();
        let anew = self.written.len() - new;
        let mut parts = Vec::new();
        if new > 0 || again.is_none() {
            parts.push(format!("{} recorded", counted(new, "case")));
        }
        match again {
            Some(Update::All) => parts.push(format!("{} recorded again", counted(anew, "case"))),
            Some(Update::Missing) => {
                let more = self.written.iter().map(|case| case.exchanges).sum();
                let text = format!(
                    "{} added to {}",
                    counted(more, "exchange"),
                    counted(anew, "case")
                );
                parts.push(text);
            }
            None if self.existing > 0 => {
                let exist = match self.existing {
                    1 => "1 case exists already (--update records it again)".to_owned(),
                    more => format!("{more} cases exist already (--update records them again)"),
                };
                parts.push(exist);
            }
            None => {}
        }
        self.write(&format!("{}\n", parts.join(", ")));
        match self.unreadable {
            0 => Exit::Success,
            _ => Exit::Input,
        }
    }

    fn write(&self, text: &str) {
        // A failure is kept by `output`.
        let _ = self.output.write(visible(text).as_bytes());
    }
}

fn counted(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}
