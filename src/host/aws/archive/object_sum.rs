//! What the bytes of an object have to come to.

use std::io;

use md5::{Digest, Md5};
use s3s::checksum::ChecksumHasher;

use crate::text::hex;

/// What S3 says of an object's bytes: the names of checksums with their values.
pub(super) type SaidChecksums<'a> = [(&'static str, Option<&'a str>); 5];

/// A checksum under way.
pub(super) struct ObjectSum {
    name: &'static str,
    expected: String,
    hasher: Hasher,
}

enum Hasher {
    Checksum(Box<ChecksumHasher>),
    Md5(Md5),
}

impl ObjectSum {
    /// By one of `checksums`; without any, by the ETag, which is an MD5 unless the object was put in parts, or is
    /// encrypted by a key of its own.
    pub fn of(checksums: SaidChecksums, etag: Option<&str>, by_md5: bool) -> Option<ObjectSum> {
        // One of an object in parts may be that of their checksums.
        let is_whole = |value: &str| !value.contains('-');
        let said = checksums
            .into_iter()
            .find_map(|(name, value)| Some((name, value.filter(|value| is_whole(value))?)));
        if let Some((name, expected)) = said {
            let wanted = |other: &str| name == other;
            return Some(ObjectSum {
                name,
                expected: expected.to_owned(),
                hasher: Hasher::Checksum(Box::new(ChecksumHasher {
                    crc64nvme: wanted("CRC64NVME").then(Default::default),
                    crc32c: wanted("CRC32C").then(Default::default),
                    crc32: wanted("CRC32").then(Default::default),
                    sha256: wanted("SHA256").then(s3s::crypto::Checksum::new),
                    sha1: wanted("SHA1").then(s3s::crypto::Checksum::new),
                })),
            });
        }
        let etag = etag.map(|etag| etag.trim_matches('"'));
        let is_md5 = |etag: &&str| {
            let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
            etag.len() == 32 && etag.bytes().all(hex)
        };
        etag.filter(is_md5)
            .filter(|_| by_md5)
            .map(|etag| ObjectSum {
                name: "MD5",
                expected: etag.to_owned(),
                hasher: Hasher::Md5(Md5::new()),
            })
    }

    pub fn add(&mut self, bytes: &[u8]) {
        match &mut self.hasher {
            Hasher::Checksum(hasher) => hasher.update(bytes),
            Hasher::Md5(hasher) => hasher.update(bytes),
        }
    }

    /// # Errors
    /// The bytes are others than S3 has.
    pub fn check(self) -> io::Result<()> {
        let found = match self.hasher {
            Hasher::Md5(hasher) => hex(&hasher.finalize()),
            Hasher::Checksum(hasher) => {
                let sums = hasher.finalize();
                let all = [
                    sums.checksum_crc64nvme,
                    sums.checksum_crc32c,
                    sums.checksum_crc32,
                    sums.checksum_sha256,
                    sums.checksum_sha1,
                ];
                all.into_iter().flatten().next().unwrap_or_default()
            }
        };
        match found == self.expected {
            true => Ok(()),
            false => Err(io::Error::other(format!(
                "it was damaged on the way: its {} is {found}, and S3 says {}",
                self.name, self.expected
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: SaidChecksums = [
        ("CRC64NVME", None),
        ("CRC32C", None),
        ("CRC32", None),
        ("SHA256", None),
        ("SHA1", None),
    ];

    fn checked(sum: Option<ObjectSum>, bytes: &[u8]) -> Option<Result<(), String>> {
        let mut sum = sum?;
        for piece in bytes.chunks(2) {
            sum.add(piece);
        }
        Some(sum.check().map_err(|error| error.to_string()))
    }

    #[test]
    fn the_bytes_have_to_come_to_what_is_said() {
        let etag = "\"900150983cd24fb0d6963f7d28e17f72\"";
        let of = |said, etag, by_md5| checked(ObjectSum::of(said, etag, by_md5), b"abc");
        assert_eq!(of(NONE, Some(etag), true), Some(Ok(())));
        assert_eq!(of(NONE, Some(etag), false), None);
        assert_eq!(
            of(NONE, Some("\"900150983cd24fb0d6963f7d28e17f72-2\""), true),
            None
        );
        let mut said = NONE;
        // The check value of CRC-32C for `123456789`.
        said[1].1 = Some("4waSgw==");
        assert_eq!(
            checked(ObjectSum::of(said, None, true), b"123456789"),
            Some(Ok(()))
        );
        assert_eq!(
            of(said, Some(etag), true),
            Some(Err(
                "it was damaged on the way: its CRC32C is Nks/tw==, and S3 says 4waSgw=="
                    .to_owned()
            ))
        );
        said[1].1 = Some("4waSgw==-3");
        assert_eq!(of(said, Some(etag), true), Some(Ok(())));
    }
}
