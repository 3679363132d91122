//! The form of a cassette: HAR 1.2, with what a browser's developer tools need, and what segfn
//! needs more in fields that begin with `_`.

mod read;
mod write;

use serde::{Deserialize, Serialize};

use super::coding::Coding;
use super::redaction::Redaction;
use crate::node_error::NodeError;

/// The file.
#[derive(Serialize, Deserialize)]
pub(super) struct Har {
    pub log: HarLog,
}

#[derive(Serialize, Deserialize)]
pub(super) struct HarLog {
    #[serde(default)]
    version: String,
    #[serde(default)]
    creator: Creator,
    /// Of files that segfn wrote.
    #[serde(rename = "_segfn", default, skip_serializing_if = "Option::is_none")]
    segfn: Option<Segfn>,
    pub entries: Vec<HarEntry>,
}

#[derive(Default, Serialize, Deserialize)]
struct Creator {
    #[serde(default)]
    name: String,
    #[serde(default)]
    version: String,
}

#[derive(Serialize, Deserialize)]
struct Segfn {
    version: u64,
    #[serde(default, skip_serializing_if = "Redaction::is_empty")]
    redact: Redaction,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    aws: Option<String>,
}

/// As much of a file as tells its version, whatever else is in it.
#[derive(Deserialize)]
pub(super) struct Versions {
    log: VersionsLog,
}

#[derive(Deserialize)]
struct VersionsLog {
    #[serde(rename = "_segfn")]
    segfn: Option<OnlyVersion>,
}

#[derive(Deserialize)]
struct OnlyVersion {
    version: u64,
}

impl Versions {
    /// The version of a file that segfn wrote.
    pub fn segfn(&self) -> Option<u64> {
        self.log.segfn.as_ref().map(|segfn| segfn.version)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct HarEntry {
    #[serde(default)]
    started_date_time: String,
    #[serde(default)]
    time: f64,
    request: HarRequest,
    response: HarResponse,
    #[serde(default)]
    cache: Empty,
    #[serde(default)]
    timings: Timings,
    #[serde(rename = "_via", default, skip_serializing_if = "Option::is_none")]
    via: Option<String>,
    #[serde(rename = "_error", default, skip_serializing_if = "Option::is_none")]
    error: Option<NodeError>,
    /// The function gave up before there was a response.
    #[serde(
        rename = "_silence",
        default,
        skip_serializing_if = "std::ops::Not::not"
    )]
    silence: bool,
    /// The answer was given to another request, and taken for this one's.
    #[serde(
        rename = "_assumed",
        default,
        skip_serializing_if = "std::ops::Not::not"
    )]
    assumed: bool,
    /// The same for who reads the file; HAR has comments.
    #[serde(default, skip_deserializing, skip_serializing_if = "Option::is_none")]
    comment: Option<&'static str>,
}

#[derive(Default, Serialize, Deserialize)]
struct Empty {}

#[derive(Serialize, Deserialize)]
struct Timings {
    send: f64,
    wait: f64,
    receive: f64,
}

impl Default for Timings {
    fn default() -> Timings {
        Timings {
            send: 0.0,
            wait: 0.0,
            receive: 0.0,
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct HarRequest {
    method: String,
    url: String,
    #[serde(default)]
    http_version: String,
    #[serde(default)]
    cookies: Vec<Pair>,
    #[serde(default)]
    headers: Vec<Pair>,
    #[serde(default)]
    query_string: Vec<Pair>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    post_data: Option<PostData>,
    #[serde(default = "unknown")]
    headers_size: i64,
    #[serde(default = "unknown")]
    body_size: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PostData {
    #[serde(default)]
    mime_type: String,
    #[serde(default)]
    params: Vec<Pair>,
    #[serde(default)]
    text: String,
    /// HAR has it for responses only.
    #[serde(rename = "_encoding", default, skip_serializing_if = "Option::is_none")]
    encoding: Option<String>,
    #[serde(rename = "_codings", default, skip_serializing_if = "Vec::is_empty")]
    codings: Vec<Coding>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct HarResponse {
    status: i64,
    #[serde(default)]
    status_text: String,
    #[serde(default)]
    http_version: String,
    #[serde(default)]
    cookies: Vec<Pair>,
    #[serde(default)]
    headers: Vec<Pair>,
    #[serde(default)]
    content: HarContent,
    #[serde(rename = "redirectURL", default)]
    redirect_url: String,
    #[serde(default = "unknown")]
    headers_size: i64,
    #[serde(default = "unknown")]
    body_size: i64,
    #[serde(rename = "_trailers", default, skip_serializing_if = "Vec::is_empty")]
    trailers: Vec<Pair>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct HarContent {
    #[serde(default)]
    size: i64,
    #[serde(default, skip_serializing_if = "is_zero")]
    compression: i64,
    #[serde(default)]
    mime_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    encoding: Option<String>,
    #[serde(rename = "_codings", default, skip_serializing_if = "Vec::is_empty")]
    codings: Vec<Coding>,
}

#[derive(Serialize, Deserialize)]
struct Pair {
    name: String,
    #[serde(default)]
    value: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants it so")]
fn is_zero(number: &i64) -> bool {
    *number == 0
}

fn unknown() -> i64 {
    -1
}
