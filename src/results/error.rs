//! Why results can't be added up.

use std::fmt;
use std::io;
use std::path::PathBuf;

use super::ranges::ranges;

/// Problems that are told at once.
const MOST: usize = 20;

/// Why results can't be added up.
#[derive(Debug, thiserror::Error)]
pub enum ResultsError {
    #[error("can't read the results in {}: {source}", place.display())]
    Place { place: PathBuf, source: io::Error },
    #[error("there is no result of a part in {}", .0.display())]
    None(PathBuf),
    #[error("the parts don't make a whole:{}", list(.0))]
    Parts(Vec<PartProblem>),
}

/// What is wrong with the parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartProblem {
    /// There is no result of these, of so many.
    Missing { parts: Vec<u32>, of: u32 },
    /// One part has two results.
    Doubled {
        part: u32,
        one: String,
        other: String,
    },
    /// A result is of another run.
    Foreign { name: String, why: String },
    /// A result isn't whole, or is none.
    Torn { name: String, why: String },
    /// A result can't be read.
    Unreadable { name: String, why: String },
}

impl fmt::Display for PartProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PartProblem::Missing { parts, of } => match parts.len() {
                1 => write!(f, "part {} of {of} is missing", ranges(parts)),
                _ => write!(f, "parts {} of {of} are missing", ranges(parts)),
            },
            PartProblem::Doubled { part, one, other } => {
                write!(f, "part {part} is there twice: {one} and {other}")
            }
            PartProblem::Foreign { name, why } => write!(f, "{name} is of another run: {why}"),
            PartProblem::Torn { name, why } => write!(f, "{name} is no whole result: {why}"),
            PartProblem::Unreadable { name, why } => write!(f, "{name} can't be read: {why}"),
        }
    }
}

fn list(problems: &[PartProblem]) -> String {
    let shown = problems
        .iter()
        .take(MOST)
        .map(|problem| format!("\n  {problem}"));
    let mut text: String = shown.collect();
    if problems.len() > MOST {
        text.push_str(&format!("\n  and {} more", problems.len() - MOST));
    }
    text
}

impl ResultsError {
    /// Whether it may be otherwise the next time.
    pub fn may_pass(&self) -> bool {
        match self {
            ResultsError::Place { source, .. } => source.kind() != io::ErrorKind::NotFound,
            ResultsError::None(_) => false,
            ResultsError::Parts(problems) => {
                let mut problems = problems.iter();
                problems.any(|problem| matches!(problem, PartProblem::Unreadable { .. }))
            }
        }
    }
}
