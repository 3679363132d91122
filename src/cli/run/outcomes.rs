//! Outcomes as they are written, one after the other.

use std::ops::ControlFlow;

use bytes::Bytes;
use segfn::engine::InputResult;
use segfn::outcome::Class;
use segfn::project::inputs::Inputs;
use segfn::report::text::TextReport;
use segfn::report::{Tally, json};
use serde::{Deserialize, Serialize};

use crate::cli::error::CliError;
use crate::cli::input_problems::InputProblems;
use crate::cli::output::Output;
use crate::cli::progress::Bar;

/// In text, after so many whole blocks a success that says nothing more is one line.
const WHOLE_BLOCKS: u64 = 20;

/// What came of an input, ready to be written.
#[derive(Serialize, Deserialize)]
pub enum RenderedOutcome {
    Outcome {
        class: Class,
        /// Of the invocation, or of one event of its batch.
        failed: bool,
        bytes: Bytes,
        /// Of a block that may be shortened to its first line, that line's length.
        head: Option<usize>,
    },
    Unreadable {
        message: String,
    },
    Failed(String),
}

impl RenderedOutcome {
    pub fn new(ran: InputResult, as_json: bool, text: &TextReport) -> RenderedOutcome {
        let outcome = match ran {
            InputResult::Outcome(outcome) => outcome,
            InputResult::BadInput {
                input,
                column,
                problem,
            } => {
                let column = column
                    .map(|column| format!(":{column}"))
                    .unwrap_or_default();
                return RenderedOutcome::Unreadable {
                    message: format!("{input}{column}: {problem}"),
                };
            }
        };
        let (class, failed) = (outcome.class, outcome.is_failure());
        let secrets = &text.secrets;
        if !as_json {
            let mut block = text.block(&outcome);
            if secrets.have_met() {
                block.bytes = secrets.redact(&block.bytes).into_owned();
                let first = block.bytes.iter().position(|byte| *byte == b'\n');
                block.head = first.map_or(block.bytes.len(), |newline| newline + 1);
            }
            return RenderedOutcome::Outcome {
                class,
                failed,
                head: block.plain.then_some(block.head),
                bytes: block.bytes.into(),
            };
        }
        match json::line(&outcome) {
            Ok(bytes) => RenderedOutcome::Outcome {
                class,
                failed,
                bytes: match secrets.have_met() {
                    true => secrets.redact_json(&bytes).into_owned().into(),
                    false => bytes.into(),
                },
                head: None,
            },
            Err(error) => {
                RenderedOutcome::Failed(format!("segfn failed: {}: {error}", outcome.input))
            }
        }
    }
}

/// Writes what comes, and counts it.
pub struct OutcomeReport<'a> {
    output: &'a Output,
    problems: InputProblems,
    /// Whether outcomes are written.
    pub shows: bool,
    bar: Bar,
    pub tally: Tally,
    blocks: u64,
    /// Whether segfn failed.
    pub failed: bool,
}

impl<'a> OutcomeReport<'a> {
    pub fn new(output: &'a Output, inputs: &Inputs, is_part: bool) -> OutcomeReport<'a> {
        let bar = Bar::new(inputs.progress(), output);
        OutcomeReport {
            output,
            problems: InputProblems::new(inputs.problems(), is_part),
            shows: true,
            bar,
            tally: Tally::default(),
            blocks: 0,
            failed: false,
        }
    }

    pub fn add(&mut self, rendered: RenderedOutcome) -> ControlFlow<()> {
        self.problems.tell(self.output);
        let written = match rendered {
            RenderedOutcome::Outcome {
                class,
                failed,
                bytes,
                head,
            } => {
                self.tally.add(class, failed);
                let shown = match head {
                    Some(head) if self.blocks >= WHOLE_BLOCKS => head,
                    _ => bytes.len(),
                };
                self.blocks += 1;
                match self.shows {
                    true => self.output.write(&bytes[..shown]),
                    false => Ok(()),
                }
            }
            RenderedOutcome::Unreadable { message } => {
                self.tally.add_unreadable();
                self.output.error(&message, None);
                Ok(())
            }
            RenderedOutcome::Failed(message) => {
                self.failed = true;
                self.output.error(&message, None);
                Ok(())
            }
        };
        self.bar.update(&self.tally, self.output);
        // What went wrong is kept by `output`.
        if written.is_err() || self.problems.stops() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    /// Tells what is left to tell.
    pub fn finish(&mut self) -> Result<(), CliError> {
        self.bar.finish();
        let unreadable = self.problems.finish(self.output)?;
        (0..unreadable).for_each(|_| self.tally.add_unreadable());
        Ok(())
    }
}
