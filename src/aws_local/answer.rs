//! The finish of every answer: what all of AWS's answers carry, and its texts for the errors that
//! s3s raises with a bare code.

use std::time::SystemTime;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};
use http_body_util::BodyExt;
use s3s::{Body, S3Error, S3ErrorCode};

use crate::random::{self, Use};
use crate::text::hex;

/// s3s takes metadata from a map, in an order of each run's own; functions would print it so.
fn sort_metadata(headers: &mut HeaderMap) {
    let mut all: Vec<(HeaderName, HeaderValue)> = std::mem::take(headers)
        .iter()
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    all.sort_by(|(a, _), (b, _)| metadata(a).cmp(&metadata(b)));
    headers.extend(all);
}

/// A header's name, where it is one of metadata.
fn metadata(name: &HeaderName) -> Option<&str> {
    let name = name.as_str();
    name.starts_with("x-amz-meta-").then_some(name)
}

/// An answer to a request of `method` and `query`, ready to be sent.
pub async fn finish_s3(
    mut response: Response<Body>,
    method: &Method,
    query: &str,
    now: SystemTime,
) -> Response<Body> {
    let request_id = hex(&id::<8>()).to_uppercase();
    let host_id = BASE64.encode(id::<56>());
    let status = response.status();
    if method == Method::HEAD || status == StatusCode::NOT_MODIFIED {
        // The length, where there is one, is the object's.
        *response.body_mut() = Body::empty();
        // s3s answers 200 to a HEAD for a part of an object too.
        if status == StatusCode::OK && response.headers().contains_key(header::CONTENT_RANGE) {
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        }
        if status.as_u16() >= 300 {
            response.headers_mut().remove(header::CONTENT_LENGTH);
            response.headers_mut().insert(
                header::CONTENT_TYPE,
                HeaderValue::from_static("application/xml"),
            );
        }
    } else if status.is_client_error() || status.is_server_error() {
        let body = std::mem::take(response.body_mut());
        let raised = Raised::read(&collect(body).await);
        let text = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{}</Code><Message>{}</Message>\
             <RequestId>{request_id}</RequestId><HostId>{host_id}</HostId></Error>",
            raised.code, raised.message
        );
        response.headers_mut().remove(header::CONTENT_LENGTH);
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/xml"),
        );
        *response.body_mut() = Body::from(text);
    }
    if query.split(['&', '=']).next() == Some("location") && status.is_success() {
        // aws-sdk 2 reads this one document with a regular expression that needs AWS's line break.
        let body = std::mem::take(response.body_mut());
        let document = String::from_utf8_lossy(&collect(body).await).replacen("?><", "?>\n<", 1);
        response.headers_mut().remove(header::CONTENT_LENGTH);
        *response.body_mut() = Body::from(document);
    }
    let headers = response.headers_mut();
    sort_metadata(headers);
    set(
        headers,
        HeaderName::from_static("x-amz-request-id"),
        &request_id,
    );
    set(headers, HeaderName::from_static("x-amz-id-2"), &host_id);
    set(headers, header::SERVER, "AmazonS3");
    set(headers, header::DATE, &http_date(now));
    response
}

/// The same for STS, whose errors have another form, and other codes where keys are concerned.
pub async fn finish_sts(response: Response<Body>, now: SystemTime) -> Response<Body> {
    let (mut parts, body) = response.into_parts();
    let request_id = parts
        .headers
        .get("x-amzn-requestid")
        .and_then(|id| id.to_str().ok())
        .map_or_else(uuid, str::to_owned);
    let body = if parts.headers.contains_key("x-amzn-requestid") {
        body
    } else {
        // Refused before it came to our own code, in the manner of S3.
        let raised = Raised::read(&collect(body).await);
        let (status, code, message) = match raised.code.as_str() {
            "InvalidAccessKeyId" => (
                403,
                "InvalidClientTokenId",
                "The security token included in the request is invalid.",
            ),
            "SignatureDoesNotMatch" => (
                403,
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided. Check your AWS Secret \
                 Access Key and signing method. Consult the service documentation for details.",
            ),
            "RequestTimeTooSkewed" => (403, "SignatureDoesNotMatch", raised.message.as_str()),
            "InternalError" => (500, "InternalFailure", raised.message.as_str()),
            _ => (400, raised.code.as_str(), raised.message.as_str()),
        };
        parts.status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
        parts.headers.remove(header::CONTENT_LENGTH);
        Body::from(sts_error(status, code, message, &request_id))
    };
    set(
        &mut parts.headers,
        HeaderName::from_static("x-amzn-requestid"),
        &request_id,
    );
    set(&mut parts.headers, header::CONTENT_TYPE, "text/xml");
    set(&mut parts.headers, header::DATE, &http_date(now));
    Response::from_parts(parts, body)
}

