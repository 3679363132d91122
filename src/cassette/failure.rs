//! Why there was no response, or why it broke off.

use serde::{Deserialize, Serialize};

/// A failure in Node's words; the fields are those of [`NetError`](crate::net::NetError).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Failure {
    pub code: String,
    pub message: String,
    pub stage: Stage,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errno: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub syscall: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hostname: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Failure>,
}

/// How far a request came before it failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// It was not tried.
    Refused,
    /// No connection; the default, since most files of others that tell a failure mean this.
    #[default]
    Connect,
    /// No connection in time.
    ConnectTimeout,
    /// Before the response's head was there.
    Head,
    /// Within the response's body.
    Body,
}
