//! What came of one part of the inputs, as it is kept until those of all parts are there.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::summary::ComparisonSummary;
use crate::project::inputs::SplitLines;

/// What is said of a comparison beside what came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ComparisonSubject {
    /// The paths of the functions.
    pub base: String,
    pub candidate: String,
    /// Who answers requests, in a few words.
    pub requests: String,
    /// How long an invocation may take.
    pub limit: Duration,
    /// By which part a cost may rise, such as 0.1, if that is limited.
    pub allowed_rise: Option<f64>,
}

/// What came of one part of the inputs, or of several that were added up.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ComparedPart {
    pub subject: ComparisonSubject,
    summary: ComparisonSummary,
    /// Of the objects that were read in pieces.
    lines: SplitLines,
}

impl ComparedPart {
    pub fn new(
        subject: ComparisonSubject,
        summary: ComparisonSummary,
        lines: SplitLines,
    ) -> ComparedPart {
        ComparedPart {
            subject,
            summary,
            lines,
        }
    }

    /// Adds another part.
    pub fn merge(&mut self, other: ComparedPart) {
        self.summary.merge(other.summary);
        self.lines.merge(other.lines);
    }

    /// What came of all parts, once all are in it.
    pub fn into_summary(mut self) -> ComparisonSummary {
        for example in self.summary.examples_mut() {
            if let Some(name) = self.lines.name_of(&example.place, &example.input) {
                example.input = name;
            }
        }
        self.summary
    }
}
