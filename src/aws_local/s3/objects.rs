//! Objects: put, get, head, copy and delete.

use std::io;
use std::io::Read;
use std::io::Seek;
use std::io::SeekFrom;
use std::ops;
use std::time::Duration;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use bytes::Bytes;
use s3s::Body;
use s3s::S3ErrorCode;
use s3s::S3Request;
use s3s::S3Result;
use s3s::dto::*;

use super::fail;
use super::receive::Received;
use super::receive::receive;
use super::refuse_version;
use super::region;
use super::s3_error;
use super::timestamp;
use crate::aws_local::store;
use crate::aws_local::store::Precondition;
use crate::aws_local::store::Store;
use crate::aws_local::store::StoreError;
use crate::aws_local::store::details::Details;
use crate::aws_local::store::details::md5_of;

/// An object that is asked for is read at once up to this size (bytes), and in pieces beyond.
const READ_AT_ONCE: u64 = 8 * 1024 * 1024;

/// Bytes of a piece of a larger one.
const PIECE: u64 = 256 * 1024;

/// The details in one of the three inputs that make an object: they have no type in common.
macro_rules! details_of {
    ($input:expr) => {{
        let input = &$input;
        $crate::aws_local::store::details::Details {
            // S3's own type for what has none; the SDKs always send one.
            content_type: input
                .content_type
                .clone()
                .unwrap_or_else(|| "binary/octet-stream".to_owned()),
            cache_control: input.cache_control.clone(),
            content_disposition: input.content_disposition.clone(),
            content_encoding: input
                .content_encoding
                .as_deref()
                .and_then($crate::aws_local::s3::objects::kept_encoding),
            content_language: input.content_language.clone(),
            expires: input
                .expires
                .clone()
                .map($crate::aws_local::s3::objects::seconds),
            redirect: input.website_redirect_location.clone(),
            storage_class: input
                .storage_class
                .as_ref()
                .map(|class| class.as_str().to_owned())
                .filter(|class| class != s3s::dto::StorageClass::STANDARD),
            encryption: input
                .server_side_encryption
                .as_ref()
                .map(|kind| kind.as_str().to_owned()),
            encryption_key: input.ssekms_key_id.clone(),
            customer_key_md5: input.sse_customer_key_md5.clone(),
            metadata: input
                .metadata
                .clone()
                .unwrap_or_default()
                .into_iter()
                .collect(),
            tags: input
                .tagging
                .as_deref()
                .map_or(Ok(Vec::new()), $crate::aws_local::s3::tags::from_header)?,
            ..Default::default()
        }
    }};
}
pub(super) use details_of;

/// `aws-chunked` is how a body travels, not how it is kept.
pub fn kept_encoding(header: &str) -> Option<String> {
    let kept = header
        .split(',')
        .map(str::trim)
        .filter(|coding| !coding.is_empty() && *coding != "aws-chunked");
    Some(kept.collect::<Vec<_>>().join(",")).filter(|kept| !kept.is_empty())
}

/// Seconds since 1970.
pub fn seconds(time: Timestamp) -> i64 {
    let mut text = Vec::new();
    match time.format(TimestampFormat::EpochSeconds, &mut text) {
        Ok(()) => String::from_utf8_lossy(&text)
            .parse::<f64>()
            .map_or(0, |seconds| seconds as i64),
        Err(_) => 0,
    }
}

/// The checksums of an object, in an output that has a field for each.
macro_rules! with_checksums {
    ($output:expr, $checksums:expr) => {{
        let checksums = &$checksums;
        let mut output = $output;
        output.checksum_crc32 = checksums.get("crc32").cloned();
        output.checksum_crc32c = checksums.get("crc32c").cloned();
        output.checksum_crc64nvme = checksums.get("crc64nvme").cloned();
        output.checksum_sha1 = checksums.get("sha1").cloned();
        output.checksum_sha256 = checksums.get("sha256").cloned();
        output
    }};
}
pub(super) use with_checksums;

