//! Why a rule of segfn.toml can't be used.

use crate::json::PathError;

/// Which rule can't be used, and why.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{key}: {source}")]
pub struct RulesError {
    /// The key of segfn.toml: `mask`, `redact.json` …
    pub key: &'static str,
    /// Which item of its list, from 0.
    pub index: usize,
    pub source: RuleProblem,
}

/// What is wrong with a rule.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RuleProblem {
    #[error(transparent)]
    Path(#[from] PathError),
    #[error("`{pattern}` is not a regular expression: {source}")]
    Regex {
        pattern: String,
        source: regex::Error,
    },
    #[error("`{0}` matches the empty text, so it would match everywhere")]
    MatchesNothing(String),
}

impl RulesError {
    pub(super) fn new(
        key: &'static str,
        index: usize,
        problem: impl Into<RuleProblem>,
    ) -> RulesError {
        RulesError {
            key,
            index,
            source: problem.into(),
        }
    }
}
