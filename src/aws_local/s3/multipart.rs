//! Multipart uploads.

use std::io;
use std::io::Seek;
use std::io::SeekFrom;

use md5::Digest;
use md5::Md5;
use s3s::S3ErrorCode;
use s3s::S3Request;
use s3s::S3Result;
use s3s::dto::*;

use super::copy::source;
use super::describe::details_of;
use super::describe::with_checksums;
use super::fail;
use super::listing::Spelling;
use super::listing::url_encode;
use super::objects::precondition;
use super::owner;
use super::read::Demands;
use super::receive::receive;
use super::region;
use super::s3_error;
use super::timestamp;
use crate::aws_local::store::DEFAULT_REGION;
use crate::aws_local::store::Store;
use crate::aws_local::store::StoreError;
use crate::aws_local::store::details::hex;
use crate::aws_local::store::details::md5_of;
use crate::aws_local::store::uploads::Upload;

/// The least size, in bytes, of a part that is not the last.
const SMALLEST_PART: u64 = 5 * 1024 * 1024;

/// The largest number of entries in a page of parts or uploads.
const LARGEST_PAGE: usize = 1000;

pub async fn create(
    store: &Store,
    request: S3Request<CreateMultipartUploadInput>,
) -> S3Result<CreateMultipartUploadOutput> {
    let region = region(&request);
    let input = request.input;
    let details = details_of!(input);
    let mut output = CreateMultipartUploadOutput {
        server_side_encryption: details.encryption.clone().map(ServerSideEncryption::from),
        ssekms_key_id: details.encryption_key.clone(),
        sse_customer_algorithm: input.sse_customer_algorithm,
        sse_customer_key_md5: details.customer_key_md5.clone(),
        ..CreateMultipartUploadOutput::default()
    };
    output.upload_id = Some(store.begin_upload(&input.bucket, &input.key, &region, details)?);
    output.bucket = Some(input.bucket);
    output.key = Some(input.key);
    Ok(output)
}

fn part_number(number: i32) -> S3Result<u32> {
    let valid = u32::try_from(number)
        .ok()
        .filter(|number| (1..=10_000).contains(number));
    valid.ok_or_else(|| {
        fail(
            S3ErrorCode::InvalidArgument,
            "Part number must be an integer between 1 and 10000, inclusive",
        )
    })
}

pub async fn upload_part(
    store: &Store,
    request: S3Request<UploadPartInput>,
) -> S3Result<UploadPartOutput> {
    let input = request.input;
    let number = part_number(input.part_number)?;
    let upload = store.upload(&input.bucket, &input.key, &input.upload_id)?;
    let received = receive(
        store,
        input.body,
        input.content_md5.as_deref(),
        &request.headers,
        request.trailing_headers,
    );
    let received = received.await?;
    store.put_part(
        received.temporary,
        &input.bucket,
        &input.upload_id,
        number,
        &received.md5,
    )?;
    let output = UploadPartOutput {
        e_tag: Some(ETag::Strong(received.md5)),
        server_side_encryption: upload.details.encryption.map(ServerSideEncryption::from),
        ssekms_key_id: upload.details.encryption_key,
        sse_customer_algorithm: input.sse_customer_algorithm,
        sse_customer_key_md5: upload.details.customer_key_md5,
        ..UploadPartOutput::default()
    };
    Ok(with_checksums!(output, received.checksums))
}

pub async fn upload_part_copy(
    store: &Store,
    request: S3Request<UploadPartCopyInput>,
) -> S3Result<UploadPartCopyOutput> {
    let input = request.input;
    let number = part_number(input.part_number)?;
    store.upload(&input.bucket, &input.key, &input.upload_id)?;
    let (bucket, key) = source(&input.copy_source)?;
    let demands = Demands {
        matches: input.copy_source_if_match,
        none_match: input.copy_source_if_none_match,
        modified_since: input.copy_source_if_modified_since,
        unmodified_since: input.copy_source_if_unmodified_since,
        customer_key_md5: input.copy_source_sse_customer_key_md5,
    };
    let mut object = demands.open(store, bucket, key, S3ErrorCode::PreconditionFailed)?;
    let bytes = match &input.copy_source_range {
        None => 0..object.size,
        Some(range) => match Range::parse(range) {
            // Unlike a read, a copy must name bytes that are there.
            Ok(Range::Int {
                first,
                last: Some(last),
            }) if last < object.size => first..last + 1,
            Ok(Range::Int { last: Some(_), .. }) => {
                return Err(fail(
                    S3ErrorCode::InvalidArgument,
                    format!(
                        "Range specified is not valid for source object of size: {}",
                        object.size
                    ),
                ));
            }
            _ => {
                return Err(fail(
                    S3ErrorCode::InvalidArgument,
                    "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are \
                     the zero-based offsets of the first and last bytes to copy",
                ));
            }
        },
    };
    let mut temporary = store.temporary().map_err(StoreError::from)?;
    object
        .file
        .seek(SeekFrom::Start(bytes.start))
        .map_err(StoreError::from)?;
    let mut wanted = io::Read::take(&object.file, bytes.end - bytes.start);
    io::copy(&mut wanted, &mut temporary.file).map_err(StoreError::from)?;
    temporary.file.rewind().map_err(StoreError::from)?;
    let md5 = md5_of(&temporary.file).map_err(StoreError::from)?;
    let made = store.put_part(temporary, &input.bucket, &input.upload_id, number, &md5)?;
    Ok(UploadPartCopyOutput {
        copy_part_result: Some(CopyPartResult {
            e_tag: Some(ETag::Strong(md5)),
            last_modified: Some(timestamp(made)),
            ..CopyPartResult::default()
        }),
        ..UploadPartCopyOutput::default()
    })
}

