//! What of Amazon S3 the crate aws-sdk-s3 can be asked for.
//!
//! Written by scripts/aws-table.mjs: do not edit.

use super::super::params::{enums, structures, unions};
use super::operations;

operations! {aws_sdk_s3;
    "abortMultipartUpload" abort_multipart_upload {
        set_bucket "Bucket", set_key "Key", set_upload_id "UploadId",
        set_request_payer "RequestPayer",
    }
    "completeMultipartUpload" complete_multipart_upload {
        set_bucket "Bucket", set_key "Key", set_multipart_upload "MultipartUpload",
        set_upload_id "UploadId", set_request_payer "RequestPayer",
    }
    "copyObject" copy_object {
        set_acl "ACL", set_bucket "Bucket", set_cache_control "CacheControl",
        set_content_disposition "ContentDisposition", set_content_encoding "ContentEncoding",
        set_content_language "ContentLanguage", set_content_type "ContentType",
        set_copy_source "CopySource", set_copy_source_if_match "CopySourceIfMatch",
        set_copy_source_if_modified_since "CopySourceIfModifiedSince",
        set_copy_source_if_none_match "CopySourceIfNoneMatch",
        set_copy_source_if_unmodified_since "CopySourceIfUnmodifiedSince", set_expires "Expires",
        set_grant_full_control "GrantFullControl", set_grant_read "GrantRead",
        set_grant_read_acp "GrantReadACP", set_grant_write_acp "GrantWriteACP", set_key "Key",
        set_metadata "Metadata", set_metadata_directive "MetadataDirective",
        set_tagging_directive "TaggingDirective", set_server_side_encryption "ServerSideEncryption",
        set_storage_class "StorageClass", set_website_redirect_location "WebsiteRedirectLocation",
        set_sse_customer_algorithm "SSECustomerAlgorithm", set_sse_customer_key "SSECustomerKey",
        set_sse_customer_key_md5 "SSECustomerKeyMD5", set_ssekms_key_id "SSEKMSKeyId",
        set_ssekms_encryption_context "SSEKMSEncryptionContext",
        set_copy_source_sse_customer_algorithm "CopySourceSSECustomerAlgorithm",
        set_copy_source_sse_customer_key "CopySourceSSECustomerKey",
        set_copy_source_sse_customer_key_md5 "CopySourceSSECustomerKeyMD5",
        set_request_payer "RequestPayer", set_tagging "Tagging",
        set_object_lock_mode "ObjectLockMode",
        set_object_lock_retain_until_date "ObjectLockRetainUntilDate",
        set_object_lock_legal_hold_status "ObjectLockLegalHoldStatus",
    }
    "createBucket" create_bucket {
        set_acl "ACL", set_bucket "Bucket",
        set_create_bucket_configuration "CreateBucketConfiguration",
        set_grant_full_control "GrantFullControl", set_grant_read "GrantRead",
        set_grant_read_acp "GrantReadACP", set_grant_write "GrantWrite",
        set_grant_write_acp "GrantWriteACP",
        set_object_lock_enabled_for_bucket "ObjectLockEnabledForBucket",
    }
    "createMultipartUpload" create_multipart_upload {
        set_acl "ACL", set_bucket "Bucket", set_cache_control "CacheControl",
        set_content_disposition "ContentDisposition", set_content_encoding "ContentEncoding",
        set_content_language "ContentLanguage", set_content_type "ContentType",
        set_expires "Expires", set_grant_full_control "GrantFullControl",
        set_grant_read "GrantRead", set_grant_read_acp "GrantReadACP",
        set_grant_write_acp "GrantWriteACP", set_key "Key", set_metadata "Metadata",
        set_server_side_encryption "ServerSideEncryption", set_storage_class "StorageClass",
        set_website_redirect_location "WebsiteRedirectLocation",
        set_sse_customer_algorithm "SSECustomerAlgorithm", set_sse_customer_key "SSECustomerKey",
        set_sse_customer_key_md5 "SSECustomerKeyMD5", set_ssekms_key_id "SSEKMSKeyId",
        set_ssekms_encryption_context "SSEKMSEncryptionContext", set_request_payer "RequestPayer",
        set_tagging "Tagging", set_object_lock_mode "ObjectLockMode",
        set_object_lock_retain_until_date "ObjectLockRetainUntilDate",
        set_object_lock_legal_hold_status "ObjectLockLegalHoldStatus",
    }
    "deleteBucket" delete_bucket { set_bucket "Bucket", }
    "deleteBucketAnalyticsConfiguration" delete_bucket_analytics_configuration {
        set_bucket "Bucket", set_id "Id",
    }
    "deleteBucketCors" delete_bucket_cors { set_bucket "Bucket", }
    "deleteBucketEncryption" delete_bucket_encryption { set_bucket "Bucket", }
    "deleteBucketInventoryConfiguration" delete_bucket_inventory_configuration {
        set_bucket "Bucket", set_id "Id",
    }
    "deleteBucketLifecycle" delete_bucket_lifecycle { set_bucket "Bucket", }
    "deleteBucketMetricsConfiguration" delete_bucket_metrics_configuration {
        set_bucket "Bucket", set_id "Id",
    }
    "deleteBucketPolicy" delete_bucket_policy { set_bucket "Bucket", }
    "deleteBucketReplication" delete_bucket_replication { set_bucket "Bucket", }
    "deleteBucketTagging" delete_bucket_tagging { set_bucket "Bucket", }
    "deleteBucketWebsite" delete_bucket_website { set_bucket "Bucket", }
    "deleteObject" delete_object {
        set_bucket "Bucket", set_key "Key", set_mfa "MFA", set_version_id "VersionId",
        set_request_payer "RequestPayer",
        set_bypass_governance_retention "BypassGovernanceRetention",
    }
    "deleteObjectTagging" delete_object_tagging {
        set_bucket "Bucket", set_key "Key", set_version_id "VersionId",
    }
    "deleteObjects" delete_objects {
        set_bucket "Bucket", set_delete "Delete", set_mfa "MFA", set_request_payer "RequestPayer",
        set_bypass_governance_retention "BypassGovernanceRetention",
    }
    "deletePublicAccessBlock" delete_public_access_block { set_bucket "Bucket", }
    "getBucketAccelerateConfiguration" get_bucket_accelerate_configuration { set_bucket "Bucket", }
    "getBucketAcl" get_bucket_acl { set_bucket "Bucket", }
    "getBucketAnalyticsConfiguration" get_bucket_analytics_configuration {
        set_bucket "Bucket", set_id "Id",
    }
    "getBucketCors" get_bucket_cors { set_bucket "Bucket", }
    "getBucketEncryption" get_bucket_encryption { set_bucket "Bucket", }
    "getBucketInventoryConfiguration" get_bucket_inventory_configuration {
        set_bucket "Bucket", set_id "Id",
    }
    "getBucketLifecycleConfiguration" get_bucket_lifecycle_configuration { set_bucket "Bucket", }
    "getBucketLocation" get_bucket_location { set_bucket "Bucket", }
    "getBucketLogging" get_bucket_logging { set_bucket "Bucket", }
    "getBucketMetricsConfiguration" get_bucket_metrics_configuration {
        set_bucket "Bucket", set_id "Id",
    }
    "getBucketNotificationConfiguration" get_bucket_notification_configuration {
        set_bucket "Bucket",
    }
    "getBucketPolicy" get_bucket_policy { set_bucket "Bucket", }
    "getBucketPolicyStatus" get_bucket_policy_status { set_bucket "Bucket", }
    "getBucketReplication" get_bucket_replication { set_bucket "Bucket", }
    "getBucketRequestPayment" get_bucket_request_payment { set_bucket "Bucket", }
    "getBucketTagging" get_bucket_tagging { set_bucket "Bucket", }
    "getBucketVersioning" get_bucket_versioning { set_bucket "Bucket", }
    "getBucketWebsite" get_bucket_website { set_bucket "Bucket", }
    "getObject" get_object {
        set_bucket "Bucket", set_if_match "IfMatch", set_if_modified_since "IfModifiedSince",
        set_if_none_match "IfNoneMatch", set_if_unmodified_since "IfUnmodifiedSince", set_key "Key",
        set_range "Range", set_response_cache_control "ResponseCacheControl",
        set_response_content_disposition "ResponseContentDisposition",
        set_response_content_encoding "ResponseContentEncoding",
        set_response_content_language "ResponseContentLanguage",
        set_response_content_type "ResponseContentType", set_response_expires "ResponseExpires",
        set_version_id "VersionId", set_sse_customer_algorithm "SSECustomerAlgorithm",
        set_sse_customer_key "SSECustomerKey", set_sse_customer_key_md5 "SSECustomerKeyMD5",
        set_request_payer "RequestPayer", set_part_number "PartNumber",
    }
    "getObjectAcl" get_object_acl {
        set_bucket "Bucket", set_key "Key", set_version_id "VersionId",
        set_request_payer "RequestPayer",
    }
    "getObjectLegalHold" get_object_legal_hold {
        set_bucket "Bucket", set_key "Key", set_version_id "VersionId",
        set_request_payer "RequestPayer",
    }
    "getObjectLockConfiguration" get_object_lock_configuration { set_bucket "Bucket", }
    "getObjectRetention" get_object_retention {
        set_bucket "Bucket", set_key "Key", set_version_id "VersionId",
        set_request_payer "RequestPayer",
    }
    "getObjectTagging" get_object_tagging {
        set_bucket "Bucket", set_key "Key", set_version_id "VersionId",
    }
    "getObjectTorrent" get_object_torrent {
        set_bucket "Bucket", set_key "Key", set_request_payer "RequestPayer",
    }
    "getPublicAccessBlock" get_public_access_block { set_bucket "Bucket", }
    "headBucket" head_bucket { set_bucket "Bucket", }
    "headObject" head_object {
        set_bucket "Bucket", set_if_match "IfMatch", set_if_modified_since "IfModifiedSince",
        set_if_none_match "IfNoneMatch", set_if_unmodified_since "IfUnmodifiedSince", set_key "Key",
        set_range "Range", set_version_id "VersionId",
        set_sse_customer_algorithm "SSECustomerAlgorithm", set_sse_customer_key "SSECustomerKey",
        set_sse_customer_key_md5 "SSECustomerKeyMD5", set_request_payer "RequestPayer",
        set_part_number "PartNumber",
    }
    "listBucketAnalyticsConfigurations" list_bucket_analytics_configurations {
        set_bucket "Bucket", set_continuation_token "ContinuationToken",
    }
    "listBucketInventoryConfigurations" list_bucket_inventory_configurations {
        set_bucket "Bucket", set_continuation_token "ContinuationToken",
    }
    "listBucketMetricsConfigurations" list_bucket_metrics_configurations {
        set_bucket "Bucket", set_continuation_token "ContinuationToken",
    }
    "listBuckets" list_buckets {}
    "listMultipartUploads" list_multipart_uploads {
        set_bucket "Bucket", set_delimiter "Delimiter", set_encoding_type "EncodingType",
        set_key_marker "KeyMarker", set_max_uploads "MaxUploads", set_prefix "Prefix",
        set_upload_id_marker "UploadIdMarker",
    }
    "listObjectVersions" list_object_versions {
        set_bucket "Bucket", set_delimiter "Delimiter", set_encoding_type "EncodingType",
        set_key_marker "KeyMarker", set_max_keys "MaxKeys", set_prefix "Prefix",
        set_version_id_marker "VersionIdMarker",
    }
    "listObjects" list_objects {
        set_bucket "Bucket", set_delimiter "Delimiter", set_encoding_type "EncodingType",
        set_marker "Marker", set_max_keys "MaxKeys", set_prefix "Prefix",
        set_request_payer "RequestPayer",
    }
    "listObjectsV2" list_objects_v2 {
        set_bucket "Bucket", set_delimiter "Delimiter", set_encoding_type "EncodingType",
        set_max_keys "MaxKeys", set_prefix "Prefix", set_continuation_token "ContinuationToken",
        set_fetch_owner "FetchOwner", set_start_after "StartAfter",
        set_request_payer "RequestPayer",
    }
    "listParts" list_parts {
        set_bucket "Bucket", set_key "Key", set_max_parts "MaxParts",
        set_part_number_marker "PartNumberMarker", set_upload_id "UploadId",
        set_request_payer "RequestPayer",
    }
    "putBucketAccelerateConfiguration" put_bucket_accelerate_configuration {
        set_bucket "Bucket", set_accelerate_configuration "AccelerateConfiguration",
    }
    "putBucketAcl" put_bucket_acl {
        set_acl "ACL", set_access_control_policy "AccessControlPolicy", set_bucket "Bucket",
        set_content_md5 "ContentMD5", set_grant_full_control "GrantFullControl",
        set_grant_read "GrantRead", set_grant_read_acp "GrantReadACP", set_grant_write "GrantWrite",
        set_grant_write_acp "GrantWriteACP",
    }
    "putBucketAnalyticsConfiguration" put_bucket_analytics_configuration {
        set_bucket "Bucket", set_id "Id", set_analytics_configuration "AnalyticsConfiguration",
    }
    "putBucketCors" put_bucket_cors {
        set_bucket "Bucket", set_cors_configuration "CORSConfiguration",
        set_content_md5 "ContentMD5",
    }
    "putBucketEncryption" put_bucket_encryption {
        set_bucket "Bucket", set_content_md5 "ContentMD5",
        set_server_side_encryption_configuration "ServerSideEncryptionConfiguration",
    }
    "putBucketInventoryConfiguration" put_bucket_inventory_configuration {
        set_bucket "Bucket", set_id "Id", set_inventory_configuration "InventoryConfiguration",
    }
    "putBucketLifecycleConfiguration" put_bucket_lifecycle_configuration {
        set_bucket "Bucket", set_lifecycle_configuration "LifecycleConfiguration",
    }
    "putBucketLogging" put_bucket_logging {
        set_bucket "Bucket", set_bucket_logging_status "BucketLoggingStatus",
        set_content_md5 "ContentMD5",
    }
    "putBucketMetricsConfiguration" put_bucket_metrics_configuration {
        set_bucket "Bucket", set_id "Id", set_metrics_configuration "MetricsConfiguration",
    }
    "putBucketNotificationConfiguration" put_bucket_notification_configuration {
        set_bucket "Bucket", set_notification_configuration "NotificationConfiguration",
    }
    "putBucketPolicy" put_bucket_policy {
        set_bucket "Bucket", set_content_md5 "ContentMD5",
        set_confirm_remove_self_bucket_access "ConfirmRemoveSelfBucketAccess", set_policy "Policy",
    }
    "putBucketReplication" put_bucket_replication {
        set_bucket "Bucket", set_content_md5 "ContentMD5",
        set_replication_configuration "ReplicationConfiguration", set_token "Token",
    }
    "putBucketRequestPayment" put_bucket_request_payment {
        set_bucket "Bucket", set_content_md5 "ContentMD5",
        set_request_payment_configuration "RequestPaymentConfiguration",
    }
    "putBucketTagging" put_bucket_tagging {
        set_bucket "Bucket", set_content_md5 "ContentMD5", set_tagging "Tagging",
    }
    "putBucketVersioning" put_bucket_versioning {
        set_bucket "Bucket", set_content_md5 "ContentMD5", set_mfa "MFA",
        set_versioning_configuration "VersioningConfiguration",
    }
    "putBucketWebsite" put_bucket_website {
        set_bucket "Bucket", set_content_md5 "ContentMD5",
        set_website_configuration "WebsiteConfiguration",
    }
    "putObject" put_object {
        set_acl "ACL", set_body body, set_bucket "Bucket", set_cache_control "CacheControl",
        set_content_disposition "ContentDisposition", set_content_encoding "ContentEncoding",
        set_content_language "ContentLanguage", set_content_length "ContentLength",
        set_content_md5 "ContentMD5", set_content_type "ContentType", set_expires "Expires",
        set_grant_full_control "GrantFullControl", set_grant_read "GrantRead",
        set_grant_read_acp "GrantReadACP", set_grant_write_acp "GrantWriteACP", set_key "Key",
        set_metadata "Metadata", set_server_side_encryption "ServerSideEncryption",
        set_storage_class "StorageClass", set_website_redirect_location "WebsiteRedirectLocation",
        set_sse_customer_algorithm "SSECustomerAlgorithm", set_sse_customer_key "SSECustomerKey",
        set_sse_customer_key_md5 "SSECustomerKeyMD5", set_ssekms_key_id "SSEKMSKeyId",
        set_ssekms_encryption_context "SSEKMSEncryptionContext", set_request_payer "RequestPayer",
        set_tagging "Tagging", set_object_lock_mode "ObjectLockMode",
        set_object_lock_retain_until_date "ObjectLockRetainUntilDate",
        set_object_lock_legal_hold_status "ObjectLockLegalHoldStatus",
    }
    "putObjectAcl" put_object_acl {
        set_acl "ACL", set_access_control_policy "AccessControlPolicy", set_bucket "Bucket",
        set_content_md5 "ContentMD5", set_grant_full_control "GrantFullControl",
        set_grant_read "GrantRead", set_grant_read_acp "GrantReadACP", set_grant_write "GrantWrite",
        set_grant_write_acp "GrantWriteACP", set_key "Key", set_request_payer "RequestPayer",
        set_version_id "VersionId",
    }
    "putObjectLegalHold" put_object_legal_hold {
        set_bucket "Bucket", set_key "Key", set_legal_hold "LegalHold",
        set_request_payer "RequestPayer", set_version_id "VersionId", set_content_md5 "ContentMD5",
    }
    "putObjectLockConfiguration" put_object_lock_configuration {
        set_bucket "Bucket", set_object_lock_configuration "ObjectLockConfiguration",
        set_request_payer "RequestPayer", set_token "Token", set_content_md5 "ContentMD5",
    }
    "putObjectRetention" put_object_retention {
        set_bucket "Bucket", set_key "Key", set_retention "Retention",
        set_request_payer "RequestPayer", set_version_id "VersionId",
        set_bypass_governance_retention "BypassGovernanceRetention", set_content_md5 "ContentMD5",
    }
    "putObjectTagging" put_object_tagging {
        set_bucket "Bucket", set_key "Key", set_version_id "VersionId",
        set_content_md5 "ContentMD5", set_tagging "Tagging",
    }
    "putPublicAccessBlock" put_public_access_block {
        set_bucket "Bucket", set_content_md5 "ContentMD5",
        set_public_access_block_configuration "PublicAccessBlockConfiguration",
    }
    "restoreObject" restore_object {
        set_bucket "Bucket", set_key "Key", set_version_id "VersionId",
        set_restore_request "RestoreRequest", set_request_payer "RequestPayer",
    }
    "selectObjectContent" select_object_content {
        set_bucket "Bucket", set_key "Key", set_sse_customer_algorithm "SSECustomerAlgorithm",
        set_sse_customer_key "SSECustomerKey", set_sse_customer_key_md5 "SSECustomerKeyMD5",
        set_expression "Expression", set_expression_type "ExpressionType",
        set_request_progress "RequestProgress", set_input_serialization "InputSerialization",
        set_output_serialization "OutputSerialization",
    }
    "uploadPart" upload_part {
        set_body body, set_bucket "Bucket", set_content_length "ContentLength",
        set_content_md5 "ContentMD5", set_key "Key", set_part_number "PartNumber",
        set_upload_id "UploadId", set_sse_customer_algorithm "SSECustomerAlgorithm",
        set_sse_customer_key "SSECustomerKey", set_sse_customer_key_md5 "SSECustomerKeyMD5",
        set_request_payer "RequestPayer",
    }
    "uploadPartCopy" upload_part_copy {
        set_bucket "Bucket", set_copy_source "CopySource",
        set_copy_source_if_match "CopySourceIfMatch",
        set_copy_source_if_modified_since "CopySourceIfModifiedSince",
        set_copy_source_if_none_match "CopySourceIfNoneMatch",
        set_copy_source_if_unmodified_since "CopySourceIfUnmodifiedSince",
        set_copy_source_range "CopySourceRange", set_key "Key", set_part_number "PartNumber",
        set_upload_id "UploadId", set_sse_customer_algorithm "SSECustomerAlgorithm",
        set_sse_customer_key "SSECustomerKey", set_sse_customer_key_md5 "SSECustomerKeyMD5",
        set_copy_source_sse_customer_algorithm "CopySourceSSECustomerAlgorithm",
        set_copy_source_sse_customer_key "CopySourceSSECustomerKey",
        set_copy_source_sse_customer_key_md5 "CopySourceSSECustomerKeyMD5",
        set_request_payer "RequestPayer",
    }
}

