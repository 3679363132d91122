//! From HAR to exchanges.

use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::Url;

use super::{BadEntry, Har, HarEntry, HarRequest, HarResponse, Pair};
use crate::cassette::cassette::Cassette;
use crate::cassette::coding::Coding;
use crate::cassette::payload::Payload;
use crate::cassette::recorded_exchange::{
    Answer, Headers, RecordedExchange, Request, Response, header,
};
use crate::node_error::{NodeError, Stage};
use crate::outcome::Via;
use crate::text::time;

impl Har {
    pub fn read(self) -> Result<Cassette, BadEntry> {
        let ours = self.log.segfn.is_some();
        let exchanges = self
            .log
            .entries
            .into_iter()
            .enumerate()
            .map(|(index, entry)| {
                entry
                    .read(ours)
                    .map_err(|(field, problem)| (index + 1, field, problem))
            });
        let exchanges = exchanges.collect::<Result<_, _>>()?;
        let (redaction, aws) = match self.log.segfn {
            Some(segfn) => (segfn.redact, segfn.aws),
            None => Default::default(),
        };
        Ok(Cassette {
            exchanges,
            redaction,
            aws,
        })
    }
}

impl HarEntry {
    fn read(self, ours: bool) -> Result<RecordedExchange, (&'static str, String)> {
        let started = time::parse(&self.started_date_time);
        let request = self.request.read(ours)?;
        let status = self.response.status;
        let answer = match self.error {
            _ if self.silence => Answer::NoResponse,
            Some(failure) if status <= 0 => Answer::Failed(failure),
            None if status <= 0 => Answer::Failed(NodeError::hang_up(Stage::Head)),
            broken => {
                let mut response = self.response.read(ours)?;
                response.broken = broken;
                Answer::Response(response)
            }
        };
        Ok(RecordedExchange {
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
    fn read(self, ours: bool) -> Result<Response, (&'static str, String)> {
        let status = u16::try_from(self.status)
            .ok()
            .filter(|status| (100..1000).contains(status))
            .ok_or_else(|| ("response.status", format!("`{}` is no status", self.status)))?;
        let mut headers = headers(self.headers);
        let codings = if ours {
            self.content.codings
        } else {
            browser_codings(&mut headers)
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
fn browser_codings(headers: &mut Headers) -> Vec<Coding> {
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

/// `None` when what is said to be base64 isn't.
fn read_body(text: String, encoding: Option<&str>, codings: Vec<Coding>) -> Option<Payload> {
    let bytes = match encoding {
        Some("base64") => STANDARD.decode(&text).ok()?,
        _ => text.into_bytes(),
    };
    Some(Payload {
        bytes: bytes.into(),
        codings,
    })
}

/// Without HTTP/2's pseudo-headers, which browsers list too.
fn headers(pairs: Vec<Pair>) -> Headers {
    pairs
        .into_iter()
        .filter(|pair| !pair.name.starts_with(':'))
        .map(|pair| (pair.name, pair.value))
        .collect()
}
