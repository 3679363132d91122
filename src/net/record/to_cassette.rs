//! What goes over the network, in the form that a cassette keeps.

use bytes::Bytes;
use http::{HeaderMap, header};

use crate::cassette::{Headers, Payload, Request};
use crate::text::latin1;

pub(in crate::net) fn headers(map: &HeaderMap) -> Headers {
    map.iter()
        .map(|(name, value)| (name.as_str().to_owned(), latin1::text(value.as_bytes())))
        .collect()
}

/// The request, not redacted yet.
pub(in crate::net) fn request(method: &str, url: String, map: &HeaderMap, body: Bytes) -> Request {
    let encoding = map.get(header::CONTENT_ENCODING);
    let body = Payload::decode(body, encoding.and_then(|value| value.to_str().ok()));
    Request {
        method: method.to_owned(),
        url,
        headers: headers(map),
        body,
    }
}
