//! What S3 refuses of a request's headers, whatever the operation; s3s takes any text there.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::{HeaderMap, StatusCode};
use md5::{Digest, Md5};
use s3s::{S3ErrorCode, S3Result};

use super::checksums::CHECKSUMS;
use super::error::fail;

/// The most bytes that names and values of an object's metadata have together.
const LARGEST_METADATA: usize = 2048;

/// The headers with a fixed set of values, and what S3 says to any other one.
const CHOICES: [(&str, &[&str], &str, &str); 5] = [
    (
        "x-amz-acl",
        &[
            "private",
            "public-read",
            "public-read-write",
            "authenticated-read",
            "aws-exec-read",
            "bucket-owner-read",
            "bucket-owner-full-control",
            "log-delivery-write",
        ],
        "InvalidArgument",
        "The canned ACL you specified is not valid",
    ),
    (
        "x-amz-storage-class",
        &[
            "STANDARD",
            "REDUCED_REDUNDANCY",
            "STANDARD_IA",
            "ONEZONE_IA",
            "INTELLIGENT_TIERING",
            "GLACIER",
            "GLACIER_IR",
            "DEEP_ARCHIVE",
        ],
        "InvalidStorageClass",
        "The storage class you specified is not valid",
    ),
    (
        "x-amz-server-side-encryption",
        &["AES256", "aws:kms", "aws:kms:dsse"],
        "InvalidEncryptionAlgorithmError",
        "The encryption request you specified is not valid. The valid value is AES256.",
    ),
    (
        "x-amz-metadata-directive",
        &["COPY", "REPLACE"],
        "InvalidArgument",
        "Unknown metadata directive.",
    ),
    (
        "x-amz-tagging-directive",
        &["COPY", "REPLACE"],
        "InvalidArgument",
        "Unknown tagging directive.",
    ),
];

/// Refuses headers that S3 refuses.
pub fn check(headers: &HeaderMap) -> S3Result<()> {
    for (name, choices, code, message) in CHOICES {
        if text(headers, name).is_some_and(|value| !choices.contains(&value)) {
            return Err(bad_request(code, message));
        }
    }
    if headers
        .keys()
        .any(|name| name.as_str().starts_with("x-amz-object-lock-"))
    {
        return Err(bad_request(
            "InvalidRequest",
            "Bucket is missing Object Lock Configuration",
        ));
    }
    let metadata = headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().strip_prefix("x-amz-meta-")?, value)));
    let size: usize = metadata.map(|(name, value)| name.len() + value.len()).sum();
    if size > LARGEST_METADATA {
        return Err(bad_request(
            "MetadataTooLarge",
            "Your metadata headers exceed the maximum allowed metadata size",
        ));
    }
    check_checksums(headers)?;
    check_customer_key(headers, "x-amz-server-side-encryption-customer-")?;
    check_customer_key(
        headers,
        "x-amz-copy-source-server-side-encryption-customer-",
    )?;
    if headers.contains_key("x-amz-server-side-encryption")
        && headers.contains_key("x-amz-server-side-encryption-customer-key")
    {
        return Err(bad_request(
            "InvalidArgument",
            "Server Side Encryption with Customer provided key is incompatible with the encryption method specified",
        ));
    }
    Ok(())
}

/// A checksum must be one, whether or not it is that of the body.
fn check_checksums(headers: &HeaderMap) -> S3Result<()> {
    for (checksum, length) in CHECKSUMS.into_iter().zip([4, 4, 8, 20, 32]) {
        let name = format!("x-amz-checksum-{checksum}");
        if let Some(value) = text(headers, &name)
            && !BASE64
                .decode(value)
                .is_ok_and(|bytes| bytes.len() == length)
        {
            return Err(bad_request(
                "InvalidRequest",
                &format!("Value for {name} header is invalid."),
            ));
        }
    }
    Ok(())
}

/// The three headers about the caller's own key: all or none, and about one and the same key.
fn check_customer_key(headers: &HeaderMap, start: &str) -> S3Result<()> {
    let part = |end: &str| text(headers, &format!("{start}{end}"));
    let (algorithm, key, md5) = (part("algorithm"), part("key"), part("key-md5"));
    let message = match (algorithm, key, md5) {
        (None, None, None) => return Ok(()),
        (None, ..) => {
            "Requests specifying Server Side Encryption with Customer provided keys must provide a valid encryption \
             algorithm."
        }
        (Some(algorithm), ..) if algorithm != "AES256" => {
            return Err(bad_request(
                "InvalidEncryptionAlgorithmError",
                "The encryption request you specified is not valid. The valid value is AES256.",
            ));
        }
        (_, None, _) => {
            "Requests specifying Server Side Encryption with Customer provided keys must provide an appropriate secret \
             key."
        }
        (.., None) => {
            "Requests specifying Server Side Encryption with Customer provided keys must provide the client calculated \
             MD5 of the secret key."
        }
        (_, Some(key), Some(md5)) => match BASE64.decode(key).ok().filter(|key| key.len() == 32) {
            None => "The secret key was invalid for the specified algorithm.",
            Some(key) if BASE64.encode(Md5::digest(&key)) != md5 => {
                "The calculated MD5 hash of the key did not match the hash that was provided."
            }
            Some(_) => return Ok(()),
        },
    };
    Err(bad_request("InvalidArgument", message))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn bad_request(code: &str, message: &str) -> s3s::S3Error {
    let code = S3ErrorCode::from_bytes(code.as_bytes())
        .unwrap_or_else(|| S3ErrorCode::Custom(code.into()));
    let mut error = fail(code, message);
    error.set_status_code(StatusCode::BAD_REQUEST);
    error
}
