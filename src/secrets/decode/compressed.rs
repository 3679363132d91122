//! Compressed bytes.

use std::io::Read;

/// As much is looked into.
const MOST: u64 = 4 << 20;

/// What gzip or zlib's format holds, as far as it can be read; `None` when `bytes` are neither.
pub fn decompressed(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::new();
    let read = match bytes {
        [0x1f, 0x8b, 8, ..] => flate2::read::MultiGzDecoder::new(bytes)
            .take(MOST)
            .read_to_end(&mut plain),
        [0x78, second, ..] if (0x7800 + u32::from(*second)).is_multiple_of(31) => {
            flate2::read::ZlibDecoder::new(bytes)
                .take(MOST)
                .read_to_end(&mut plain)
        }
        _ => return None,
    };
    // What follows the compressed bytes, or what is missing of them, is an error after all was read.
    drop(read);
    (!plain.is_empty()).then_some(plain)
}
