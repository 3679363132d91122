//! From exchanges to HAR.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::Url;

use super::{
    Creator, Empty, Har, HarContent, HarEntry, HarLog, HarRequest, HarResponse, Pair, PostData,
    Segfn, Timings, unknown,
};
use crate::cassette::cassette::Cassette;
use crate::cassette::limits::VERSION;
use crate::cassette::payload::Payload;
use crate::cassette::recorded_exchange::{
    Answer, Headers, RecordedExchange, Request, Response, header,
};
use crate::outcome::Via;
use crate::text::time;

/// What an entry says whose answer was given to another request.
const ASSUMED: &str = "segfn: this answer was given to another request and accepted for this one";

impl Har {
    pub fn new(cassette: &Cassette) -> Har {
        Har {
            log: HarLog {
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
                entries: cassette.exchanges.iter().map(HarEntry::new).collect(),
            },
        }
    }
}

impl HarEntry {
    fn new(exchange: &RecordedExchange) -> HarEntry {
        let request = &exchange.request;
        let (response, error) = match &exchange.answer {
            Answer::Response(response) => (response.clone(), response.broken.clone()),
            Answer::Failed(failure) => (Response::default(), Some(failure.clone())),
            Answer::NoResponse => (Response::default(), None),
        };
        let time = (exchange.ms * 10.0).round() / 10.0;
        HarEntry {
            started_date_time: time::to_iso(exchange.started),
            time,
            request: HarRequest::new(request),
            response: HarResponse::new(response),
            cache: Empty {},
            timings: Timings {
                wait: time,
                ..Timings::default()
            },
            via: (exchange.via == Via::Aws).then(|| "aws".to_owned()),
            error,
            silence: exchange.answer == Answer::NoResponse,
            assumed: exchange.assumed,
            comment: exchange.assumed.then_some(ASSUMED),
        }
    }
}

impl HarRequest {
    pub fn new(request: &Request) -> HarRequest {
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
}

/// A body as text, or as base64 and the name of that encoding.
fn written(body: &Payload) -> (String, Option<String>) {
    match std::str::from_utf8(&body.bytes) {
        Ok(text) if !text.contains('\0') => (text.to_owned(), None),
        _ => (STANDARD.encode(&body.bytes), Some("base64".to_owned())),
    }
}

fn pairs(headers: &Headers) -> Vec<Pair> {
    let pair = |(name, value): &(String, String)| Pair {
        name: name.clone(),
        value: value.clone(),
    };
    headers.iter().map(pair).collect()
}

fn int(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
