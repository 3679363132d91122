//! S3's checksums: which ones a request has or asks for, and whether they are right.

use std::collections::BTreeMap;
use std::io;
use std::io::{Read, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::HeaderMap;
use s3s::checksum::ChecksumHasher;
use s3s::{S3ErrorCode, S3Result};

use super::error::fail;

/// S3's checksums, by the name behind `x-amz-checksum-`.
pub const CHECKSUMS: [&str; 5] = ["crc32", "crc32c", "crc64nvme", "sha1", "sha256"];

/// Checksums by their names, base64.
pub type Checksums = BTreeMap<String, String>;

fn header_name(checksum: &str) -> String {
    format!("x-amz-checksum-{checksum}")
}

/// What computes those checksums that are `wanted`.
pub fn hasher(wanted: impl Fn(&str) -> bool) -> ChecksumHasher {
    ChecksumHasher {
        crc32: wanted("crc32").then(Default::default),
        crc32c: wanted("crc32c").then(Default::default),
        crc64nvme: wanted("crc64nvme").then(Default::default),
        sha1: wanted("sha1").then(s3s::crypto::Checksum::new),
        sha256: wanted("sha256").then(s3s::crypto::Checksum::new),
    }
}

/// What computes those checksums that the request has, or says will follow the body.
pub fn hasher_for(headers: &HeaderMap) -> ChecksumHasher {
    let trailers = headers
        .get("x-amz-trailer")
        .and_then(|names| names.to_str().ok())
        .unwrap_or_default();
    let follows = |name: &str| {
        trailers
            .split(',')
            .any(|trailer| trailer.trim().eq_ignore_ascii_case(name))
    };
    hasher(|checksum| {
        let name = header_name(checksum);
        headers.contains_key(&name) || follows(&name)
    })
}

/// What has been computed.
pub fn computed(hasher: ChecksumHasher) -> Checksums {
    let computed = hasher.finalize();
    let computed = [
        computed.checksum_crc32,
        computed.checksum_crc32c,
        computed.checksum_crc64nvme,
        computed.checksum_sha1,
        computed.checksum_sha256,
    ];
    let named = CHECKSUMS.into_iter().zip(computed);
    named
        .filter_map(|(checksum, computed)| Some((checksum.to_owned(), computed?)))
        .collect()
}

/// Compares what a body has with what its request promised.
pub fn compare(
    hasher: ChecksumHasher,
    headers: &HeaderMap,
    trailers: &HeaderMap,
) -> S3Result<Checksums> {
    let computed = computed(hasher);
    for (checksum, computed) in &computed {
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
    }
    Ok(computed)
}

/// Copies all of `from`, and computes the checksum `algorithm` on the way, if there is one.
pub fn copy(
    from: &mut impl Read,
    to: &mut impl Write,
    algorithm: Option<&str>,
) -> io::Result<Checksums> {
    let mut hasher = hasher(|checksum| algorithm == Some(checksum));
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = from.read(&mut buffer)?;
        if read == 0 {
            return Ok(computed(hasher));
        }
        hasher.update(&buffer[..read]);
        to.write_all(&buffer[..read])?;
    }
}

/// The checksum of an object in parts: that of its parts' checksums, with their number.
pub fn of_parts(algorithm: &str, parts: &[String]) -> Checksums {
    let mut hasher = hasher(|checksum| algorithm == checksum);
    for part in parts {
        // The store has just made it.
        hasher.update(&BASE64.decode(part).unwrap_or_default());
    }
    let mut checksums = computed(hasher);
    for checksum in checksums.values_mut() {
        checksum.push_str(&format!("-{}", parts.len()));
    }
    checksums
}

/// The fields of an output or a part that has one for each checksum.
macro_rules! with_checksums {
    ($output:expr, $checksums:expr) => {{
        let checksums = &$checksums;
        let mut output = $output;
        output.checksum_crc32 = checksums.get("crc32").cloned();
        output.checksum_crc32c = checksums.get("crc32c").cloned();
        output.checksum_crc64nvme = checksums.get("crc64nvme").cloned();
        output.checksum_sha1 = checksums.get("sha1").cloned();
        output.checksum_sha256 = checksums.get("sha256").cloned();
        output
    }};
}
pub(super) use with_checksums;
