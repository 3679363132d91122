//! Multipart uploads: what is in progress, page by page.

use s3s::dto::*;
use s3s::{S3ErrorCode, S3Request, S3Result};

use super::error::fail;
use super::listing::Spelling;
use super::values::owner;
use crate::aws_local::store::ObjectStore;
use crate::aws_local::store::uploads::Upload;
use crate::aws_local::timestamp::whole_seconds;

/// The largest number of entries in a page of parts or uploads.
const LARGEST_PAGE: usize = 1000;

/// How many entries a page may have that was asked for by the parameter `name`.
fn page_size(asked: Option<i32>, name: &str) -> S3Result<usize> {
    match asked.map(usize::try_from) {
        None => Ok(LARGEST_PAGE),
        Some(Ok(count)) => Ok(count.min(LARGEST_PAGE)),
        Some(Err(_)) => Err(fail(
            S3ErrorCode::InvalidArgument,
            format!("Argument {name} must be an integer between 0 and 2147483647"),
        )),
    }
}

pub async fn list_parts(
    store: &ObjectStore,
    request: S3Request<ListPartsInput>,
) -> S3Result<ListPartsOutput> {
    let input = request.input;
    let upload = store.upload(&input.bucket, &input.key, &input.upload_id)?;
    let limit = page_size(input.max_parts, "max-parts")?;
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
            last_modified: Some(whole_seconds(part.modified)),
            ..Part::default()
        })
        .collect();
    Ok(ListPartsOutput {
        // A page of none says, as that of a listing does, that it is the last one.
        is_truncated: Some(limit > 0 && following.next().is_some()),
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
    store: &ObjectStore,
    request: S3Request<ListMultipartUploadsInput>,
) -> S3Result<ListMultipartUploadsOutput> {
    let input = request.input;
    let spelling = Spelling::parse(input.encoding_type.as_ref())?;
    let prefix = input.prefix.unwrap_or_default();
    let limit = page_size(input.max_uploads, "max-uploads")?;
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
            // A page of none says, as that of a listing does, that it is the last one.
            truncated = limit > 0;
            break;
        }
        last = Some(upload);
        match shared {
            Some(shared) => common.push(shared),
            None => uploads.push(MultipartUpload {
                key: Some(spelling.spell(&upload.key)),
                upload_id: Some(upload.id.clone()),
                initiated: Some(whole_seconds(upload.initiated())),
                owner: Some(owner()),
                storage_class: Some(StorageClass::from_static(StorageClass::STANDARD)),
                ..MultipartUpload::default()
            }),
        }
    }
    let next = last.filter(|_| truncated);
    let prefixes = common.iter().map(|shared| CommonPrefix {
        prefix: Some(spelling.spell(shared)),
    });
    Ok(ListMultipartUploadsOutput {
        next_key_marker: next.map(|upload| spelling.spell(&upload.key)),
        next_upload_id_marker: next.map(|upload| upload.id.clone()),
        common_prefixes: Some(prefixes.collect()),
        uploads: Some(uploads),
        is_truncated: Some(truncated),
        bucket: Some(input.bucket),
        prefix: Some(spelling.spell(&prefix)),
        delimiter: delimiter.map(|delimiter| spelling.spell(&delimiter)),
        key_marker: Some(spelling.spell(&key_marker)),
        upload_id_marker: Some(id_marker),
        max_uploads: i32::try_from(limit).ok(),
        encoding_type: input.encoding_type,
        request_charged: None,
    })
}
