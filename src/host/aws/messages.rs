//! What the JavaScript half asks, and what it is told.

use deno_core::ResourceId;
use serde::{Deserialize, Serialize};

use super::credentials::Key;
use crate::host::http::{ResponsePart, WireTls};
use crate::node_error::NodeError;

/// A request as the package built it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AwsCall {
    /// To abort it by.
    pub id: u32,
    /// The package's service identifier, such as `s3` or `dynamodb`.
    pub service: String,
    /// Such as `putObject`.
    pub operation: String,
    pub method: String,
    pub url: String,
    pub region: Option<String>,
    pub headers: Vec<(String, String)>,
    /// Without, the request goes out as it is.
    pub signing: Option<Signing>,
    /// Milliseconds since the epoch, by the function's clock.
    pub time: f64,
    /// Milliseconds; 0 for none.
    pub timeout: f64,
    pub connect_timeout: f64,
    pub proxy: Option<String>,
    pub tls: Option<WireTls>,
    /// Whether Node would send the headers in Latin-1: those that go out with a text are in UTF-8.
    pub latin1: bool,
    /// A listener has changed the body, so that it is no more what the parameters say.
    pub rewritten: bool,
}

/// The key that signs a call.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Signing {
    /// The service's name in the scope of its signatures.
    pub name: String,
    pub access_key_id: String,
    pub secret_access_key: String,
    pub session_token: Option<String>,
}

/// What came of a [`AwsCall`].
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub enum AwsReply {
    /// An answer, whatever its status.
    #[serde(rename_all = "camelCase")]
    Http {
        status: u16,
        status_text: String,
        /// Lower-case names, as often as they came.
        headers: Vec<(String, String)>,
        /// What is there of the body, and what `op_http_read` knows the rest by.
        part: ResponsePart,
        rest: Option<ResourceId>,
        /// The headers that signing made, for the package's record of the request.
        signed: Vec<(&'static str, String)>,
    },
    /// No answer; the package may try again.
    Failed(NodeError),
    /// segfn does not send this; trying again is of no use.
    Refused { code: String, message: String },
}

/// The key of functions that pass none.
#[derive(Serialize)]
pub struct ShownKey {
    #[serde(flatten)]
    pub key: Key,
    /// It is only a sign for one.
    pub opaque: bool,
}
