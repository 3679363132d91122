//! A body on its way into the store.

use std::collections::BTreeMap;
use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use futures_util::StreamExt;
use http::HeaderMap;
use md5::Digest;
use md5::Md5;
use s3s::S3Error;
use s3s::S3ErrorCode;
use s3s::S3Result;
use s3s::StdError;
use s3s::TrailingHeaders;
use s3s::checksum::ChecksumHasher;
use s3s::dto::StreamingBlob;

use super::fail;
use super::s3_error;
use crate::aws_local::LARGEST_BODY;
use crate::aws_local::store::Store;
use crate::aws_local::store::StoreError;
use crate::aws_local::store::Temporary;
use crate::aws_local::store::details::hex;

/// S3's checksums, by the name behind `x-amz-checksum-`.
pub const CHECKSUMS: [&str; 5] = ["crc32", "crc32c", "crc64nvme", "sha1", "sha256"];

/// A body that has arrived whole, and is what its sender says it is.
pub struct Received {
    pub temporary: Temporary,
    /// MD5 in hexadecimal.
    pub md5: String,
    /// The checksums that the sender gave, base64.
    pub checksums: BTreeMap<String, String>,
}

/// Receives a body into a temporary file.
///
/// # Errors
/// `BadDigest`, `XAmzContentSHA256Mismatch` and the like; nothing is left of the body then.
pub async fn receive(
    store: &Store,
    body: Option<StreamingBlob>,
    content_md5: Option<&str>,
    headers: &HeaderMap,
    trailers: Option<TrailingHeaders>,
) -> S3Result<Received> {
    let promised_md5 = content_md5.map(read_md5).transpose()?;
    let mut checksums = hasher(headers);
    let mut temporary = store.temporary().map_err(StoreError::from)?;
    let mut md5 = Md5::new();
    let mut size = 0;
    if let Some(mut body) = body {
        while let Some(piece) = body.next().await {
            let piece = piece.map_err(broken_off)?;
            size += piece.len() as u64;
            if size > LARGEST_BODY {
                return Err(s3_error(S3ErrorCode::EntityTooLarge));
            }
            md5.update(&piece);
            checksums.update(&piece);
            temporary.file.write_all(&piece).map_err(StoreError::from)?;
        }
    }
    let md5: [u8; 16] = md5.finalize().into();
    if promised_md5.is_some_and(|promised| promised != md5) {
        return Err(s3_error(S3ErrorCode::BadDigest));
    }
    let trailers = trailers
        .and_then(|trailers| trailers.take())
        .unwrap_or_default();
    Ok(Received {
        temporary,
        md5: hex(&md5),
        checksums: compare(checksums, headers, &trailers)?,
    })
}

fn read_md5(header: &str) -> S3Result<[u8; 16]> {
    let digest = BASE64
        .decode(header)
        .ok()
        .and_then(|bytes| bytes.try_into().ok());
    digest.ok_or_else(|| s3_error(S3ErrorCode::InvalidDigest))
}

fn header_name(checksum: &str) -> String {
    format!("x-amz-checksum-{checksum}")
}

/// Computes those checksums that the request has, or says will follow the body.
fn hasher(headers: &HeaderMap) -> ChecksumHasher {
    let trailers = headers
        .get("x-amz-trailer")
        .and_then(|names| names.to_str().ok())
        .unwrap_or_default();
    let follows = |name: &str| {
        trailers
            .split(',')
            .any(|trailer| trailer.trim().eq_ignore_ascii_case(name))
    };
    let wanted = |checksum: &str| {
        let name = header_name(checksum);
        headers.contains_key(&name) || follows(&name)
    };
    ChecksumHasher {
        crc32: wanted("crc32").then(Default::default),
        crc32c: wanted("crc32c").then(Default::default),
        crc64nvme: wanted("crc64nvme").then(Default::default),
        sha1: wanted("sha1").then(s3s::crypto::Checksum::new),
        sha256: wanted("sha256").then(s3s::crypto::Checksum::new),
    }
}

fn compare(
    computed: ChecksumHasher,
    headers: &HeaderMap,
    trailers: &HeaderMap,
) -> S3Result<BTreeMap<String, String>> {
    let computed = computed.finalize();
    let computed = [
        computed.checksum_crc32,
        computed.checksum_crc32c,
        computed.checksum_crc64nvme,
        computed.checksum_sha1,
        computed.checksum_sha256,
    ];
    let mut agreed = BTreeMap::new();
    for (checksum, computed) in CHECKSUMS.into_iter().zip(computed) {
        let Some(computed) = computed else { continue };
        let name = header_name(checksum);
        let promised = headers.get(&name).or_else(|| trailers.get(&name));
        if promised.is_none_or(|promised| promised.as_bytes() != computed.as_bytes()) {
            return Err(fail(
                S3ErrorCode::BadDigest,
                format!(
                    "The {} you specified did not match the calculated checksum.",
                    checksum.to_uppercase()
                ),
            ));
        }
        agreed.insert(checksum.to_owned(), computed);
    }
    Ok(agreed)
}

/// Why a body broke off. s3s keeps its error types to itself, so their texts tell.
fn broken_off(error: StdError) -> S3Error {
    let text = error.to_string();
    if text.contains("Sha256Mismatch") {
        s3_error(
            S3ErrorCode::from_bytes(b"XAmzContentSHA256Mismatch").unwrap_or(S3ErrorCode::BadDigest),
        )
    } else if text.contains("SignatureMismatch") {
        s3_error(S3ErrorCode::SignatureDoesNotMatch)
    } else {
        s3_error(S3ErrorCode::IncompleteBody)
    }
}