pub async fn complete(
    store: &Store,
    request: S3Request<CompleteMultipartUploadInput>,
) -> S3Result<CompleteMultipartUploadOutput> {
    let region = region(&request);
    let input = request.input;
    let Upload { mut details, .. } = store.upload(&input.bucket, &input.key, &input.upload_id)?;
    let asked = input
        .multipart_upload
        .and_then(|upload| upload.parts)
        .unwrap_or_default();
    if asked.is_empty() {
        return Err(s3_error(S3ErrorCode::MalformedXML));
    }
    let parts = store.parts(&input.bucket, &input.upload_id)?;
    let mut chosen = Vec::with_capacity(asked.len());
    let mut last = 0;
    for part in &asked {
        let number = part_number(part.part_number.unwrap_or(0))?;
        if number <= last {
            return Err(s3_error(S3ErrorCode::InvalidPartOrder));
        }
        last = number;
        let found = parts.get(&number).filter(|found| {
            part.e_tag
                .as_ref()
                .is_some_and(|etag| etag.value() == found.etag)
        });
        chosen.push(found.ok_or_else(|| s3_error(S3ErrorCode::InvalidPart))?);
    }
    if chosen
        .iter()
        .rev()
        .skip(1)
        .any(|part| part.size < SMALLEST_PART)
    {
        return Err(s3_error(S3ErrorCode::EntityTooSmall));
    }
    let mut temporary = store.temporary().map_err(StoreError::from)?;
    let mut md5 = Md5::new();
    for part in &chosen {
        let mut file = part.open().map_err(StoreError::from)?;
        io::copy(&mut file, &mut temporary.file).map_err(StoreError::from)?;
        md5.update(bytes_of_hex(&part.etag));
    }
    let etag = format!("{}-{}", hex(&md5.finalize()), chosen.len());
    details.etag.clone_from(&etag);
    details.parts = chosen.iter().map(|part| part.size).collect();
    let encryption = details.encryption.clone().map(ServerSideEncryption::from);
    let encryption_key = details.encryption_key.clone();
    let precondition = precondition(input.if_match, input.if_none_match)?;
    store.commit(
        temporary,
        &input.bucket,
        &input.key,
        &region,
        details,
        &precondition,
    )?;
    store.end_upload(&input.bucket, &input.upload_id)?;
    let host = match region.as_str() {
        DEFAULT_REGION => "s3.amazonaws.com".to_owned(),
        region => format!("s3.{region}.amazonaws.com"),
    };
    Ok(CompleteMultipartUploadOutput {
        location: Some(format!(
            "https://{}.{host}/{}",
            input.bucket,
            url_encode(&input.key)
        )),
        bucket: Some(input.bucket),
        key: Some(input.key),
        e_tag: Some(ETag::Strong(etag)),
        server_side_encryption: encryption,
        ssekms_key_id: encryption_key,
        ..CompleteMultipartUploadOutput::default()
    })
}

