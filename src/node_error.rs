//! A network's failure in Node's words: functions, node-fetch and aws-sdk decide by them.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A failed request, with the facts that Node puts on its error. What JavaScript gets of it and
/// what a cassette keeps have the same form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "camelCase", default)]
pub struct NodeError {
    /// Node's code, such as `ECONNREFUSED`.
    pub code: Cow<'static, str>,
    /// Node's text, such as `connect ECONNREFUSED 127.0.0.1:1`.
    pub message: Box<str>,
    pub stage: Stage,
    /// Negative, as Node gives it: -111 for ECONNREFUSED.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errno: Option<i32>,
    /// `connect`, `getaddrinfo`, `read` or `write`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub syscall: Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// The name that could not be resolved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hostname: Option<Box<str>>,
    /// One for each address tried, when there were several. Node then throws an `AggregateError`
    /// without a message; [`NodeError::message`] is empty too.
    #[serde(skip_serializing_if = "<[NodeError]>::is_empty")]
    pub errors: Box<[NodeError]>,
}

/// How far a request came before it failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// It was not tried: segfn's policy refuses it, or it can't be expressed in HTTP.
    Refused,
    /// No connection: name, address, TLS. The default, since most files of others that tell of a
    /// failure mean this.
    #[default]
    Connect,
    /// No connection within the time that the request gave for it.
    ConnectTimeout,
    /// The connection failed before the response's head was there.
    Head,
    /// The connection failed within the response's body.
    Body,
    /// A cassette says that there never was a response; its failures can't say so themselves.
    #[serde(rename = "head", skip_deserializing)]
    NoResponse,
}

impl NodeError {
    /// A failure with nothing but a code and a text.
    pub fn new(
        stage: Stage,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<Box<str>>,
    ) -> NodeError {
        NodeError {
            code: code.into(),
            message: message.into(),
            stage,
            ..NodeError::default()
        }
    }

    /// The connection ended without being asked to: by the other side, or because this side gave
    /// up.
    pub fn hang_up(stage: Stage) -> NodeError {
        let message = match stage {
            Stage::Body => "aborted",
            _ => "socket hang up",
        };
        NodeError::new(stage, "ECONNRESET", message)
    }

    /// The text for people: [`NodeError::message`], or where that is empty the last address's.
    pub fn shown(&self) -> &str {
        match self.errors.last() {
            Some(last) if self.message.is_empty() => last.shown(),
            _ => &self.message,
        }
    }
}

impl fmt::Display for NodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.shown())
    }
}
