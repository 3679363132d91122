//! Each operation, and what answers it.

use s3s::{S3, S3Request, S3Response, S3Result, dto};

use super::{buckets, copy, headers, in_progress, listing, multipart, objects, read, tags};
use crate::aws_local::store::ObjectStore;

/// The embedded S3.
pub struct Operations {
    pub store: ObjectStore,
}

/// Each operation of S3 that is here, with the function that answers it.
macro_rules! operations {
    ($($name:ident($input:ident) -> $output:ident: $answer:path;)*) => {
        #[async_trait::async_trait]
        impl S3 for Operations {
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
