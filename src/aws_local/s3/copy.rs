//! Objects: copy.

use std::io::Seek;

use http::{HeaderMap, header};
use s3s::dto::*;
use s3s::{S3ErrorCode, S3Request, S3Result};

use super::checksums;
use super::checksums::with_checksums;
use super::conditions::{Demands, precondition, refuse_archived};
use super::describe::details_of;
use super::error::fail;
use super::values::{copy_source, region};
use crate::aws_local::limits::LARGEST_BODY;
use crate::aws_local::store::details::{Details, md5_of};
use crate::aws_local::store::{ObjectStore, Precondition, StoreError};
use crate::aws_local::timestamp::whole_seconds;

/// What the copy demands of the object it replaces. s3s doesn't know yet that S3 lets it.
fn replacing(headers: &HeaderMap) -> S3Result<Precondition> {
    let condition = |name| {
        let text = headers.get(name).and_then(|value| value.to_str().ok());
        text.map(|text| match text.trim() {
            "*" => ETagCondition::Any,
            etag => ETagCondition::ETag(ETag::Strong(etag.trim_matches('"').to_owned())),
        })
    };
    precondition(
        condition(header::IF_MATCH),
        condition(header::IF_NONE_MATCH),
    )
}

pub async fn copy(
    store: &ObjectStore,
    request: S3Request<CopyObjectInput>,
) -> S3Result<CopyObjectOutput> {
    let region = region(&request);
    let precondition = replacing(&request.headers)?;
    let input = request.input;
    let (source_bucket, source_key) = copy_source(&input.copy_source)?;
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
    if object.size > LARGEST_BODY {
        return Err(fail(
            S3ErrorCode::InvalidRequest,
            "The specified copy source is larger than the maximum allowable size for a copy source: 5368709120",
        ));
    }
    refuse_archived(&object)?;
    let algorithm = input
        .checksum_algorithm
        .map(|algorithm| algorithm.as_str().to_ascii_lowercase());
    let mut temporary = store.temporary().map_err(StoreError::from)?;
    let computed = checksums::copy(&mut object.file, &mut temporary.file, algorithm.as_deref());
    let computed = computed.map_err(StoreError::from)?;
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
        checksums: if algorithm.is_some() {
            computed
        } else if object.details.parts.is_empty() {
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
        &precondition,
    )?;
    result.last_modified = Some(whole_seconds(made));
    output.copy_object_result = Some(result);
    Ok(output)
}
