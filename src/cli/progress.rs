//! The progress bar of long runs.

use std::io::IsTerminal;
use std::sync::Arc;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use segfn::project::inputs::InputProgress;
use segfn::report::Tally;
use segfn::suite::Totals;

use super::output::Output;

/// Runs that are done by then need no bar.
const AFTER: Duration = Duration::from_secs(1);

/// How far a run is, on standard error. Nothing is drawn unless that is a terminal and standard
/// output is not: there the blocks themselves show the progress.
pub struct Bar {
    bar: ProgressBar,
    inputs: Arc<InputProgress>,
    started: Instant,
    wanted: bool,
    drawn: bool,
}

impl Bar {
    pub fn new(inputs: Arc<InputProgress>, output: &Output) -> Bar {
        let wanted = std::io::stderr().is_terminal() && !output.is_terminal();
        Bar {
            bar: ProgressBar::hidden(),
            inputs,
            started: Instant::now(),
            wanted,
            drawn: false,
        }
    }

    /// Shows how far the inputs have been read, and what has come of them.
    pub fn update(&mut self, tally: &Tally, output: &Output) {
        self.update_events(tally.ran() + tally.unreadable(), output);
    }

    /// Shows how far the inputs have been read, of which so many are done.
    pub fn update_events(&mut self, done: u64, output: &Output) {
        if !self.wanted {
            return;
        }
        if !self.drawn {
            if self.started.elapsed() < AFTER {
                return;
            }
            self.drawn = true;
            self.draw(output);
        }
        self.bar.set_position(self.inputs.read());
        self.bar.set_message(match done {
            1 => "1 input".to_owned(),
            _ => format!("{done} inputs"),
        });
    }

    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn draw(&self, output: &Output) {
        let template = match self.inputs.total {
            Some(total) => {
                self.bar.set_length(total);
                "{bar:30} {percent:>3}%  {msg}  {eta} left"
            }
            None => "{spinner} {msg}  {elapsed}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style);
        }
        self.bar.set_draw_target(ProgressDrawTarget::stderr());
        output.set_bar(self.bar.clone());
    }
}

/// How many cases have been run, on standard error if that is a terminal.
pub struct CaseBar {
    bar: ProgressBar,
    cases: usize,
    started: Instant,
    wanted: bool,
    drawn: bool,
}

impl CaseBar {
    pub fn new(cases: usize) -> CaseBar {
        CaseBar {
            bar: ProgressBar::hidden(),
            cases,
            started: Instant::now(),
            wanted: std::io::stderr().is_terminal(),
            drawn: false,
        }
    }

    pub fn update(&mut self, totals: &Totals, output: &Output) {
        if !self.wanted {
            return;
        }
        if !self.drawn {
            if self.started.elapsed() < AFTER {
                return;
            }
            self.drawn = true;
            self.bar.set_length(self.cases as u64);
            let template = "{bar:30} {pos}/{len} cases  {msg}  {eta} left";
            if let Ok(style) = ProgressStyle::with_template(template) {
                self.bar.set_style(style);
            }
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            output.set_bar(self.bar.clone());
        }
        self.bar.set_position(totals.run() as u64);
        let failed = totals.failed + totals.broken;
        if failed > 0 {
            self.bar.set_message(format!("{failed} failed"));
        }
    }

    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
