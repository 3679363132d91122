//! The form of a cassette: HAR 1.2, with what a browser's developer tools need, and what segfn
//! needs more in fields that begin with `_`.

use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde::Serialize;
use url::Url;

use super::Answer;
use super::Cassette;
use super::Coding;
use super::Entry;
use super::Failure;
use super::Headers;
use super::Payload;
use super::Redaction;
use super::Request;
use super::Response;
use super::VERSION;
use super::header;
use crate::outcome::Via;

pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

pub(super) fn from_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// The file.
#[derive(Serialize, Deserialize)]
pub(super) struct Har {
    pub log: Log,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Log {
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
    error: Option<Failure>,
    /// The function gave up before there was a response.
    #[serde(
        rename = "_silence",
        default,
        skip_serializing_if = "std::ops::Not::not"
    )]
    silence: bool,
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
struct HarRequest {
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

/// An entry that can't be used: its number from 1, the field, and what is wrong.
pub(super) type BadEntry = (usize, &'static str, String);

impl Har {
    pub fn new(cassette: &Cassette) -> Har {
        Har {
            log: Log {
                version: "1.2".into(),
                creator: Creator {
                    name: "segfn".into(),
                    version: env!("CARGO_PKG_VERSION").into(),
                },
                segfn: Some(Segfn {
                    version: VERSION,
                    redact: cassette.redaction.clone(),
                    aws: cassette.aws.clone(),
                }),
                entries: cassette.entries.iter().map(HarEntry::new).collect(),
            },
        }
    }

    pub fn read(self) -> Result<Cassette, BadEntry> {
        let ours = self.log.segfn.is_some();
        let entries = self
            .log
            .entries
            .into_iter()
            .enumerate()
            .map(|(index, entry)| {
                entry
                    .read(ours)
                    .map_err(|(field, problem)| (index + 1, field, problem))
            });
        let entries = entries.collect::<Result<_, _>>()?;
        let (redaction, aws) = match self.log.segfn {
            Some(segfn) => (segfn.redact, segfn.aws),
            None => Default::default(),
        };
        Ok(Cassette {
            entries,
            redaction,
            aws,
        })
    }
}

impl HarEntry {
    fn new(entry: &Entry) -> HarEntry {
        let request = &entry.request;
        let (response, error) = match &entry.answer {
            Answer::Response(response) => (response.clone(), response.broken.clone()),
            Answer::Failed(failure) => (Response::default(), Some(failure.clone())),
            Answer::Silence => (Response::default(), None),
        };
        let time = (entry.ms * 10.0).round() / 10.0;
        HarEntry {
            started_date_time: humantime::format_rfc3339_millis(entry.started).to_string(),
            time,
            request: HarRequest::new(request),
            response: HarResponse::new(response),
            cache: Empty {},
            timings: Timings {
                wait: time,
                ..Timings::default()
            },
            via: (entry.via == Via::Aws).then(|| "aws".to_owned()),
            error,
            silence: entry.answer == Answer::Silence,
        }
    }

    fn read(self, ours: bool) -> Result<Entry, (&'static str, String)> {
        let started = crate::function::time::parse(&self.started_date_time);
        let request = self.request.read(ours)?;
        let status = self.response.status;
        let answer = match self.error {
            _ if self.silence => Answer::Silence,
            Some(failure) if status <= 0 => Answer::Failed(failure),
            None if status <= 0 => Answer::Failed(Failure {
                code: "ECONNRESET".into(),
                message: "socket hang up".into(),
                stage: super::Stage::Head,
                ..Failure::default()
            }),
            broken => {
                let mut response = self.response.read(ours)?;
                response.broken = broken;
                Answer::Response(response)
            }
        };
        Ok(Entry {
            via: match self.via.as_deref() {
                Some("aws") => Via::Aws,
                _ => Via::Http,
            },
            // Only people look at it.
            started: started.unwrap_or(SystemTime::UNIX_EPOCH),
            ms: self.time.max(0.0),
            request,
            answer,
        })
    }
}

impl HarRequest {
    fn new(request: &Request) -> HarRequest {
        let query = Url::parse(&request.url).map_or(Vec::new(), |url| {
            let pairs = url.query_pairs().into_owned();
            pairs.map(|(name, value)| Pair { name, value }).collect()
        });
        let size = request.body.bytes.len();
        let post_data = (size > 0).then(|| {
            let (text, encoding) = written(&request.body);
            PostData {
                mime_type: header(&request.headers, "content-type")
                    .unwrap_or_default()
                    .to_owned(),
                params: Vec::new(),
                text,
                encoding,
                codings: request.body.codings.clone(),
            }
        });
        HarRequest {
            method: request.method.clone(),
            url: request.url.clone(),
            http_version: "HTTP/1.1".into(),
            cookies: Vec::new(),
            headers: pairs(&request.headers),
            query_string: query,
            post_data,
            headers_size: unknown(),
            body_size: int(size),
        }
    }

    fn read(self, ours: bool) -> Result<Request, (&'static str, String)> {
        if http::Method::from_bytes(self.method.as_bytes()).is_err() {
            return Err(("request.method", format!("`{}` is no method", self.method)));
        }
        let url = Url::parse(&self.url)
            .map_err(|error| ("request.url", format!("`{}` is no URL: {error}", self.url)))?;
        if !url.has_host() {
            return Err(("request.url", format!("`{}` has no host", self.url)));
        }
        let headers = headers(self.headers);
        let body = match self.post_data {
            None => Payload::default(),
            Some(post) => {
                let text = match post.text.is_empty() && !post.params.is_empty() {
                    false => post.text,
                    // Some browsers give a form's fields only.
                    true => url::form_urlencoded::Serializer::new(String::new())
                        .extend_pairs(post.params.iter().map(|pair| (&pair.name, &pair.value)))
                        .finish(),
                };
                let codings = if ours { post.codings } else { Vec::new() };
                read_body(text, post.encoding.as_deref(), codings)
                    .ok_or_else(|| ("request.postData.text", "it is not base64".to_owned()))?
            }
        };
        Ok(Request {
            method: self.method,
            url: self.url,
            headers,
            body,
        })
    }
}

impl HarResponse {
    fn new(response: Response) -> HarResponse {
        let size = response.body.bytes.len();
        let sent = response.body.encoded().len();
        let (text, encoding) = written(&response.body);
        let redirect = (300..400).contains(&response.status);
        let location = header(&response.headers, "location").filter(|_| redirect);
        HarResponse {
            status: response.status.into(),
            status_text: response.reason,
            http_version: if response.status == 0 { "" } else { "HTTP/1.1" }.into(),
            cookies: Vec::new(),
            redirect_url: location.unwrap_or_default().to_owned(),
            content: HarContent {
                size: int(size),
                compression: if sent < size { int(size - sent) } else { 0 },
                mime_type: header(&response.headers, "content-type")
                    .unwrap_or("x-unknown")
                    .to_owned(),
                text: (size > 0).then_some(text),
                encoding: encoding.filter(|_| size > 0),
                codings: response.body.codings,
            },
            headers: pairs(&response.headers),
            headers_size: unknown(),
            body_size: int(sent),
            trailers: pairs(&response.trailers),
        }
    }

    fn read(self, ours: bool) -> Result<Response, (&'static str, String)> {
        let status = u16::try_from(self.status)
            .ok()
            .filter(|status| (100..1000).contains(status))
            .ok_or_else(|| ("response.status", format!("`{}` is no status", self.status)))?;
        let mut headers = headers(self.headers);
        let codings = if ours {
            self.content.codings
        } else {
            of_browser(&mut headers)
        };
        let body = read_body(
            self.content.text.unwrap_or_default(),
            self.content.encoding.as_deref(),
            codings,
        )
        .ok_or_else(|| ("response.content.text", "it is not base64".to_owned()))?;
        Ok(Response {
            status,
            reason: self.status_text,
            headers,
            body,
            trailers: self::headers(self.trailers),
            broken: None,
        })
    }
}

/// Browsers keep bodies decoded, and all headers as they came. What can't be encoded again has to
/// lose the header.
fn of_browser(headers: &mut Headers) -> Vec<Coding> {
    let named = header(headers, "content-encoding").map(str::to_ascii_lowercase);
    let codings: Option<Vec<Coding>> = named
        .iter()
        .flat_map(|names| names.split(','))
        .map(|name| match name.trim() {
            "gzip" | "x-gzip" => Some(Coding::Gzip),
            "deflate" => Some(Coding::Deflate),
            "br" => Some(Coding::Br),
            _ => None,
        })
        .collect();
    codings.unwrap_or_else(|| {
        headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-encoding"));
        Vec::new()
    })
}

/// A body as text, or in base64 with the name of it.
fn written(body: &Payload) -> (String, Option<String>) {
    match std::str::from_utf8(&body.bytes) {
        Ok(text) if !text.contains('\0') => (text.to_owned(), None),
        _ => (base64(&body.bytes), Some("base64".to_owned())),
    }
}

/// `None` when what is said to be base64 isn't.
fn read_body(text: String, encoding: Option<&str>, codings: Vec<Coding>) -> Option<Payload> {
    let bytes = match encoding {
        Some("base64") => from_base64(&text)?,
        _ => text.into_bytes(),
    };
    Some(Payload {
        bytes: bytes.into(),
        codings,
    })
}

fn pairs(headers: &Headers) -> Vec<Pair> {
    let pair = |(name, value): &(String, String)| Pair {
        name: name.clone(),
        value: value.clone(),
    };
    headers.iter().map(pair).collect()
}

/// Without HTTP/2's pseudo-headers, which browsers list too.
fn headers(pairs: Vec<Pair>) -> Headers {
    pairs
        .into_iter()
        .filter(|pair| !pair.name.starts_with(':'))
        .map(|pair| (pair.name, pair.value))
        .collect()
}

fn int(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
