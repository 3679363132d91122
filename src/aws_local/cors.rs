//! What browsers want to know before, and with, the answer to a page of another origin: as S3 does
//! it for a bucket that allows the origin all methods and headers.

use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, header};
use s3s::{Body, S3Error, S3ErrorCode};

const METHODS: &str = "GET, PUT, POST, DELETE, HEAD";

/// What an answer depends on, for what keeps answers.
const VARY: &str = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";

/// Headers that a page sees without being allowed to, or that concern the connection.
const NOT_EXPOSED: [HeaderName; 4] = [
    header::CONNECTION,
    header::TRANSFER_ENCODING,
    header::CONTENT_SECURITY_POLICY,
    header::VARY,
];

/// Whether a browser asks what a page may do, before it does it. Nobody else uses this method.
pub fn is_preflight(request: &Parts) -> bool {
    request.method == Method::OPTIONS
}

/// The answer to a preflight of a page that may ask; [`allow`] has the rest.
///
/// # Errors
/// The question isn't complete.
pub fn preflight(request: &Parts) -> Result<Response<Body>, S3Error> {
    let bad = |text: String| S3Error::with_message(S3ErrorCode::Custom("BadRequest".into()), text);
    let refused = |text: String| {
        let mut error = bad(text);
        error.set_status_code(http::StatusCode::BAD_REQUEST);
        Err(error)
    };
    if !request.headers.contains_key(header::ORIGIN) {
        return refused("Insufficient information. Origin request header needed.".to_owned());
    }
    let method = request.headers.get(header::ACCESS_CONTROL_REQUEST_METHOD);
    let method = method.and_then(|method| method.to_str().ok());
    if !method.is_some_and(|method| METHODS.split(", ").any(|known| known == method)) {
        let method = method.filter(|method| method.bytes().all(|byte| byte.is_ascii_alphabetic()));
        let method = method.unwrap_or("null");
        return refused(format!("Invalid Access-Control-Request-Method: {method}"));
    }
    let mut answer = Response::new(Body::empty());
    let headers = answer.headers_mut();
    let methods = HeaderValue::from_static(METHODS);
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
    if let Some(wanted) = request.headers.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, wanted.clone());
    }
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"));
    Ok(answer)
}

/// Lets a page of `origin` read the answer, with all of its headers.
pub fn allow(headers: &mut HeaderMap, origin: HeaderValue) {
    let names = headers.keys().filter(|name| !NOT_EXPOSED.contains(name));
    let names: Vec<&str> = names.map(HeaderName::as_str).collect();
    let exposed = HeaderValue::from_str(&names.join(", "));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
        HeaderValue::from_static("true"),
    );
    if let Ok(exposed) = exposed {
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    }
}

/// Tells what keeps answers that this one is for this origin alone.
pub fn vary(headers: &mut HeaderMap) {
    headers.append(header::VARY, HeaderValue::from_static(VARY));
}
