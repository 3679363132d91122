//! What a cassette's file says of its redaction.

use serde::{Deserialize, Serialize};

/// The lists of `[redact]` that a cassette was written under.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Redaction {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub json: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub patterns: Vec<String>,
    /// What was said to be no secret.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keep: Vec<String>,
    /// Whether pseudonyms stand for personal data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pseudonymize: Option<bool>,
}

impl Redaction {
    /// Whether nothing was redacted but what always is.
    pub fn is_empty(&self) -> bool {
        *self == Redaction::default()
    }
}