pub async fn put(store: &Store, request: S3Request<PutObjectInput>) -> S3Result<PutObjectOutput> {
    let region = region(&request);
    let input = request.input;
    let mut details = details_of!(input);
    let precondition = precondition(input.if_match, input.if_none_match)?;
    let received = receive(
        store,
        input.body,
        input.content_md5.as_deref(),
        &request.headers,
        request.trailing_headers,
    );
    let Received {
        temporary,
        md5,
        checksums,
    } = received.await?;
    details.etag.clone_from(&md5);
    details.checksums = checksums;
    let output = PutObjectOutput {
        e_tag: Some(ETag::Strong(md5)),
        server_side_encryption: details.encryption.clone().map(ServerSideEncryption::from),
        ssekms_key_id: details.encryption_key.clone(),
        sse_customer_algorithm: input.sse_customer_algorithm,
        sse_customer_key_md5: details.customer_key_md5.clone(),
        ..PutObjectOutput::default()
    };
    let output = with_checksums!(output, details.checksums);
    store.commit(
        temporary,
        &input.bucket,
        &input.key,
        &region,
        details,
        &precondition,
    )?;
    Ok(output)
}

/// What a write demands of the object it replaces.
pub fn precondition(
    matches: Option<ETagCondition>,
    none_match: Option<ETagCondition>,
) -> S3Result<Precondition> {
    let absent = match none_match {
        None => false,
        Some(ETagCondition::Any) => true,
        Some(ETagCondition::ETag(_)) => {
            return Err(fail(
                S3ErrorCode::NotImplemented,
                "A header you provided implies functionality that is not implemented",
            ));
        }
    };
    let matches = matches.map(|condition| match condition {
        ETagCondition::Any => "*".to_owned(),
        ETagCondition::ETag(etag) => etag.into_value(),
    });
    Ok(Precondition { matches, absent })
}

/// What a read demands of the object.
#[derive(Default)]
pub struct Demands {
    pub matches: Option<ETagCondition>,
    pub none_match: Option<ETagCondition>,
    pub modified_since: Option<Timestamp>,
    pub unmodified_since: Option<Timestamp>,
    pub customer_key_md5: Option<String>,
}

impl Demands {
    /// Opens the object, if it is as demanded; `unchanged` is the answer when it is the one that
    /// the caller has.
    pub fn open(
        &self,
        store: &Store,
        bucket: &str,
        key: &str,
        unchanged: S3ErrorCode,
    ) -> S3Result<store::Object> {
        let object = store.open(bucket, key)?;
        if object.details.customer_key_md5 != self.customer_key_md5 {
            return Err(fail(
                S3ErrorCode::InvalidRequest,
                if object.details.customer_key_md5.is_some() {
                    "The object was stored using a form of Server Side Encryption. The correct parameters must be \
                     provided to retrieve the object."
                } else {
                    "The encryption parameters are not applicable to this object."
                },
            ));
        }
        let etag = ETag::Strong(object.details.etag.clone());
        let modified = timestamp(object.modified);
        let is = |condition: &ETagCondition| match condition {
            ETagCondition::Any => true,
            ETagCondition::ETag(wanted) => wanted.weak_cmp(&etag),
        };
        // An ETag says more than a time: where there is one, the time is not asked.
        let fits = match &self.matches {
            Some(wanted) => is(wanted),
            None => self
                .unmodified_since
                .as_ref()
                .is_none_or(|time| modified <= *time),
        };
        if !fits {
            return Err(s3_error(S3ErrorCode::PreconditionFailed));
        }
        let changed = match &self.none_match {
            Some(known) => !is(known),
            None => self
                .modified_since
                .as_ref()
                .is_none_or(|time| modified > *time),
        };
        if !changed {
            return Err(s3_error(unchanged));
        }
        Ok(object)
    }
}

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
        (Some(range), None) => Ok((
            range
                .check(object.size)
                .map_err(|_| s3_error(S3ErrorCode::InvalidRange))?,
            true,
        )),
        (None, Some(number)) => {
            let parts = &object.details.parts;
            let index = usize::try_from(number)
                .ok()
                .and_then(|number| number.checked_sub(1));
            let size = match index {
                Some(0) if parts.is_empty() => Some(object.size),
                Some(index) => parts.get(index).copied(),
                None => None,
            };
            let (Some(index), Some(size)) = (index, size) else {
                return Err(fail(
                    S3ErrorCode::from_bytes(b"InvalidPartNumber")
                        .unwrap_or(S3ErrorCode::InvalidRange),
                    "The requested partnumber is not satisfiable",
                ));
            };
            let start = parts.iter().take(index).sum();
            Ok((start..start + size, size > 0))
        }
        (None, None) => Ok((0..object.size, false)),
    }
}