structures! {aws_sdk_s3;
    AbortIncompleteMultipartUpload { set_days_after_initiation "DaysAfterInitiation", }
    AccelerateConfiguration { set_status "Status", }
    AccessControlPolicy { set_grants "Grants", set_owner "Owner", }
    AccessControlTranslation checked { set_owner "Owner", }
    AnalyticsAndOperator { set_prefix "Prefix", set_tags "Tags", }
    AnalyticsConfiguration checked {
        set_id "Id", set_filter "Filter", set_storage_class_analysis "StorageClassAnalysis",
    }
    AnalyticsExportDestination { set_s3_bucket_destination "S3BucketDestination", }
    AnalyticsS3BucketDestination checked {
        set_format "Format", set_bucket_account_id "BucketAccountId", set_bucket "Bucket",
        set_prefix "Prefix",
    }
    BucketLifecycleConfiguration checked { set_rules "Rules", }
    BucketLoggingStatus { set_logging_enabled "LoggingEnabled", }
    CompletedMultipartUpload { set_parts "Parts", }
    CompletedPart { set_e_tag "ETag", set_part_number "PartNumber", }
    Condition {
        set_http_error_code_returned_equals "HttpErrorCodeReturnedEquals",
        set_key_prefix_equals "KeyPrefixEquals",
    }
    CorsConfiguration checked { set_cors_rules "CORSRules", }
    CorsRule checked {
        set_allowed_headers "AllowedHeaders", set_allowed_methods "AllowedMethods",
        set_allowed_origins "AllowedOrigins", set_expose_headers "ExposeHeaders",
        set_max_age_seconds "MaxAgeSeconds",
    }
    CreateBucketConfiguration { set_location_constraint "LocationConstraint", }
    CsvInput {
        set_file_header_info "FileHeaderInfo", set_comments "Comments",
        set_quote_escape_character "QuoteEscapeCharacter", set_record_delimiter "RecordDelimiter",
        set_field_delimiter "FieldDelimiter", set_quote_character "QuoteCharacter",
        set_allow_quoted_record_delimiter "AllowQuotedRecordDelimiter",
    }
    CsvOutput {
        set_quote_fields "QuoteFields", set_quote_escape_character "QuoteEscapeCharacter",
        set_record_delimiter "RecordDelimiter", set_field_delimiter "FieldDelimiter",
        set_quote_character "QuoteCharacter",
    }
    DefaultRetention { set_mode "Mode", set_days "Days", set_years "Years", }
    Delete checked { set_objects "Objects", set_quiet "Quiet", }
    DeleteMarkerReplication { set_status "Status", }
    Destination checked {
        set_bucket "Bucket", set_account "Account", set_storage_class "StorageClass",
        set_access_control_translation "AccessControlTranslation",
        set_encryption_configuration "EncryptionConfiguration",
    }
    Encryption checked {
        set_encryption_type "EncryptionType", set_kms_key_id "KMSKeyId",
        set_kms_context "KMSContext",
    }
    EncryptionConfiguration { set_replica_kms_key_id "ReplicaKmsKeyID", }
    ErrorDocument checked { set_key "Key", }
    FilterRule { set_name "Name", set_value "Value", }
    GlacierJobParameters checked { set_tier "Tier", }
    Grant { set_grantee "Grantee", set_permission "Permission", }
    Grantee checked {
        set_display_name "DisplayName", set_email_address "EmailAddress", set_id "ID",
        set_type "Type", set_uri "URI",
    }
    IndexDocument checked { set_suffix "Suffix", }
    InputSerialization {
        set_csv "CSV", set_compression_type "CompressionType", set_json "JSON",
        set_parquet "Parquet",
    }
    InventoryConfiguration checked {
        set_destination "Destination", set_is_enabled "IsEnabled", set_filter "Filter", set_id "Id",
        set_included_object_versions "IncludedObjectVersions", set_optional_fields "OptionalFields",
        set_schedule "Schedule",
    }
    InventoryDestination { set_s3_bucket_destination "S3BucketDestination", }
    InventoryEncryption { set_sses3 "SSES3", set_ssekms "SSEKMS", }
    InventoryFilter checked { set_prefix "Prefix", }
    InventoryS3BucketDestination checked {
        set_account_id "AccountId", set_bucket "Bucket", set_format "Format", set_prefix "Prefix",
        set_encryption "Encryption",
    }
    InventorySchedule checked { set_frequency "Frequency", }
    JsonInput { set_type "Type", }
    JsonOutput { set_record_delimiter "RecordDelimiter", }
    LambdaFunctionConfiguration checked {
        set_id "Id", set_lambda_function_arn "LambdaFunctionArn", set_events "Events",
        set_filter "Filter",
    }
    LifecycleExpiration {
        set_date "Date", set_days "Days",
        set_expired_object_delete_marker "ExpiredObjectDeleteMarker",
    }
    LifecycleRule checked {
        set_expiration "Expiration", set_id "ID", set_prefix "Prefix", set_filter "Filter",
        set_status "Status", set_transitions "Transitions",
        set_noncurrent_version_transitions "NoncurrentVersionTransitions",
        set_noncurrent_version_expiration "NoncurrentVersionExpiration",
        set_abort_incomplete_multipart_upload "AbortIncompleteMultipartUpload",
    }
    LifecycleRuleAndOperator { set_prefix "Prefix", set_tags "Tags", }
    LifecycleRuleFilter { set_prefix "Prefix", set_tag "Tag", set_and "And", }
    LoggingEnabled checked {
        set_target_bucket "TargetBucket", set_target_grants "TargetGrants",
        set_target_prefix "TargetPrefix",
    }
    MetadataEntry { set_name "Name", set_value "Value", }
    MetricsAndOperator { set_prefix "Prefix", set_tags "Tags", }
    MetricsConfiguration checked { set_id "Id", set_filter "Filter", }
    NoncurrentVersionExpiration { set_noncurrent_days "NoncurrentDays", }
    NoncurrentVersionTransition {
        set_noncurrent_days "NoncurrentDays", set_storage_class "StorageClass",
    }
    NotificationConfiguration {
        set_topic_configurations "TopicConfigurations",
        set_queue_configurations "QueueConfigurations",
        set_lambda_function_configurations "LambdaFunctionConfigurations",
    }
    NotificationConfigurationFilter { set_key "Key", }
    ObjectIdentifier checked { set_key "Key", set_version_id "VersionId", }
    ObjectLockConfiguration { set_object_lock_enabled "ObjectLockEnabled", set_rule "Rule", }
    ObjectLockLegalHold { set_status "Status", }
    ObjectLockRetention { set_mode "Mode", set_retain_until_date "RetainUntilDate", }
    ObjectLockRule { set_default_retention "DefaultRetention", }
    OutputLocation { set_s3 "S3", }
    OutputSerialization { set_csv "CSV", set_json "JSON", }
    Owner { set_display_name "DisplayName", set_id "ID", }
    ParquetInput {}
    PublicAccessBlockConfiguration {
        set_block_public_acls "BlockPublicAcls", set_ignore_public_acls "IgnorePublicAcls",
        set_block_public_policy "BlockPublicPolicy",
        set_restrict_public_buckets "RestrictPublicBuckets",
    }
    QueueConfiguration checked {
        set_id "Id", set_queue_arn "QueueArn", set_events "Events", set_filter "Filter",
    }
    Redirect {
        set_host_name "HostName", set_http_redirect_code "HttpRedirectCode",
        set_protocol "Protocol", set_replace_key_prefix_with "ReplaceKeyPrefixWith",
        set_replace_key_with "ReplaceKeyWith",
    }
    RedirectAllRequestsTo checked { set_host_name "HostName", set_protocol "Protocol", }
    ReplicationConfiguration checked { set_role "Role", set_rules "Rules", }
    ReplicationRule checked {
        set_id "ID", set_priority "Priority", set_prefix "Prefix", set_filter "Filter",
        set_status "Status", set_source_selection_criteria "SourceSelectionCriteria",
        set_destination "Destination", set_delete_marker_replication "DeleteMarkerReplication",
    }
    ReplicationRuleAndOperator { set_prefix "Prefix", set_tags "Tags", }
    ReplicationRuleFilter { set_prefix "Prefix", set_tag "Tag", set_and "And", }
    RequestPaymentConfiguration checked { set_payer "Payer", }
    RequestProgress { set_enabled "Enabled", }
    RestoreRequest {
        set_days "Days", set_glacier_job_parameters "GlacierJobParameters", set_type "Type",
        set_tier "Tier", set_description "Description", set_select_parameters "SelectParameters",
        set_output_location "OutputLocation",
    }
    RoutingRule { set_condition "Condition", set_redirect "Redirect", }
    S3KeyFilter { set_filter_rules "FilterRules", }
    S3Location checked {
        set_bucket_name "BucketName", set_prefix "Prefix", set_encryption "Encryption",
        set_canned_acl "CannedACL", set_access_control_list "AccessControlList",
        set_tagging "Tagging", set_user_metadata "UserMetadata", set_storage_class "StorageClass",
    }
    SelectParameters checked {
        set_input_serialization "InputSerialization", set_expression_type "ExpressionType",
        set_expression "Expression", set_output_serialization "OutputSerialization",
    }
    ServerSideEncryptionByDefault checked {
        set_sse_algorithm "SSEAlgorithm", set_kms_master_key_id "KMSMasterKeyID",
    }
    ServerSideEncryptionConfiguration checked { set_rules "Rules", }
    ServerSideEncryptionRule {
        set_apply_server_side_encryption_by_default "ApplyServerSideEncryptionByDefault",
    }
    SourceSelectionCriteria { set_sse_kms_encrypted_objects "SseKmsEncryptedObjects", }
    SseKmsEncryptedObjects checked { set_status "Status", }
    Ssekms checked { set_key_id "KeyId", }
    Sses3 {}
    StorageClassAnalysis { set_data_export "DataExport", }
    StorageClassAnalysisDataExport checked {
        set_output_schema_version "OutputSchemaVersion", set_destination "Destination",
    }
    Tag checked { set_key "Key", set_value "Value", }
    Tagging checked { set_tag_set "TagSet", }
    TargetGrant { set_grantee "Grantee", set_permission "Permission", }
    TopicConfiguration checked {
        set_id "Id", set_topic_arn "TopicArn", set_events "Events", set_filter "Filter",
    }
    Transition { set_date "Date", set_days "Days", set_storage_class "StorageClass", }
    VersioningConfiguration { set_mfa_delete "MFADelete", set_status "Status", }
    WebsiteConfiguration {
        set_error_document "ErrorDocument", set_index_document "IndexDocument",
        set_redirect_all_requests_to "RedirectAllRequestsTo", set_routing_rules "RoutingRules",
    }
}

