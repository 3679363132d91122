//! What a cassette keeps, as it would come from the network.

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use hyper::ext::ReasonPhrase;

use super::peer::Peer;
use super::response_body::ResponseBody;
use crate::cassette;
use crate::text::latin1;

/// A kept response, with the addresses of a connection to `port` that isn't there.
pub(super) fn response(kept: &cassette::Response, port: u16) -> http::Response<ResponseBody> {
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
    let mut response =
        http::Response::new(ResponseBody::of_kept(body, trailers, kept.broken.clone()));
    // What was read from a file has been checked, so the status is one.
    *response.status_mut() = StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK);
    *response.headers_mut() = map;
    if response.status().canonical_reason() != Some(kept.reason.as_str())
        && let Some(reason) = latin1::bytes(&kept.reason)
        && let Ok(reason) = ReasonPhrase::try_from(reason)
    {
        response.extensions_mut().insert(reason);
    }
    response.extensions_mut().insert(Peer::nobody(port));
    response
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
