//! Values that many operations read or answer.

use s3s::dto::{CopySource, Owner};
use s3s::{S3ErrorCode, S3Request, S3Result};

use super::error::fail;
use crate::aws_local::signature::Signer;
use crate::aws_local::store::DEFAULT_REGION;

/// The region that a request was signed for.
pub fn region<T>(request: &S3Request<T>) -> String {
    let signed = request.region.as_ref().map(|region| region.as_str());
    let presigned = || {
        request
            .extensions
            .get::<Signer>()
            .and_then(|signer| signer.region.as_deref())
    };
    signed
        .or_else(presigned)
        .unwrap_or(DEFAULT_REGION)
        .to_owned()
}

/// The owner of everything.
pub fn owner() -> Owner {
    Owner {
        display_name: None,
        id: Some("5e9f0a4b".repeat(8)),
    }
}

/// Buckets of the embedded S3 have no versions: only the `null` one exists.
pub fn refuse_version(version: Option<&str>) -> S3Result<()> {
    match version {
        None | Some("null") => Ok(()),
        Some(_) => Err(fail(
            S3ErrorCode::InvalidArgument,
            "Invalid version id specified",
        )),
    }
}

/// The number of a part, from 1 to 10,000.
pub fn part_number(number: i32) -> S3Result<u32> {
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

/// Bucket and key of a copy's source.
pub fn copy_source(source: &CopySource) -> S3Result<(&str, &str)> {
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