pub async fn get(store: &Store, request: S3Request<GetObjectInput>) -> S3Result<GetObjectOutput> {
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
    let length = bytes.end - bytes.start;
    let details = object.details;
    let output = GetObjectOutput {
        accept_ranges: Some("bytes".to_owned()),
        content_length: i64::try_from(length).ok(),
        content_range: partial.then(|| {
            format!(
                "bytes {}-{}/{}",
                bytes.start,
                bytes.end.saturating_sub(1),
                object.size
            )
        }),
        body: Some(read(object.file, bytes)?),
        cache_control: details.cache_control,
        content_disposition: details.content_disposition,
        content_encoding: details.content_encoding,
        content_language: details.content_language,
        content_type: Some(details.content_type),
        e_tag: Some(ETag::Strong(details.etag)),
        expires: details.expires.map(expires),
        last_modified: Some(timestamp(object.modified)),
        metadata: Some(details.metadata.into_iter().collect()),
        parts_count: input
            .part_number
            .and_then(|_| i32::try_from(details.parts.len()).ok())
            .filter(|count| *count > 0),
        server_side_encryption: details.encryption.map(ServerSideEncryption::from),
        sse_customer_algorithm: details
            .customer_key_md5
            .as_ref()
            .map(|_| "AES256".to_owned()),
        sse_customer_key_md5: details.customer_key_md5,
        ssekms_key_id: details.encryption_key,
        storage_class: details.storage_class.map(StorageClass::from),
        tag_count: i32::try_from(details.tags.len())
            .ok()
            .filter(|count| *count > 0),
        website_redirect_location: details.redirect,
        ..GetObjectOutput::default()
    };
    // The checksum is the whole object's: it would not fit a piece of it.
    if input.checksum_mode.is_some() && !partial {
        return Ok(with_checksums!(output, details.checksums));
    }
    Ok(output)
}

pub async fn head(
    store: &Store,
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
    let output = HeadObjectOutput {
        accept_ranges: Some("bytes".to_owned()),
        content_length: i64::try_from(bytes.end - bytes.start).ok(),
        content_range: partial.then(|| {
            format!(
                "bytes {}-{}/{}",
                bytes.start,
                bytes.end.saturating_sub(1),
                object.size
            )
        }),
        cache_control: details.cache_control,
        content_disposition: details.content_disposition,
        content_encoding: details.content_encoding,
        content_language: details.content_language,
        content_type: Some(details.content_type),
        e_tag: Some(ETag::Strong(details.etag)),
        expires: details.expires.map(expires),
        last_modified: Some(timestamp(object.modified)),
        metadata: Some(details.metadata.into_iter().collect()),
        parts_count: input
            .part_number
            .and_then(|_| i32::try_from(details.parts.len()).ok())
            .filter(|count| *count > 0),
        server_side_encryption: details.encryption.map(ServerSideEncryption::from),
        sse_customer_algorithm: details
            .customer_key_md5
            .as_ref()
            .map(|_| "AES256".to_owned()),
        sse_customer_key_md5: details.customer_key_md5,
        ssekms_key_id: details.encryption_key,
        storage_class: details.storage_class.map(StorageClass::from),
        website_redirect_location: details.redirect,
        ..HeadObjectOutput::default()
    };
    if input.checksum_mode.is_some() && !partial {
        return Ok(with_checksums!(output, details.checksums));
    }
    Ok(output)
}