/// The body of an STS error; `message` is XML text already.
pub fn sts_error(status: u16, code: &str, message: &str, request_id: &str) -> String {
    let side = if status < 500 { "Sender" } else { "Receiver" };
    format!(
        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n  <Error>\n    <Type>{side}</Type>\n    \
         <Code>{code}</Code>\n    <Message>{message}</Message>\n  </Error>\n  <RequestId>{request_id}</RequestId>\n\
         </ErrorResponse>\n"
    )
}

/// Text as XML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// An S3 error with AWS's own text for its code.
pub fn s3_error(code: S3ErrorCode) -> S3Error {
    let text = text_of(code.as_str());
    S3Error::with_message(code, text)
}

/// A random UUID, as STS's request ids are.
pub fn uuid() -> String {
    let mut bytes = id::<16>();
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = hex(&bytes);
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

/// Bytes of an id. Ids are no secrets: zeros do where the system has no randomness.
fn id<const LENGTH: usize>() -> [u8; LENGTH] {
    random::bytes(Use::Aws).unwrap_or([0; LENGTH])
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

fn http_date(time: SystemTime) -> String {
    let seconds = DateTime::from_secs(DateTime::from(time).secs());
    seconds.fmt(Format::HttpDate).unwrap_or_default()
}

/// The whole of a body; errors are small, and one that breaks off is an empty one.
pub async fn collect(body: Body) -> Bytes {
    body.collect()
        .await
        .map(|whole| whole.to_bytes())
        .unwrap_or_default()
}

/// What an error document of s3s says; both as XML text.
struct Raised {
    code: String,
    message: String,
}

impl Raised {
    fn read(document: &[u8]) -> Raised {
        let document = String::from_utf8_lossy(document);
        let code = element(&document, "Code")
            .unwrap_or("InternalError")
            .to_owned();
        let message = match element(&document, "Message") {
            Some(message) => message.to_owned(),
            None => text_of(&code).to_owned(),
        };
        Raised { code, message }
    }
}

/// The text of the first element of that name in a flat document that s3s wrote.
fn element<'a>(document: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = document.split_once(&format!("<{name}>"))?;
    Some(rest.split_once(&format!("</{name}>"))?.0)
}

/// AWS's text for a code of S3.
fn text_of(code: &str) -> &'static str {
    match code {
        "AccessDenied" => "Access Denied",
        "BadDigest" => "The Content-MD5 you specified did not match what we received.",
        "BucketAlreadyOwnedByYou" => {
            "Your previous request to create the named bucket succeeded and you already own it."
        }
        "BucketNotEmpty" => "The bucket you tried to delete is not empty",
        "EntityTooLarge" => "Your proposed upload exceeds the maximum allowed size",
        "EntityTooSmall" => "Your proposed upload is smaller than the minimum allowed size",
        "ExpiredToken" => "The provided token has expired.",
        "IncompleteBody" => {
            "You did not provide the number of bytes specified by the Content-Length HTTP header"
        }
        "InvalidAccessKeyId" => "The AWS Access Key Id you provided does not exist in our records.",
        "InvalidBucketName" => "The specified bucket is not valid.",
        "InvalidDigest" => "The Content-MD5 you specified was invalid.",
        "InvalidPart" => {
            "One or more of the specified parts could not be found.  The part may not have been uploaded, or the \
             specified entity tag may not match the part's entity tag."
        }
        "InvalidPartOrder" => {
            "The list of parts was not in ascending order. Parts must be ordered by part number."
        }
        "InvalidRange" => "The requested range is not satisfiable",
        "InvalidToken" => "The provided token is malformed or otherwise invalid.",
        "InvalidURI" => "Couldn't parse the specified URI.",
        "KeyTooLongError" => "Your key is too long",
        "MalformedXML" => {
            "The XML you provided was not well-formed or did not validate against our published schema"
        }
        "MaxMessageLengthExceeded" => "Your request was too big.",
        "MethodNotAllowed" => "The specified method is not allowed against this resource.",
        "MissingContentLength" => "You must provide the Content-Length HTTP header.",
        "NoSuchBucket" => "The specified bucket does not exist",
        "NoSuchKey" => "The specified key does not exist.",
        "NoSuchUpload" => {
            "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted \
             or completed."
        }
        "NotImplemented" => "A header you provided implies functionality that is not implemented",
        "PreconditionFailed" => "At least one of the pre-conditions you specified did not hold",
        "RequestTimeTooSkewed" => {
            "The difference between the request time and the current time is too large."
        }
        "SignatureDoesNotMatch" => {
            "The request signature we calculated does not match the signature you provided. Check your key and \
             signing method."
        }
        "XAmzContentSHA256Mismatch" => {
            "The provided 'x-amz-content-sha256' header does not match what was computed."
        }
        _ => "We encountered an internal error. Please try again.",
    }
}
