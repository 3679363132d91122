//! Between what goes over the network and what a cassette keeps.

use std::collections::HashSet;
use std::net::Ipv4Addr;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::OnceLock;
use std::sync::PoisonError;

use bytes::Bytes;
use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::StatusCode;
use http::header;
use hyper::ext::ReasonPhrase;

use crate::cassette;
use crate::cassette::Failure;
use crate::cassette::Headers;
use crate::cassette::Payload;
use crate::net::NetError;
use crate::net::Peer;
use crate::net::ResponseBody;
use crate::net::Stage;
use crate::text::latin1;

/// Headers as a cassette keeps them.
pub(super) fn headers(map: &HeaderMap) -> Headers {
    map.iter()
        .map(|(name, value)| (name.as_str().to_owned(), latin1::text(value.as_bytes())))
        .collect()
}

/// The request as a cassette keeps it, not redacted yet.
pub(crate) fn request(
    method: &str,
    url: String,
    map: &HeaderMap,
    body: Bytes,
) -> cassette::Request {
    let headers = headers(map);
    let encoding = map.get(header::CONTENT_ENCODING);
    let body = Payload::decode(body, encoding.and_then(|value| value.to_str().ok()));
    cassette::Request {
        method: method.to_owned(),
        url,
        headers,
        body,
    }
}

/// A kept response as it would come from the network.
pub(crate) fn response(kept: &cassette::Response, port: u16) -> http::Response<ResponseBody> {
    let body = kept.body.encoded();
    let mut map = HeaderMap::with_capacity(kept.headers.len());
    for (name, value) in &kept.headers {
        append(&mut map, name, value);
    }
    if !body.is_empty() && map.contains_key(header::CONTENT_LENGTH) && kept.broken.is_none() {
        // Redaction may have changed it.
        map.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    }
    let mut trailers = HeaderMap::new();
    for (name, value) in &kept.trailers {
        append(&mut trailers, name, value);
    }
    let trailers = (!trailers.is_empty()).then_some(trailers);
    let broken = kept.broken.as_ref().map(NetError::from);
    let mut response = http::Response::new(ResponseBody::kept(body, trailers, broken));
    // What was read from a file has been checked, so the status is one.
    *response.status_mut() = StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK);
    *response.headers_mut() = map;
    if response.status().canonical_reason() != Some(kept.reason.as_str())
        && let Some(reason) = latin1::bytes(&kept.reason)
        && let Ok(reason) = ReasonPhrase::try_from(reason)
    {
        response.extensions_mut().insert(reason);
    }
    response.extensions_mut().insert(nobody(port));
    response
}

/// The ends of a connection that isn't there.
pub(crate) fn nobody(port: u16) -> Peer {
    let loopback = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    Peer {
        remote: loopback(port),
        local: loopback(0),
    }
}

fn append(map: &mut HeaderMap, name: &str, value: &str) {
    let bytes = latin1::bytes(value).unwrap_or_else(|| value.as_bytes().to_vec());
    // A header that can't be one, of a file that was edited, is left out.
    if let Ok(name) = HeaderName::try_from(name)
        && let Ok(value) = HeaderValue::from_bytes(&bytes)
    {
        map.append(name, value);
    }
}

impl From<&NetError> for Failure {
    fn from(error: &NetError) -> Failure {
        Failure {
            code: error.code.to_owned(),
            message: error.message.clone(),
            stage: match error.stage {
                Stage::Refused => cassette::Stage::Refused,
                Stage::Connect => cassette::Stage::Connect,
                Stage::ConnectTimeout => cassette::Stage::ConnectTimeout,
                Stage::Head | Stage::Silent => cassette::Stage::Head,
                Stage::Body => cassette::Stage::Body,
            },
            errno: error.errno,
            syscall: error.syscall.map(str::to_owned),
            address: error.address.as_deref().map(str::to_owned),
            port: error.port,
            hostname: error.hostname.as_deref().map(str::to_owned),
            errors: error.errors.iter().map(Failure::from).collect(),
        }
    }
}

impl From<&Failure> for NetError {
    fn from(failure: &Failure) -> NetError {
        let stage = match failure.stage {
            cassette::Stage::Refused => Stage::Refused,
            cassette::Stage::Connect => Stage::Connect,
            cassette::Stage::ConnectTimeout => Stage::ConnectTimeout,
            cassette::Stage::Head => Stage::Head,
            cassette::Stage::Body => Stage::Body,
        };
        NetError {
            errno: failure.errno,
            syscall: failure.syscall.as_deref().map(kept_word),
            address: failure.address.as_deref().map(Box::from),
            port: failure.port,
            hostname: failure.hostname.as_deref().map(Box::from),
            errors: failure.errors.iter().map(NetError::from).collect(),
            ..NetError::new(stage, kept_word(&failure.code), failure.message.as_str())
        }
    }
}

/// The words of errors live as long as the process: they are Node's, of which there are few. More
/// different ones than these are some file's own.
const WORDS: usize = 1000;

fn kept_word(word: &str) -> &'static str {
    static KNOWN: OnceLock<Mutex<HashSet<&'static str>>> = OnceLock::new();
    let known = KNOWN.get_or_init(Mutex::default);
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(kept) = known.get(word) {
        return kept;
    }
    if known.len() >= WORDS || word.len() > 100 {
        return "ERR_UNKNOWN";
    }
    let kept: &'static str = Box::leak(word.to_owned().into_boxed_str());
    known.insert(kept);
    kept
}
