//! One place in which two JSON values differ.

use serde::{Deserialize, Serialize};

use super::{FieldPath, Json};

/// One place in which two JSON values differ, and what either of them has there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// A field, never a pattern: it has names and indices only. It is empty when the values differ
    /// as a whole.
    pub path: FieldPath,
    pub change: Change,
}

/// How two JSON values differ in one place. A `null` is a value, and not the absence of one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Change {
    /// Only the left value has something there.
    OnlyLeft(Json),
    /// Only the right value has something there.
    OnlyRight(Json),
    /// Both have something there, of different kinds or with different content.
    Both { left: Json, right: Json },
}

impl Change {
    /// What the left and the right value have there.
    pub fn into_sides(self) -> (Option<Json>, Option<Json>) {
        match self {
            Change::OnlyLeft(left) => (Some(left), None),
            Change::OnlyRight(right) => (None, Some(right)),
            Change::Both { left, right } => (Some(left), Some(right)),
        }
    }
}

impl Difference {
    /// What the left value has there, if anything.
    pub fn left(&self) -> Option<&Json> {
        match &self.change {
            Change::OnlyLeft(left) | Change::Both { left, .. } => Some(left),
            Change::OnlyRight(_) => None,
        }
    }

    /// What the right value has there, if anything.
    pub fn right(&self) -> Option<&Json> {
        match &self.change {
            Change::OnlyRight(right) | Change::Both { right, .. } => Some(right),
            Change::OnlyLeft(_) => None,
        }
    }

    /// The same difference of two values that stand at `path` of larger ones.
    pub fn under(mut self, path: &FieldPath) -> Difference {
        self.path = path.join(&self.path);
        self
    }
}
