//! Objects: put and delete.

use s3s::dto::*;
use s3s::{S3ErrorCode, S3Request, S3Result};

use super::checksums::with_checksums;
use super::conditions::precondition;
use super::describe::details_of;
use super::receive::{Received, receive};
use super::values::{refuse_version, region};
use crate::aws_local::answer::s3_error;
use crate::aws_local::store::ObjectStore;

pub async fn put(
    store: &ObjectStore,
    request: S3Request<PutObjectInput>,
) -> S3Result<PutObjectOutput> {
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

pub async fn delete(
    store: &ObjectStore,
    request: S3Request<DeleteObjectInput>,
) -> S3Result<DeleteObjectOutput> {
    let input = request.input;
    refuse_version(input.version_id.as_deref())?;
    let precondition = precondition(input.if_match, None)?;
    store.delete(&input.bucket, &input.key, &precondition)?;
    Ok(DeleteObjectOutput::default())
}

pub async fn delete_many(
    store: &ObjectStore,
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
            .and_then(|()| precondition(object.e_tag.map(ETagCondition::ETag), None))
            .and_then(|condition| Ok(store.delete(&input.bucket, &object.key, &condition)?));
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
