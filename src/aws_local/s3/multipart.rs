//! Multipart uploads.

use std::io;
use std::io::{Seek, SeekFrom};

use md5::{Digest, Md5};
use s3s::dto::*;
use s3s::{S3ErrorCode, S3Request, S3Result};

use super::checksums;
use super::checksums::with_checksums;
use super::conditions::{Demands, precondition, refuse_archived};
use super::describe::details_of;
use super::error::fail;
use super::listing::url_encode;
use super::receive::receive;
use super::values::{copy_source, part_number, region};
use crate::aws_local::answer::s3_error;
use crate::aws_local::store::details::md5_of;
use crate::aws_local::store::uploads::{Upload, UploadChecksum};
use crate::aws_local::store::{DEFAULT_REGION, ObjectStore, StoreError};
use crate::aws_local::timestamp::whole_seconds;
use crate::text::hex;

/// The least size, in bytes, of a part that is not the last.
const SMALLEST_PART: u64 = 5 * 1024 * 1024;

pub async fn create(
    store: &ObjectStore,
    request: S3Request<CreateMultipartUploadInput>,
) -> S3Result<CreateMultipartUploadOutput> {
    let region = region(&request);
    let input = request.input;
    let details = details_of!(input);
    let algorithm = input
        .checksum_algorithm
        .map(|algorithm| algorithm.as_str().to_ascii_lowercase())
        .filter(|algorithm| checksums::CHECKSUMS.contains(&algorithm.as_str()));
    let checksum = algorithm.map(|algorithm| UploadChecksum {
        whole: match &input.checksum_type {
            Some(wanted) => wanted.as_str() == ChecksumType::FULL_OBJECT,
            None => algorithm == "crc64nvme",
        },
        algorithm,
    });
    let mut output = CreateMultipartUploadOutput {
        checksum_algorithm: checksum
            .as_ref()
            .map(|checksum| ChecksumAlgorithm::from(checksum.algorithm.to_ascii_uppercase())),
        server_side_encryption: details.encryption.clone().map(ServerSideEncryption::from),
        ssekms_key_id: details.encryption_key.clone(),
        sse_customer_algorithm: input.sse_customer_algorithm,
        sse_customer_key_md5: details.customer_key_md5.clone(),
        ..CreateMultipartUploadOutput::default()
    };
    let begun = store.begin_upload(&input.bucket, &input.key, &region, details, checksum);
    output.upload_id = Some(begun?);
    output.bucket = Some(input.bucket);
    output.key = Some(input.key);
    Ok(output)
}

/// Each part must come with the caller's own key that the upload was begun with.
fn check_customer_key(upload: &Upload, shown: Option<&str>) -> S3Result<()> {
    match (upload.details.customer_key_md5.as_deref(), shown) {
        (begun, shown) if begun == shown => Ok(()),
        (Some(_), None) => Err(fail(
            S3ErrorCode::InvalidRequest,
            "The multipart upload initiate requested encryption. Subsequent part requests must include the \
             appropriate encryption parameters.",
        )),
        _ => Err(fail(
            S3ErrorCode::InvalidRequest,
            "The provided encryption parameters did not match the ones used originally.",
        )),
    }
}

pub async fn upload_part(
    store: &ObjectStore,
    request: S3Request<UploadPartInput>,
) -> S3Result<UploadPartOutput> {
    let input = request.input;
    let number = part_number(input.part_number)?;
    let upload = store.upload(&input.bucket, &input.key, &input.upload_id)?;
    check_customer_key(&upload, input.sse_customer_key_md5.as_deref())?;
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
    store: &ObjectStore,
    request: S3Request<UploadPartCopyInput>,
) -> S3Result<UploadPartCopyOutput> {
    let input = request.input;
    let number = part_number(input.part_number)?;
    let upload = store.upload(&input.bucket, &input.key, &input.upload_id)?;
    check_customer_key(&upload, input.sse_customer_key_md5.as_deref())?;
    let (bucket, key) = copy_source(&input.copy_source)?;
    let demands = Demands {
        matches: input.copy_source_if_match,
        none_match: input.copy_source_if_none_match,
        modified_since: input.copy_source_if_modified_since,
        unmodified_since: input.copy_source_if_unmodified_since,
        customer_key_md5: input.copy_source_sse_customer_key_md5,
    };
    let mut object = demands.open(store, bucket, key, S3ErrorCode::PreconditionFailed)?;
    refuse_archived(&object)?;
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
            last_modified: Some(whole_seconds(made)),
            ..CopyPartResult::default()
        }),
        ..UploadPartCopyOutput::default()
    })
}

pub async fn complete(
    store: &ObjectStore,
    request: S3Request<CompleteMultipartUploadInput>,
) -> S3Result<CompleteMultipartUploadOutput> {
    let region = region(&request);
    let input = request.input;
    let Upload {
        mut details,
        checksum,
        ..
    } = store.upload(&input.bucket, &input.key, &input.upload_id)?;
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
    let algorithm = checksum.as_ref().map(|wanted| wanted.algorithm.as_str());
    let mut temporary = store.temporary().map_err(StoreError::from)?;
    let mut md5 = Md5::new();
    let mut of_parts = Vec::new();
    for (part, asked) in chosen.iter().zip(&asked) {
        let mut file = part.open()?;
        let computed = checksums::copy(&mut file, &mut temporary.file, algorithm);
        let computed = computed.map_err(StoreError::from)?;
        if !agree(&computed, asked) {
            return Err(s3_error(S3ErrorCode::InvalidPart));
        }
        of_parts.extend(computed.into_values());
        md5.update(bytes_of_hex(&part.etag));
    }
    if let Some(wanted) = &checksum {
        details.checksums = if wanted.whole {
            temporary.file.rewind().map_err(StoreError::from)?;
            checksums::copy(&mut temporary.file, &mut io::sink(), algorithm)
                .map_err(StoreError::from)?
        } else {
            checksums::of_parts(&wanted.algorithm, &of_parts)
        };
    }
    let checksums = details.checksums.clone();
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
    let output = CompleteMultipartUploadOutput {
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
    };
    Ok(with_checksums!(output, checksums))
}

/// Whether the checksums that a part is said to have are those it has.
fn agree(computed: &checksums::Checksums, asked: &CompletedPart) -> bool {
    let asked = [
        &asked.checksum_crc32,
        &asked.checksum_crc32c,
        &asked.checksum_crc64nvme,
        &asked.checksum_sha1,
        &asked.checksum_sha256,
    ];
    let named = checksums::CHECKSUMS.into_iter().zip(asked);
    named
        .filter_map(|(checksum, asked)| Some((computed.get(checksum)?, asked.as_ref()?)))
        .all(|(computed, asked)| computed == asked)
}

/// The bytes of an MD5 that the store wrote in hexadecimal.
fn bytes_of_hex(text: &str) -> Vec<u8> {
    let pairs = text.as_bytes().chunks(2);
    pairs
        .filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

pub async fn abort(
    store: &ObjectStore,
    request: S3Request<AbortMultipartUploadInput>,
) -> S3Result<AbortMultipartUploadOutput> {
    let input = request.input;
    store.upload(&input.bucket, &input.key, &input.upload_id)?;
    store.end_upload(&input.bucket, &input.upload_id)?;
    Ok(AbortMultipartUploadOutput::default())
}
