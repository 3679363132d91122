//! Bodies of requests, bounded in size and time.

use std::io::Read;
use std::time::Duration;

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use http::{HeaderMap, header};
use http_body::Body;
use http_body_util::BodyExt;
use hyper::body::Incoming;

/// How long a body may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Up to this size (bytes), a body that is too large is taken and thrown away: most clients look for an
/// answer only after they have sent all.
const LARGEST_UNWANTED: usize = 16 << 20;

/// Why there is no body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    #[error("the body is too large")]
    TooLarge,
    #[error("the body did not come within {} seconds", PATIENCE.as_secs())]
    Slow,
    #[error("the connection ended within the body")]
    Broken,
    #[error("the body is no gzip, though its Content-Encoding says so")]
    NotGzip,
    #[error("the only Content-Encoding that is read is gzip")]
    Coding,
}

/// The body, unpacked, if it has at most `limit` bytes.
///
/// # Errors
/// It is too large, broken, packed in an unknown way, or doesn't come.
pub async fn read_body(
    headers: &HeaderMap,
    body: Incoming,
    limit: usize,
) -> Result<Bytes, BodyError> {
    let received = tokio::time::timeout(PATIENCE, receive(body, limit)).await;
    let bytes = received.map_err(|_| BodyError::Slow)??;
    let coding = headers.get(header::CONTENT_ENCODING);
    match coding.map(|coding| coding.as_bytes().to_ascii_lowercase()) {
        None => Ok(bytes),
        Some(coding) if coding == b"identity" => Ok(bytes),
        Some(coding) if coding == b"gzip" || coding == b"x-gzip" => unpack(&bytes, limit),
        Some(_) => Err(BodyError::Coding),
    }
}

async fn receive(mut body: Incoming, limit: usize) -> Result<Bytes, BodyError> {
    let known = usize::try_from(body.size_hint().lower()).unwrap_or(limit);
    let mut bytes = Vec::with_capacity(known.min(limit));
    let mut size = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| BodyError::Broken)?.into_data() else {
            continue;
        };
        size += data.len();
        if size <= limit {
            bytes.extend_from_slice(&data);
        } else if size > LARGEST_UNWANTED {
            break;
        }
    }
    match size <= limit {
        true => Ok(bytes.into()),
        false => Err(BodyError::TooLarge),
    }
}

fn unpack(bytes: &[u8], limit: usize) -> Result<Bytes, BodyError> {
    let mut plain = Vec::new();
    MultiGzDecoder::new(bytes)
        .take(limit as u64 + 1)
        .read_to_end(&mut plain)
        .map_err(|_| BodyError::NotGzip)?;
    match plain.len() <= limit {
        true => Ok(plain.into()),
        false => Err(BodyError::TooLarge),
    }
}
