//! A case that was to be run, and what came of it.

use std::path::PathBuf;
use std::sync::Arc;

use super::case_report::CaseReport;
use super::find::CaseLocation;

/// A case that was run, and what came of it.
#[derive(Clone, Debug)]
pub struct CaseResult {
    /// The index of its suite among those that were run.
    pub suite: usize,
    /// `FUNCTION'S FOLDER/NAME`: what filters choose by, and `segfn accept` takes.
    pub id: String,
    pub location: CaseLocation,
    pub function: Arc<FunctionText>,
    /// The tries before the last, in their order. All of them failed. They don't hold what the case
    /// did, nor coverage.
    pub earlier: Vec<CaseReport>,
    /// The last try.
    pub report: CaseReport,
}

/// A case that was not run, since the run ended before.
#[derive(Clone, Debug)]
pub struct UnrunCase {
    pub id: String,
    pub location: CaseLocation,
    pub function: Arc<FunctionText>,
}

/// The function's file, for the lines around an error.
#[derive(Debug, Default)]
pub struct FunctionText {
    pub path: PathBuf,
    pub source: Arc<str>,
}

impl CaseResult {
    /// The case's own name. There is no slash in it.
    pub fn name(&self) -> &str {
        self.id.rsplit('/').next().unwrap_or_default()
    }

    /// How often it was run: more than once only with retries.
    pub fn tries(&self) -> usize {
        self.earlier.len() + 1
    }

    /// All tries, in their order.
    pub fn all_tries(&self) -> impl Iterator<Item = &CaseReport> {
        self.earlier.iter().chain([&self.report])
    }

    /// A command on this case.
    pub fn command(&self, verb: &str) -> String {
        let case = match &self.location {
            CaseLocation::Folder(path) => path.display().to_string(),
            CaseLocation::Line { .. } => self.id.clone(),
        };
        format!("segfn {verb} {}", quoted(&case))
    }
}

/// `text` as a shell takes it for one word.
pub fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-:@+".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}
