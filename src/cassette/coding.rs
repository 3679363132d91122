//! Content codings.

use std::io::{Read, Write};

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::limits::MAX_SIZE;

/// How a body is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Coding {
    Gzip,
    Deflate,
    /// What some servers mean by `deflate`: without zlib's frame.
    #[serde(rename = "deflate-raw")]
    DeflateRaw,
    Br,
}

/// gzip's magic number and its only method.
pub(super) const GZIP: [u8; 3] = [0x1f, 0x8b, 8];

impl Coding {
    /// `None` when `bytes` aren't that, or are more than anybody wants to read.
    pub(super) fn decode(self, bytes: &[u8]) -> Option<Vec<u8>> {
        let mut decoded = Vec::new();
        let limit = MAX_SIZE + 1;
        let read = match self {
            Coding::Gzip => flate2::read::MultiGzDecoder::new(bytes)
                .take(limit)
                .read_to_end(&mut decoded),
            Coding::Deflate => flate2::read::ZlibDecoder::new(bytes)
                .take(limit)
                .read_to_end(&mut decoded),
            Coding::DeflateRaw => flate2::read::DeflateDecoder::new(bytes)
                .take(limit)
                .read_to_end(&mut decoded),
            Coding::Br => brotli::Decompressor::new(bytes, 4096)
                .take(limit)
                .read_to_end(&mut decoded),
        };
        read.ok()?;
        (decoded.len() as u64 <= MAX_SIZE).then_some(decoded)
    }

    /// Always the same for the same bytes.
    pub(super) fn encode(self, bytes: &[u8]) -> Vec<u8> {
        let level = flate2::Compression::default();
        let written = match self {
            Coding::Gzip => {
                let mut encoder = flate2::write::GzEncoder::new(Vec::new(), level);
                encoder.write_all(bytes).and_then(|()| encoder.finish())
            }
            Coding::Deflate => {
                let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), level);
                encoder.write_all(bytes).and_then(|()| encoder.finish())
            }
            Coding::DeflateRaw => {
                let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), level);
                encoder.write_all(bytes).and_then(|()| encoder.finish())
            }
            Coding::Br => {
                let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, 5, 22);
                encoder
                    .write_all(bytes)
                    .and_then(|()| encoder.flush())
                    .map(|()| encoder.into_inner())
            }
        };
        // Writing into memory does not fail.
        written.unwrap_or_default()
    }
}

/// As much of gzip data as can be read, and whether it was cut at [`MAX_SIZE`]. `None` when the bytes
/// aren't gzip data.
pub(super) fn gunzip(bytes: &[u8]) -> Option<(Vec<u8>, bool)> {
    if !bytes.starts_with(&GZIP) {
        return None;
    }
    let mut decoded = Vec::new();
    let mut decoder = flate2::read::MultiGzDecoder::new(bytes).take(MAX_SIZE);
    // What comes after damage can't be read by anybody.
    let _ = decoder.read_to_end(&mut decoded);
    let cut = decoded.len() as u64 == MAX_SIZE;
    Some((decoded, cut))
}

/// The bytes as gzip data. Equal bytes give equal data.
pub(super) fn gzip(bytes: &[u8]) -> Bytes {
    Coding::Gzip.encode(bytes).into()
}
