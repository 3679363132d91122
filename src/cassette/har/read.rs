//! From HAR to exchanges.

use std::time::SystemTime;

use base64::engine::general_purpose::STANDARD;
use base64::{DecodeError, Engine as _};
use url::Url;

use super::{Har, HarEntry, HarRequest, HarResponse, Pair};
use crate::cassette::cassette::Cassette;
use crate::cassette::coding::Coding;
use crate::cassette::error::EntryError;
use crate::cassette::payload::Payload;
use crate::cassette::recorded_exchange::{
    Answer, Headers, RecordedExchange, Request, Response, header,
};
use crate::node_error::{NodeError, Stage};
use crate::outcome::Via;
use crate::text::time;

impl Har {
    /// The exchanges.
    ///
    /// # Errors
    /// An entry can't be used: its number, from 1, and why.
    pub fn read(self) -> Result<Cassette, (usize, EntryError)> {
        let ours = self.log.segfn.is_some();
        let exchanges = self
            .log
            .entries
            .into_iter()
            .enumerate()
            .map(|(index, entry)| entry.read(ours).map_err(|error| (index + 1, error)));
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
    fn read(self, ours: bool) -> Result<RecordedExchange, EntryError> {
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
            assumed: self.assumed,
        })
    }
}

impl HarRequest {
    pub fn read(self, ours: bool) -> Result<Request, EntryError> {
        if http::Method::from_bytes(self.method.as_bytes()).is_err() {
            return Err(EntryError::Method(self.method));
        }
        let url = Url::parse(&self.url).map_err(|source| EntryError::Url {
            url: self.url.clone(),
            source,
        })?;
        if !url.has_host() {
            return Err(EntryError::NoHost(self.url));
        }
        let mut headers = headers(self.headers);
        if let Some(post) = &self.post_data
            && !ours
            && !post.mime_type.is_empty()
            && header(&headers, "content-type").is_none()
        {
            // Some browsers tell the type of what was sent only here.
            headers.push(("content-type".to_owned(), post.mime_type.clone()));
        }
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
                    .map_err(not_base64("request.postData.text"))?
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
    fn read(self, ours: bool) -> Result<Response, EntryError> {
        let status = u16::try_from(self.status)
            .ok()
            .filter(|status| (100..1000).contains(status))
            .ok_or(EntryError::Status(self.status))?;
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
        .map_err(not_base64("response.content.text"))?;
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

/// Browsers save bodies decoded, but headers as they came. The header goes if the body can't be
/// encoded again as it says.
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

fn not_base64(field: &'static str) -> impl Fn(DecodeError) -> EntryError {
    move |source| EntryError::Base64 { field, source }
}

fn read_body(
    text: String,
    encoding: Option<&str>,
    codings: Vec<Coding>,
) -> Result<Payload, DecodeError> {
    let bytes = match encoding {
        Some("base64") => STANDARD.decode(&text)?,
        _ => text.into_bytes(),
    };
    Ok(Payload {
        bytes: bytes.into(),
        codings,
    })
}

/// Without HTTP/2's pseudo-headers, which browsers list too. Several headers of one name, `Set-Cookie`
/// above all, they join by line ends, which no header can have.
fn headers(pairs: Vec<Pair>) -> Headers {
    let pairs = pairs.into_iter().filter(|pair| !pair.name.starts_with(':'));
    pairs
        .flat_map(|pair| {
            let values = pair
                .value
                .split('\n')
                .map(|value| value.trim_end_matches('\r'));
            let values = values.map(|value| (pair.name.clone(), value.to_owned()));
            values.collect::<Vec<_>>()
        })
        .collect()
}