fn expires(seconds: i64) -> Timestamp {
    let time = u64::try_from(seconds).map_or(UNIX_EPOCH, |seconds| {
        UNIX_EPOCH + Duration::from_secs(seconds)
    });
    Timestamp::from(SystemTime::min(
        time,
        UNIX_EPOCH + Duration::from_secs(253_402_300_799),
    ))
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

/// Bucket and key of a copy's source.
pub fn source(source: &CopySource) -> S3Result<(&str, &str)> {
    match source {
        CopySource::Bucket {
            bucket,
            key,
            version_id,
        } => {
            refuse_version(version_id.as_deref())?;
            Ok((bucket, key))
        }
        _ => Err(fail(
            S3ErrorCode::NotImplemented,
            "Access points are not implemented",
        )),
    }
}

pub async fn copy(
    store: &Store,
    request: S3Request<CopyObjectInput>,
) -> S3Result<CopyObjectOutput> {
    let region = region(&request);
    let input = request.input;
    let (source_bucket, source_key) = source(&input.copy_source)?;
    let replaces = |directive: Option<&str>| directive == Some(MetadataDirective::REPLACE);
    let replaces_metadata = replaces(
        input
            .metadata_directive
            .as_ref()
            .map(MetadataDirective::as_str),
    );
    let replaces_tags = replaces(
        input
            .tagging_directive
            .as_ref()
            .map(TaggingDirective::as_str),
    );
    let own = details_of!(input);
    let changes_more =
        own.storage_class.is_some() || own.redirect.is_some() || own.encryption.is_some();
    if (source_bucket, source_key) == (&input.bucket, &input.key)
        && !replaces_metadata
        && !changes_more
    {
        return Err(fail(
            S3ErrorCode::InvalidRequest,
            "This copy request is illegal because it is trying to copy an object to itself without changing the \
             object's metadata, storage class, website redirect location or encryption attributes.",
        ));
    }
    let demands = Demands {
        matches: input.copy_source_if_match,
        none_match: input.copy_source_if_none_match,
        modified_since: input.copy_source_if_modified_since,
        unmodified_since: input.copy_source_if_unmodified_since,
        customer_key_md5: input.copy_source_sse_customer_key_md5,
    };
    let mut object = demands.open(
        store,
        source_bucket,
        source_key,
        S3ErrorCode::PreconditionFailed,
    )?;
    if object.size > crate::aws_local::LARGEST_BODY {
        return Err(fail(
            S3ErrorCode::InvalidRequest,
            "The specified copy source is larger than the maximum allowable size for a copy source: 5368709120",
        ));
    }
    let mut temporary = store.temporary().map_err(StoreError::from)?;
    io::copy(&mut object.file, &mut temporary.file).map_err(StoreError::from)?;
    temporary.file.rewind().map_err(StoreError::from)?;

    let described = if replaces_metadata {
        own.clone()
    } else {
        object.details.clone()
    };
    let details = Details {
        // The copy of a multipart object is an ordinary one.
        etag: match object.details.parts.is_empty() {
            true => object.details.etag,
            false => md5_of(&temporary.file).map_err(StoreError::from)?,
        },
        parts: Vec::new(),
        checksums: if object.details.parts.is_empty() {
            object.details.checksums
        } else {
            Default::default()
        },
        tags: if replaces_tags {
            own.tags
        } else {
            object.details.tags
        },
        storage_class: own.storage_class,
        redirect: own.redirect,
        encryption: own.encryption,
        encryption_key: own.encryption_key,
        customer_key_md5: own.customer_key_md5,
        ..described
    };
    let result = CopyObjectResult {
        e_tag: Some(ETag::Strong(details.etag.clone())),
        ..CopyObjectResult::default()
    };
    let mut result = with_checksums!(result, details.checksums);
    let mut output = CopyObjectOutput {
        server_side_encryption: details.encryption.clone().map(ServerSideEncryption::from),
        ssekms_key_id: details.encryption_key.clone(),
        sse_customer_algorithm: input.sse_customer_algorithm,
        sse_customer_key_md5: details.customer_key_md5.clone(),
        ..CopyObjectOutput::default()
    };
    let made = store.commit(
        temporary,
        &input.bucket,
        &input.key,
        &region,
        details,
        &Precondition::default(),
    )?;
    result.last_modified = Some(timestamp(made));
    output.copy_object_result = Some(result);
    Ok(output)
}

pub async fn delete(
    store: &Store,
    request: S3Request<DeleteObjectInput>,
) -> S3Result<DeleteObjectOutput> {
    let input = request.input;
    refuse_version(input.version_id.as_deref())?;
    store.delete(&input.bucket, &input.key)?;
    Ok(DeleteObjectOutput::default())
}

pub async fn delete_many(
    store: &Store,
    request: S3Request<DeleteObjectsInput>,
) -> S3Result<DeleteObjectsOutput> {
    let input = request.input;
    if input.delete.objects.is_empty() || input.delete.objects.len() > 1000 {
        return Err(s3_error(S3ErrorCode::MalformedXML));
    }
    if !store.has_bucket(&input.bucket) {
        return Err(s3_error(S3ErrorCode::NoSuchBucket));
    }
    let mut deleted = Vec::new();
    let mut errors = Vec::new();
    for object in input.delete.objects {
        let outcome = refuse_version(object.version_id.as_deref())
            .and_then(|()| Ok(store.delete(&input.bucket, &object.key)?));
        match outcome {
            Ok(()) if input.delete.quiet == Some(true) => {}
            Ok(()) => deleted.push(DeletedObject {
                key: Some(object.key),
                ..DeletedObject::default()
            }),
            Err(error) => errors.push(Error {
                code: Some(error.code().as_str().to_owned()),
                key: Some(object.key),
                message: error.message().map(str::to_owned),
                version_id: object.version_id,
            }),
        }
    }
    Ok(DeleteObjectsOutput {
        deleted: Some(deleted),
        errors: Some(errors),
        request_charged: None,
    })
}
