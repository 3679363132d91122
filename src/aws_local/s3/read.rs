//! Objects: get and head.

use std::io::{Read, Seek, SeekFrom};
use std::time::{Duration, UNIX_EPOCH};
use std::{io, ops};

use bytes::Bytes;
use http::StatusCode;
use s3s::dto::*;
use s3s::{Body, S3ErrorCode, S3Request, S3Result};

use super::checksums::with_checksums;
use super::conditions::{Demands, is_archived};
use super::error::fail;
use super::values::{part_number, refuse_version};
use crate::aws_local::answer::s3_error;
use crate::aws_local::store;
use crate::aws_local::store::{ObjectStore, StoreError};
use crate::aws_local::timestamp::{timestamp, whole_seconds};

/// An object that is asked for is read at once up to this size (bytes), and in pieces beyond.
const READ_AT_ONCE: u64 = 8 * 1024 * 1024;

/// Bytes of a piece of a larger one.
const PIECE: u64 = 256 * 1024;

/// The bytes that are asked for, and their place if they are not all.
fn select(
    object: &store::Object,
    range: Option<Range>,
    part: Option<i32>,
) -> S3Result<(ops::Range<u64>, bool)> {
    match (range, part) {
        (Some(_), Some(_)) => Err(fail(
            S3ErrorCode::InvalidRequest,
            "Cannot specify both Range header and partNumber query parameter",
        )),
        // s3s would give the last bytes of nothing.
        (Some(_), None) if object.size == 0 => Err(s3_error(S3ErrorCode::InvalidRange)),
        (Some(range), None) => Ok((
            range
                .check(object.size)
                .map_err(|_| s3_error(S3ErrorCode::InvalidRange))?,
            true,
        )),
        (None, Some(number)) => {
            let parts = &object.details.parts;
            let index = part_number(number)? as usize - 1;
            let size = match index {
                0 if parts.is_empty() => Some(object.size),
                index => parts.get(index).copied(),
            };
            let Some(size) = size else {
                let code = S3ErrorCode::Custom("InvalidPartNumber".into());
                let mut error = fail(code, "The requested partnumber is not satisfiable");
                error.set_status_code(StatusCode::RANGE_NOT_SATISFIABLE);
                return Err(error);
            };
            let start = parts.iter().take(index).sum();
            Ok((start..start + size, size > 0))
        }
        (None, None) => Ok((0..object.size, false)),
    }
}

/// What GET and HEAD both tell of an object, as an `$output`.
macro_rules! described {
    ($output:ident, $object:ident, $details:ident, $bytes:ident, $partial:ident, $part_number:expr) => {
        $output {
            accept_ranges: Some("bytes".to_owned()),
            content_length: i64::try_from($bytes.end - $bytes.start).ok(),
            content_range: $partial.then(|| {
                format!(
                    "bytes {}-{}/{}",
                    $bytes.start,
                    $bytes.end.saturating_sub(1),
                    $object.size
                )
            }),
            cache_control: $details.cache_control,
            content_disposition: $details.content_disposition,
            content_encoding: $details.content_encoding,
            content_language: $details.content_language,
            content_type: Some($details.content_type),
            e_tag: Some(ETag::Strong($details.etag)),
            expires: $details.expires.map(expires),
            last_modified: Some(whole_seconds($object.modified)),
            metadata: Some($details.metadata.into_iter().collect()),
            parts_count: $part_number
                .and_then(|_| i32::try_from($details.parts.len()).ok())
                .filter(|count| *count > 0),
            server_side_encryption: $details.encryption.map(ServerSideEncryption::from),
            sse_customer_algorithm: $details
                .customer_key_md5
                .as_ref()
                .map(|_| "AES256".to_owned()),
            sse_customer_key_md5: $details.customer_key_md5,
            ssekms_key_id: $details.encryption_key,
            storage_class: $details.storage_class.map(StorageClass::from),
            website_redirect_location: $details.redirect,
            ..$output::default()
        }
    };
}

pub async fn get(
    store: &ObjectStore,
    request: S3Request<GetObjectInput>,
) -> S3Result<GetObjectOutput> {
    let input = request.input;
    refuse_version(input.version_id.as_deref())?;
    let demands = Demands {
        matches: input.if_match,
        none_match: input.if_none_match,
        modified_since: input.if_modified_since,
        unmodified_since: input.if_unmodified_since,
        customer_key_md5: input.sse_customer_key_md5,
    };
    let object = demands.open(store, &input.bucket, &input.key, S3ErrorCode::NotModified)?;
    if is_archived(&object) {
        return Err(fail(
            S3ErrorCode::InvalidObjectState,
            "The operation is not valid for the object's storage class",
        ));
    }
    let (bytes, partial) = select(&object, input.range, input.part_number)?;
    let details = object.details;
    let tags = details.tags.len();
    let output = GetObjectOutput {
        body: Some(read(object.file, bytes.clone())?),
        tag_count: i32::try_from(tags).ok().filter(|count| *count > 0),
        ..described!(
            GetObjectOutput,
            object,
            details,
            bytes,
            partial,
            input.part_number
        )
    };
    // The checksum is the whole object's: it would not fit a piece of it.
    if input.checksum_mode.is_some() && !partial {
        return Ok(with_checksums!(output, details.checksums));
    }
    Ok(output)
}

pub async fn head(
    store: &ObjectStore,
    request: S3Request<HeadObjectInput>,
) -> S3Result<HeadObjectOutput> {
    let input = request.input;
    refuse_version(input.version_id.as_deref())?;
    let demands = Demands {
        matches: input.if_match,
        none_match: input.if_none_match,
        modified_since: input.if_modified_since,
        unmodified_since: input.if_unmodified_since,
        customer_key_md5: input.sse_customer_key_md5,
    };
    let object = demands.open(store, &input.bucket, &input.key, S3ErrorCode::NotModified)?;
    let (bytes, partial) = select(&object, input.range, input.part_number)?;
    let details = object.details;
    let output = described!(
        HeadObjectOutput,
        object,
        details,
        bytes,
        partial,
        input.part_number
    );
    if input.checksum_mode.is_some() && !partial {
        return Ok(with_checksums!(output, details.checksums));
    }
    Ok(output)
}

fn expires(seconds: i64) -> Timestamp {
    let since = Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
    timestamp(UNIX_EPOCH.checked_add(since).unwrap_or(UNIX_EPOCH))
}

/// A range of a file as a body.
fn read(mut file: std::fs::File, bytes: ops::Range<u64>) -> S3Result<StreamingBlob> {
    file.seek(SeekFrom::Start(bytes.start))
        .map_err(StoreError::from)?;
    let length = bytes.end - bytes.start;
    if length <= READ_AT_ONCE {
        let piece = read_exactly(&mut file, length).map_err(StoreError::from)?;
        return Ok(StreamingBlob::from(Body::from(piece)));
    }
    Ok(StreamingBlob::wrap(futures_util::stream::try_unfold(
        (file, length),
        |(mut file, left)| async move {
            if left == 0 {
                return io::Result::Ok(None);
            }
            let piece = read_exactly(&mut file, left.min(PIECE))?;
            let left = left - piece.len() as u64;
            Ok(Some((piece, (file, left))))
        },
    )))
}

fn read_exactly(file: &mut std::fs::File, length: u64) -> io::Result<Bytes> {
    let mut piece = Vec::with_capacity(usize::try_from(length).map_err(io::Error::other)?);
    file.take(length).read_to_end(&mut piece)?;
    if piece.len() as u64 != length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Bytes::from(piece))
}
