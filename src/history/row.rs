//! An event and its way, as one line of a list: what the panel gets and the history keeps.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::function::Kind;
use crate::outcome::Class;

/// An event that arrived, and what came of it so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EventRow {
    pub id: u64,
    /// RFC 3339, UTC, with milliseconds.
    pub received_at: String,
    /// Its `type`, or [`EventRow::REQUEST`].
    #[serde(rename = "type")]
    pub kind: String,
    /// The name of a track, page or screen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The source that it came to.
    pub source: String,
    /// In bytes, as JSON.
    pub size: usize,
    /// In the order in which they began.
    pub steps: Vec<WayStep>,
}

impl EventRow {
    /// The type of what a webhook sent.
    pub const REQUEST: &str = "request";

    /// What it is called: by its name, or else by its type.
    pub fn name(&self) -> &str {
        self.event.as_deref().unwrap_or(&self.kind)
    }
}

/// One stop on the way of an event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WayStep {
    /// The function; for what was dropped before one, what it was dropped for.
    #[serde(with = "shared_text")]
    pub function: Arc<str>,
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
    /// Whether it has not ended: one that waits for its next attempt has not.
    pub fn is_open(&self) -> bool {
        self.class == WayClass::Pending || self.next_retry_at.is_some()
    }

    /// A step that has begun.
    pub fn pending(function: impl Into<Arc<str>>, kind: Option<Kind>) -> WayStep {
        WayStep {
            function: function.into(),
            kind,
            class: WayClass::Pending,
            ms: None,
            attempt: 0,
            next_retry_at: None,
            reason: None,
        }
    }

    /// An event that goes no further.
    pub fn dropped(function: impl Into<Arc<str>>, reason: impl Into<String>) -> WayStep {
        WayStep {
            class: WayClass::Dropped,
            reason: Some(reason.into()),
            ..WayStep::pending(function, None)
        }
    }
}

/// A text that many have.
mod shared_text {
    use std::borrow::Cow;
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(text)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<str>, D::Error> {
        Cow::<str>::deserialize(deserializer).map(Arc::from)
    }
}
