//! Object tags.

use s3s::dto::*;
use s3s::{S3ErrorCode, S3Request, S3Result};

use super::error::fail;
use super::values::refuse_version;
use crate::aws_local::store::ObjectStore;

/// Reads the tags in a `x-amz-tagging` header.
pub fn from_header(header: &str) -> S3Result<Vec<(String, String)>> {
    let tags = url::form_urlencoded::parse(header.as_bytes())
        .map(|(key, value)| (key.into_owned(), value.into_owned()))
        .collect();
    checked(tags)
}

fn checked(tags: Vec<(String, String)>) -> S3Result<Vec<(String, String)>> {
    if tags.len() > 10 {
        let code = S3ErrorCode::Custom("BadRequest".into());
        let mut error = fail(code, "Object tags cannot be greater than 10");
        error.set_status_code(http::StatusCode::BAD_REQUEST);
        return Err(error);
    }
    for (index, (key, value)) in tags.iter().enumerate() {
        if tags[..index].iter().any(|(other, _)| other == key) {
            return Err(fail(
                S3ErrorCode::InvalidTag,
                "Cannot provide multiple Tags with the same key",
            ));
        }
        if key.to_ascii_lowercase().starts_with("aws:") {
            return Err(fail(
                S3ErrorCode::InvalidTag,
                "System tags cannot be added/updated by requester",
            ));
        }
        if key.is_empty() || key.chars().count() > 128 || !key.chars().all(allowed) {
            return Err(fail(
                S3ErrorCode::InvalidTag,
                "The TagKey you have provided is invalid",
            ));
        }
        if value.chars().count() > 256 || !value.chars().all(allowed) {
            return Err(fail(
                S3ErrorCode::InvalidTag,
                "The TagValue you have provided is invalid",
            ));
        }
    }
    Ok(tags)
}

fn allowed(character: char) -> bool {
    character.is_alphanumeric() || character.is_whitespace() || "_.:/=+-@".contains(character)
}

pub async fn get(
    store: &ObjectStore,
    request: S3Request<GetObjectTaggingInput>,
) -> S3Result<GetObjectTaggingOutput> {
    let input = request.input;
    refuse_version(input.version_id.as_deref())?;
    let tags = store.open(&input.bucket, &input.key)?.details.tags;
    let tag = |(key, value)| Tag {
        key: Some(key),
        value: Some(value),
    };
    Ok(GetObjectTaggingOutput {
        tag_set: tags.into_iter().map(tag).collect(),
        version_id: None,
    })
}

pub async fn put(
    store: &ObjectStore,
    request: S3Request<PutObjectTaggingInput>,
) -> S3Result<PutObjectTaggingOutput> {
    let input = request.input;
    refuse_version(input.version_id.as_deref())?;
    let tags = input.tagging.tag_set.into_iter();
    let tags = tags
        .map(|tag| (tag.key.unwrap_or_default(), tag.value.unwrap_or_default()))
        .collect();
    store.set_tags(&input.bucket, &input.key, checked(tags)?)?;
    Ok(PutObjectTaggingOutput::default())
}

pub async fn delete(
    store: &ObjectStore,
    request: S3Request<DeleteObjectTaggingInput>,
) -> S3Result<DeleteObjectTaggingOutput> {
    let input = request.input;
    refuse_version(input.version_id.as_deref())?;
    store.set_tags(&input.bucket, &input.key, Vec::new())?;
    Ok(DeleteObjectTaggingOutput::default())
}
