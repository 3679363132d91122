//! A body on its way into the store.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use futures_util::StreamExt;
use http::HeaderMap;
use md5::{Digest, Md5};
use s3s::dto::StreamingBlob;
use s3s::{S3Error, S3ErrorCode, S3Result, StdError, TrailingHeaders};

use super::checksums;
use super::checksums::Checksums;
use crate::aws_local::answer::s3_error;
use crate::aws_local::limits::LARGEST_BODY;
use crate::aws_local::store::{ObjectStore, StoreError, TemporaryFile};
use crate::text::hex;

/// A body that has arrived whole, and is what its sender says it is.
pub struct Received {
    pub temporary: TemporaryFile,
    /// MD5 in hexadecimal.
    pub md5: String,
    /// The checksums that the sender gave, base64.
    pub checksums: Checksums,
}

/// Receives a body into a temporary file.
///
/// # Errors
/// `BadDigest`, `XAmzContentSHA256Mismatch` and the like; nothing is left of the body then.
pub async fn receive(
    store: &ObjectStore,
    body: Option<StreamingBlob>,
    content_md5: Option<&str>,
    headers: &HeaderMap,
    trailers: Option<TrailingHeaders>,
) -> S3Result<Received> {
    let promised_md5 = content_md5.map(read_md5).transpose()?;
    let mut hasher = checksums::hasher_for(headers);
    let mut temporary = store.temporary().map_err(StoreError::from)?;
    let mut md5 = Md5::new();
    let mut size = 0;
    if let Some(mut body) = body {
        while let Some(piece) = body.next().await {
            let piece = piece.map_err(broken_off)?;
            size += piece.len() as u64;
            if size > LARGEST_BODY {
                return Err(s3_error(S3ErrorCode::EntityTooLarge));
            }
            md5.update(&piece);
            hasher.update(&piece);
            temporary.file.write_all(&piece).map_err(StoreError::from)?;
        }
    }
    let md5: [u8; 16] = md5.finalize().into();
    if promised_md5.is_some_and(|promised| promised != md5) {
        return Err(s3_error(S3ErrorCode::BadDigest));
    }
    let trailers = trailers
        .and_then(|trailers| trailers.take())
        .unwrap_or_default();
    Ok(Received {
        temporary,
        md5: hex(&md5),
        checksums: checksums::compare(hasher, headers, &trailers)?,
    })
}

fn read_md5(header: &str) -> S3Result<[u8; 16]> {
    let digest = BASE64
        .decode(header)
        .ok()
        .and_then(|bytes| bytes.try_into().ok());
    digest.ok_or_else(|| s3_error(S3ErrorCode::InvalidDigest))
}

/// Why a body broke off. s3s keeps its error types to itself, so their texts tell.
fn broken_off(error: StdError) -> S3Error {
    let text = error.to_string();
    if text.contains("Sha256Mismatch") {
        s3_error(
            S3ErrorCode::from_bytes(b"XAmzContentSHA256Mismatch").unwrap_or(S3ErrorCode::BadDigest),
        )
    } else if text.contains("SignatureMismatch") {
        s3_error(S3ErrorCode::SignatureDoesNotMatch)
    } else {
        s3_error(S3ErrorCode::IncompleteBody)
    }
}
