//! What could not be read of the inputs, as it is told while they run.

use segfn::project::inputs::{InputError, InputErrorKind, Problems};

use super::error::{CliError, Exit};
use super::output::Output;

/// Tells what can't be read. Where a part of the inputs is run, one that is not as it was listed, or that the
/// machine could not read this time, ends it: its result would not be that of these inputs.
pub struct InputProblems {
    problems: Problems,
    is_part: bool,
    unreadable: u64,
    failed: Option<CliError>,
}

impl InputProblems {
    pub fn new(problems: Problems, is_part: bool) -> InputProblems {
        InputProblems {
            problems,
            is_part,
            unreadable: 0,
            failed: None,
        }
    }

    /// Tells what came up since the last call.
    pub fn tell(&mut self, output: &Output) {
        for problem in self.problems.take() {
            let hint = InputError::hint(&problem);
            let exit = match problem.kind() {
                InputErrorKind::Changed if self.is_part => Exit::Input,
                InputErrorKind::Machine if self.is_part => Exit::Internal,
                _ => {
                    self.unreadable += 1;
                    output.error(&problem.to_string(), hint.as_deref());
                    continue;
                }
            };
            let hint = hint.map(|hint| hint.into_owned());
            let error = CliError::from_error(exit, problem).with_hint(hint);
            self.failed.get_or_insert(error);
        }
    }

    /// Whether there is no use in going on.
    pub fn stops(&self) -> bool {
        self.failed.is_some()
    }

    /// Tells the rest, and how many there were.
    ///
    /// # Errors
    /// The part can't be whole.
    pub fn finish(&mut self, output: &Output) -> Result<u64, CliError> {
        self.tell(output);
        match self.failed.take() {
            Some(error) => Err(error),
            None => Ok(self.unreadable),
        }
    }
}
