//! What every report on cases is.

use std::borrow::Cow;

use crate::secrets::Secrets;
use crate::suite::{CaseResult, Totals, UnrunCase};

/// Renders results as they come. What is returned is to be written after [`CaseReporter::redact`].
pub trait CaseReporter {
    /// Renders a case that is done.
    fn case(&mut self, result: &CaseResult) -> String;

    /// Renders a case that was left out, since the run ended before its turn. It comes after all that
    /// were run.
    fn not_run(&mut self, case: &UnrunCase) -> String;

    /// Renders the end, after all cases.
    fn finish(&mut self, totals: &Totals) -> String;

    /// Takes secrets out of what was rendered, and leaves the format whole: a secret may be a word
    /// such as `test` or `true`.
    fn redact<'t>(&self, text: &'t [u8], secrets: &Secrets) -> Cow<'t, [u8]> {
        secrets.redact(text)
    }
}
