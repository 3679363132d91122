//! What browsers want to know before, and with, the answer to a page of another origin: any page may
//! send events, as to the platform.

use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use super::answers::{HttpAnswer, text_answer};

const METHODS: HeaderValue = HeaderValue::from_static("POST, GET, OPTIONS");
const HEADERS: HeaderValue = HeaderValue::from_static("authorization, content-type, x-retry-count");
/// In seconds.
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");
const TRUE: HeaderValue = HeaderValue::from_static("true");

/// Chromium asks so whether a page of the internet may reach this machine.
const ASKS_FOR_NETWORK: HeaderName =
    HeaderName::from_static("access-control-request-private-network");
const ALLOWS_NETWORK: HeaderName = HeaderName::from_static("access-control-allow-private-network");

/// The answer to a browser that asks what a page may do.
pub fn preflight(request: &Parts) -> HttpAnswer {
    let mut answer = text_answer(StatusCode::NO_CONTENT, "text/plain", "");
    let headers = answer.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    let wanted = request.headers.get(header::ACCESS_CONTROL_REQUEST_HEADERS);
    let wanted = wanted.cloned().unwrap_or(HEADERS);
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, wanted);
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    if request.headers.contains_key(ASKS_FOR_NETWORK) {
        headers.insert(ALLOWS_NETWORK, TRUE);
    }
    answer
}

/// Lets the page that asks read the answer.
pub fn allow(request: &HeaderMap, answer: &mut HeaderMap) {
    if let Some(origin) = request.get(header::ORIGIN) {
        answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        answer.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, TRUE);
    }
    answer.append(header::VARY, HeaderValue::from_static("Origin"));
}
