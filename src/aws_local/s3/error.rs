//! Refusals of S3.

use s3s::{S3Error, S3ErrorCode};

use crate::aws_local::answer::s3_error;
use crate::aws_local::store::StoreError;

impl From<StoreError> for S3Error {
    fn from(error: StoreError) -> S3Error {
        match error {
            StoreError::NoBucket => s3_error(S3ErrorCode::NoSuchBucket),
            StoreError::NoObject => s3_error(S3ErrorCode::NoSuchKey),
            StoreError::NoUpload => s3_error(S3ErrorCode::NoSuchUpload),
            StoreError::BucketNotEmpty => s3_error(S3ErrorCode::BucketNotEmpty),
            StoreError::Precondition => s3_error(S3ErrorCode::PreconditionFailed),
            // AWS would not say why; on one's own machine it is one's own disk.
            StoreError::Io(error) => S3Error::with_message(
                S3ErrorCode::InternalError,
                format!("We encountered an internal error. Please try again. ({error})"),
            ),
        }
    }
}

/// A refusal with a text of its own.
pub fn fail(code: S3ErrorCode, message: impl Into<String>) -> S3Error {
    S3Error::with_message(code, message.into())
}
