//! S3's operations over the [`Store`]. s3s answers `NotImplemented`, by name, for all that is not
//! here.

mod buckets;
mod checksums;
mod copy;
mod describe;
mod headers;
mod in_progress;
mod listing;
mod multipart;
mod objects;
mod read;
mod receive;
mod tags;

use std::time::Duration;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use s3s::S3;
use s3s::S3Error;
use s3s::S3ErrorCode;
use s3s::S3Request;
use s3s::S3Response;
use s3s::S3Result;
use s3s::dto;

use super::answer::s3_error;
use super::presigned::Signer;
use super::store::DEFAULT_REGION;
use super::store::Store;
use super::store::StoreError;

/// The embedded S3.
pub struct Objects {
    pub store: Store,
}

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
fn fail(code: S3ErrorCode, message: impl Into<String>) -> S3Error {
    S3Error::with_message(code, message.into())
}

/// The region that a request was signed for.
fn region<T>(request: &S3Request<T>) -> String {
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

/// S3 keeps whole seconds.
fn timestamp(time: SystemTime) -> dto::Timestamp {
    let seconds = time
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs();
    dto::Timestamp::from(UNIX_EPOCH + Duration::from_secs(seconds))
}

fn owner() -> dto::Owner {
    dto::Owner {
        display_name: None,
        id: Some("5e9f0a4b".repeat(8)),
    }
}

/// Buckets of the embedded S3 have no versions: only the `null` one exists.
fn refuse_version(version: Option<&str>) -> S3Result<()> {
    match version {
        None | Some("null") => Ok(()),
        Some(_) => Err(fail(
            S3ErrorCode::InvalidArgument,
            "Invalid version id specified",
        )),
    }
}

/// Each operation of S3 that is here, with the function that answers it.
macro_rules! operations {
    ($($name:ident($input:ident) -> $output:ident: $answer:path;)*) => {
        #[async_trait::async_trait]
        impl S3 for Objects {
            $(
                async fn $name(&self, request: S3Request<dto::$input>) -> S3Result<S3Response<dto::$output>> {
                    headers::check(&request.headers)?;
                    $answer(&self.store, request).await.map(S3Response::new)
                }
            )*
        }
    };
}

operations! {
    create_bucket(CreateBucketInput) -> CreateBucketOutput: buckets::create;
    delete_bucket(DeleteBucketInput) -> DeleteBucketOutput: buckets::delete;
    head_bucket(HeadBucketInput) -> HeadBucketOutput: buckets::head;
    list_buckets(ListBucketsInput) -> ListBucketsOutput: buckets::list;
    get_bucket_location(GetBucketLocationInput) -> GetBucketLocationOutput: buckets::location;

    put_object(PutObjectInput) -> PutObjectOutput: objects::put;
    get_object(GetObjectInput) -> GetObjectOutput: read::get;
    head_object(HeadObjectInput) -> HeadObjectOutput: read::head;
    copy_object(CopyObjectInput) -> CopyObjectOutput: copy::copy;
    delete_object(DeleteObjectInput) -> DeleteObjectOutput: objects::delete;
    delete_objects(DeleteObjectsInput) -> DeleteObjectsOutput: objects::delete_many;

    list_objects(ListObjectsInput) -> ListObjectsOutput: listing::list;
    list_objects_v2(ListObjectsV2Input) -> ListObjectsV2Output: listing::list_v2;

    create_multipart_upload(CreateMultipartUploadInput) -> CreateMultipartUploadOutput: multipart::create;
    upload_part(UploadPartInput) -> UploadPartOutput: multipart::upload_part;
    upload_part_copy(UploadPartCopyInput) -> UploadPartCopyOutput: multipart::upload_part_copy;
    complete_multipart_upload(CompleteMultipartUploadInput) -> CompleteMultipartUploadOutput: multipart::complete;
    abort_multipart_upload(AbortMultipartUploadInput) -> AbortMultipartUploadOutput: multipart::abort;
    list_parts(ListPartsInput) -> ListPartsOutput: in_progress::list_parts;
    list_multipart_uploads(ListMultipartUploadsInput) -> ListMultipartUploadsOutput: in_progress::list_uploads;

    get_object_tagging(GetObjectTaggingInput) -> GetObjectTaggingOutput: tags::get;
    put_object_tagging(PutObjectTaggingInput) -> PutObjectTaggingOutput: tags::put;
    delete_object_tagging(DeleteObjectTaggingInput) -> DeleteObjectTaggingOutput: tags::delete;
}
