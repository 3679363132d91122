//! The operations on buckets.

use s3s::dto::*;
use s3s::{S3ErrorCode, S3Request, S3Result};

use super::error::fail;
use super::values::{owner, region};
use crate::aws_local::answer::s3_error;
use crate::aws_local::store::{DEFAULT_REGION, ObjectStore};
use crate::aws_local::timestamp::whole_seconds;

pub async fn create(
    store: &ObjectStore,
    request: S3Request<CreateBucketInput>,
) -> S3Result<CreateBucketOutput> {
    let endpoint = region(&request);
    let bucket = request.input.bucket;
    let wanted = request
        .input
        .create_bucket_configuration
        .and_then(|configuration| configuration.location_constraint)
        .map(|constraint| constraint.as_str().to_owned())
        .filter(|constraint| !constraint.is_empty());
    let region = match wanted {
        // The endpoint of us-east-1 makes buckets anywhere, but has no name for itself.
        Some(wanted) if wanted == DEFAULT_REGION => {
            return Err(fail(
                S3ErrorCode::InvalidLocationConstraint,
                "The specified location-constraint is not valid",
            ));
        }
        Some(wanted) if endpoint == DEFAULT_REGION || wanted == endpoint => wanted,
        None if endpoint == DEFAULT_REGION => endpoint.clone(),
        other => {
            let named = other.as_deref().unwrap_or("unspecified");
            return Err(fail(
                S3ErrorCode::IllegalLocationConstraintException,
                format!(
                    "The {named} location constraint is incompatible for the region specific endpoint this request \
                     was sent to."
                ),
            ));
        }
    };
    // In us-east-1, and there alone, making one's own bucket again succeeds.
    if !store.create_bucket(&bucket, &region)? && endpoint != DEFAULT_REGION {
        return Err(s3_error(S3ErrorCode::BucketAlreadyOwnedByYou));
    }
    Ok(CreateBucketOutput {
        location: Some(format!("/{bucket}")),
    })
}

pub async fn delete(
    store: &ObjectStore,
    request: S3Request<DeleteBucketInput>,
) -> S3Result<DeleteBucketOutput> {
    store.delete_bucket(&request.input.bucket)?;
    Ok(DeleteBucketOutput::default())
}

pub async fn head(
    store: &ObjectStore,
    request: S3Request<HeadBucketInput>,
) -> S3Result<HeadBucketOutput> {
    let bucket = store.bucket(&request.input.bucket)?;
    Ok(HeadBucketOutput {
        bucket_region: Some(bucket.region),
        ..HeadBucketOutput::default()
    })
}

pub async fn location(
    store: &ObjectStore,
    request: S3Request<GetBucketLocationInput>,
) -> S3Result<GetBucketLocationOutput> {
    let bucket = store.bucket(&request.input.bucket)?;
    let named =
        (bucket.region != DEFAULT_REGION).then(|| BucketLocationConstraint::from(bucket.region));
    Ok(GetBucketLocationOutput {
        location_constraint: named,
    })
}

pub async fn list(
    store: &ObjectStore,
    request: S3Request<ListBucketsInput>,
) -> S3Result<ListBucketsOutput> {
    let ListBucketsInput {
        prefix,
        continuation_token,
        max_buckets,
        ..
    } = request.input;
    let limit = max_buckets.map_or(usize::MAX, |count| {
        usize::try_from(count).unwrap_or(0).max(1)
    });
    let mut names = store.bucket_names()?;
    names.retain(|name| {
        prefix
            .as_ref()
            .is_none_or(|prefix| name.starts_with(prefix.as_str()))
            && continuation_token.as_ref().is_none_or(|after| name > after)
    });
    let more = names.len() > limit;
    names.truncate(limit);
    let next = names.last().cloned().filter(|_| more);
    let mut buckets = Vec::with_capacity(names.len());
    for name in names {
        // One that has just been deleted is not listed.
        let Ok(bucket) = store.bucket(&name) else {
            continue;
        };
        buckets.push(Bucket {
            bucket_region: max_buckets.is_some().then(|| bucket.region.clone()),
            creation_date: Some(whole_seconds(bucket.created())),
            name: Some(name),
        });
    }
    Ok(ListBucketsOutput {
        buckets: Some(buckets),
        continuation_token: next,
        owner: Some(owner()),
        prefix,
    })
}