/// The bytes of an MD5 that the store wrote in hexadecimal.
fn bytes_of_hex(text: &str) -> Vec<u8> {
    let pairs = text.as_bytes().chunks(2);
    pairs
        .filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

pub async fn abort(
    store: &Store,
    request: S3Request<AbortMultipartUploadInput>,
) -> S3Result<AbortMultipartUploadOutput> {
    let input = request.input;
    store.upload(&input.bucket, &input.key, &input.upload_id)?;
    store.end_upload(&input.bucket, &input.upload_id)?;
    Ok(AbortMultipartUploadOutput::default())
}

fn page_size(asked: Option<i32>) -> usize {
    asked
        .and_then(|count| usize::try_from(count).ok())
        .unwrap_or(LARGEST_PAGE)
        .min(LARGEST_PAGE)
}

pub async fn list_parts(
    store: &Store,
    request: S3Request<ListPartsInput>,
) -> S3Result<ListPartsOutput> {
    let input = request.input;
    let upload = store.upload(&input.bucket, &input.key, &input.upload_id)?;
    let limit = page_size(input.max_parts);
    let after = input
        .part_number_marker
        .and_then(|marker| u32::try_from(marker).ok())
        .unwrap_or(0);
    let all = store.parts(&input.bucket, &input.upload_id)?;
    let mut following = all.range(after + 1..);
    let parts: Vec<Part> = following
        .by_ref()
        .take(limit)
        .map(|(number, part)| Part {
            part_number: i32::try_from(*number).ok(),
            e_tag: Some(ETag::Strong(part.etag.clone())),
            size: i64::try_from(part.size).ok(),
            last_modified: Some(timestamp(part.modified)),
            ..Part::default()
        })
        .collect();
    Ok(ListPartsOutput {
        is_truncated: Some(following.next().is_some()),
        next_part_number_marker: Some(parts.last().and_then(|part| part.part_number).unwrap_or(0)),
        part_number_marker: i32::try_from(after).ok(),
        max_parts: i32::try_from(limit).ok(),
        parts: Some(parts),
        bucket: Some(input.bucket),
        key: Some(input.key),
        upload_id: Some(input.upload_id),
        owner: Some(owner()),
        storage_class: Some(StorageClass::from(
            upload
                .details
                .storage_class
                .unwrap_or_else(|| StorageClass::STANDARD.to_owned()),
        )),
        ..ListPartsOutput::default()
    })
}

pub async fn list_uploads(
    store: &Store,
    request: S3Request<ListMultipartUploadsInput>,
) -> S3Result<ListMultipartUploadsOutput> {
    let input = request.input;
    let spelling = Spelling::of(input.encoding_type.as_ref())?;
    let prefix = input.prefix.unwrap_or_default();
    let limit = page_size(input.max_uploads);
    let key_marker = input.key_marker.unwrap_or_default();
    let id_marker = input.upload_id_marker.unwrap_or_default();
    let delimiter = input.delimiter.filter(|delimiter| !delimiter.is_empty());

    let all = store.uploads(&input.bucket)?;
    let behind: Vec<&Upload> = match all
        .iter()
        .position(|upload| upload.key == key_marker && upload.id == id_marker)
    {
        Some(index) => all.iter().skip(index + 1).collect(),
        None => all
            .iter()
            .filter(|upload| upload.key > key_marker)
            .collect(),
    };
    let mut uploads = Vec::new();
    let mut common: Vec<String> = Vec::new();
    let mut last: Option<&Upload> = None;
    let mut truncated = false;
    for upload in behind {
        let Some(rest) = upload.key.strip_prefix(&prefix) else {
            continue;
        };
        let shared = delimiter
            .as_deref()
            .and_then(|delimiter| Some(rest.find(delimiter)? + delimiter.len()));
        let shared = shared.map(|end| upload.key[..prefix.len() + end].to_owned());
        if shared.is_some() && common.last() == shared.as_ref() {
            last = Some(upload);
            continue;
        }
        if uploads.len() + common.len() == limit {
            truncated = true;
            break;
        }
        last = Some(upload);
        match shared {
            Some(shared) => common.push(shared),
            None => uploads.push(MultipartUpload {
                key: Some(spelling.of_text(&upload.key)),
                upload_id: Some(upload.id.clone()),
                initiated: Some(timestamp(upload.initiated())),
                owner: Some(owner()),
                storage_class: Some(StorageClass::from_static(StorageClass::STANDARD)),
                ..MultipartUpload::default()
            }),
        }
    }
    let next = last.filter(|_| truncated);
    let prefixes = common.iter().map(|shared| CommonPrefix {
        prefix: Some(spelling.of_text(shared)),
    });
    Ok(ListMultipartUploadsOutput {
        next_key_marker: next.map(|upload| spelling.of_text(&upload.key)),
        next_upload_id_marker: next.map(|upload| upload.id.clone()),
        common_prefixes: Some(prefixes.collect()),
        uploads: Some(uploads),
        is_truncated: Some(truncated),
        bucket: Some(input.bucket),
        prefix: Some(spelling.of_text(&prefix)),
        delimiter: delimiter.map(|delimiter| spelling.of_text(&delimiter)),
        key_marker: Some(spelling.of_text(&key_marker)),
        upload_id_marker: Some(id_marker),
        max_uploads: i32::try_from(limit).ok(),
        encoding_type: input.encoding_type,
        request_charged: None,
    })
}