unions! {aws_sdk_s3;
    AnalyticsFilter { Prefix "Prefix", Tag "Tag", And "And", }
    MetricsFilter { Prefix "Prefix", Tag "Tag", And "And", }
}

enums! {aws_sdk_s3;
    AnalyticsS3ExportFileFormat, BucketAccelerateStatus, BucketCannedAcl,
    BucketLocationConstraint, BucketLogsPermission, BucketVersioningStatus, CompressionType,
    DeleteMarkerReplicationStatus, EncodingType, Event, ExpirationStatus, ExpressionType,
    FileHeaderInfo, FilterRuleName, InventoryFormat, InventoryFrequency,
    InventoryIncludedObjectVersions, InventoryOptionalField, JsonType, MetadataDirective,
    MfaDelete, ObjectCannedAcl, ObjectLockEnabled, ObjectLockLegalHoldStatus, ObjectLockMode,
    ObjectLockRetentionMode, OwnerOverride, Payer, Permission, Protocol, QuoteFields,
    ReplicationRuleStatus, RequestPayer, RestoreRequestType, ServerSideEncryption,
    SseKmsEncryptedObjectsStatus, StorageClass, StorageClassAnalysisSchemaVersion,
    TaggingDirective, Tier, TransitionStorageClass, Type,
}
