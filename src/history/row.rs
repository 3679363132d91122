//! An event and its way, as one line of a list: what the panel gets and the history keeps.

use serde::{Deserialize, Serialize};

use crate::function::Kind;
use crate::outcome::Class;

/// An event that arrived, and what came of it so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventRow {
    pub id: u64,
    /// RFC 3339, UTC, with milliseconds.
    pub received_at: String,
    /// Its `type`; `request` for what a webhook sent.
    #[serde(rename = "type")]
    pub kind: String,
    /// The name of a track, page or screen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The source that it came to.
    pub source: String,
    /// In bytes, as JSON.
    pub size: usize,
    /// In the order in which they began.
    pub steps: Vec<WayStep>,
}

/// One stop on the way of an event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WayStep {
    /// The function; for what was dropped before one, what it was dropped for.
    pub function: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    pub class: WayClass,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ms: Option<f64>,
    /// From 1; 0 before the first.
    pub attempt: u32,
    /// When the next attempt begins, if there is one. RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_retry_at: Option<String>,
    /// Why it did not go on, or the error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What came of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WayClass {
    Success,
    /// It failed, and is tried again.
    Retry,
    Discard,
    Filtered,
    Skipped,
    /// No function was called, or not again: the reason says why.
    Dropped,
    /// It has not ended.
    Pending,
}

impl WayClass {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            WayClass::Success => "success",
            WayClass::Retry => "retry",
            WayClass::Discard => "discard",
            WayClass::Filtered => "filtered",
            WayClass::Skipped => "skipped",
            WayClass::Dropped => "dropped",
            WayClass::Pending => "pending",
        }
    }

    /// Whether a function failed.
    pub fn is_failed(self) -> bool {
        matches!(self, WayClass::Retry | WayClass::Discard)
    }
}

impl From<Class> for WayClass {
    fn from(class: Class) -> WayClass {
        match class {
            Class::Success => WayClass::Success,
            Class::Retry => WayClass::Retry,
            Class::Discard => WayClass::Discard,
            Class::Filtered => WayClass::Filtered,
            Class::Skipped => WayClass::Skipped,
        }
    }
}

impl WayStep {
    /// A step that has begun.
    pub fn pending(function: &str, kind: Option<Kind>) -> WayStep {
        WayStep {
            function: function.to_owned(),
            kind,
            class: WayClass::Pending,
            ms: None,
            attempt: 0,
            next_retry_at: None,
            reason: None,
        }
    }

    /// An event that goes no further.
    pub fn dropped(function: &str, reason: impl Into<String>) -> WayStep {
        WayStep {
            class: WayClass::Dropped,
            reason: Some(reason.into()),
            ..WayStep::pending(function, None)
        }
    }
}
