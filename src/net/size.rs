//! How many bytes of HTTP there are.

use http::{HeaderMap, Request, Response};

/// `HTTP/1.1`, two spaces and the end of the line.
const FIRST_LINE: usize = 12;

/// The head of a request.
pub fn request_head<B>(request: &Request<B>) -> u64 {
    let target = request.uri().path_and_query();
    let target = target.map_or(1, |target| target.as_str().len());
    let line = request.method().as_str().len() + target + FIRST_LINE;
    (line + headers(request.headers())) as u64
}

/// The head of a response.
pub fn response_head<B>(response: &Response<B>) -> u64 {
    let reason = response.status().canonical_reason().unwrap_or_default();
    let line = 3 + reason.len() + FIRST_LINE;
    (line + headers(response.headers())) as u64
}

/// Headers and the empty line behind them.
fn headers(headers: &HeaderMap) -> usize {
    let sizes = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + 4);
    sizes.sum::<usize>() + 2
}
