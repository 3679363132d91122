//! Content codings: bodies are kept decoded, and replayed as they were.

use std::io::Read;
use std::io::Write;

use bytes::Bytes;
use serde::Deserialize;
use serde::Serialize;

use super::MAX_SIZE;
use super::Payload;

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
const GZIP: [u8; 3] = [0x1f, 0x8b, 8];

/// Bodies that are compressed again and again are taken apart so often.
const LAYERS: usize = 4;

impl Payload {
    /// `bytes`, decoded as `content_encoding` says; a body that is gzip without saying so is, too.
    /// What isn't what the header says is kept as it came.
    pub fn decode(bytes: Bytes, content_encoding: Option<&str>) -> Payload {
        let mut payload = Payload {
            bytes,
            codings: Vec::new(),
        };
        let named = content_encoding.unwrap_or_default().rsplit(',');
        for name in named.map(|name| name.trim().to_ascii_lowercase()) {
            let tried: &[Coding] = match name.as_str() {
                "gzip" | "x-gzip" => &[Coding::Gzip],
                "deflate" => &[Coding::Deflate, Coding::DeflateRaw],
                "br" => &[Coding::Br],
                _ => &[],
            };
            let fits = tried.iter().any(|coding| payload.peel(*coding));
            if !fits && name != "identity" {
                break;
            }
        }
        while payload.codings.len() < LAYERS
            && payload.bytes.starts_with(&GZIP)
            && payload.peel(Coding::Gzip)
        {}
        payload
    }

    /// Takes one coding off, if it is one.
    fn peel(&mut self, coding: Coding) -> bool {
        if self.codings.len() == LAYERS || self.bytes.is_empty() {
            return false;
        }
        let Some(decoded) = coding.decode(&self.bytes) else {
            return false;
        };
        self.bytes = decoded.into();
        self.codings.insert(0, coding);
        true
    }

    /// As it goes over a connection.
    pub fn encoded(&self) -> Bytes {
        let mut bytes = self.bytes.clone();
        for coding in &self.codings {
            bytes = coding.encode(&bytes).into();
        }
        bytes
    }
}

impl Coding {
    /// `None` when `bytes` aren't that, or are more than anybody wants to read.
    fn decode(self, bytes: &[u8]) -> Option<Vec<u8>> {
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
    fn encode(self, bytes: &[u8]) -> Vec<u8> {
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

/// What of gzip data can be read, and whether it is more than is read; `None` for what is no gzip.
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

/// As gzip data, always the same for the same bytes.
pub(super) fn gzip(bytes: &[u8]) -> Bytes {
    Coding::Gzip.encode(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_decoded_can_be_encoded_again() {
        let plain = Bytes::from("text ".repeat(1000));
        for (coding, name) in [
            (Coding::Gzip, "gzip"),
            (Coding::Deflate, "deflate"),
            (Coding::DeflateRaw, "deflate"),
            (Coding::Br, "br"),
        ] {
            let sent: Bytes = coding.encode(&plain).into();
            let payload = Payload::decode(sent.clone(), Some(name));
            assert_eq!(payload.bytes, plain, "{name}");
            assert_eq!(payload.codings, [coding]);
            assert_eq!(payload.encoded(), sent);
        }
        let twice: Bytes = Coding::Br.encode(&Coding::Gzip.encode(&plain)).into();
        let payload = Payload::decode(twice.clone(), Some("gzip, br"));
        assert_eq!(payload.codings, [Coding::Gzip, Coding::Br]);
        assert_eq!(
            (payload.bytes.clone(), payload.encoded()),
            (plain.clone(), twice)
        );
        let unsaid = Payload::decode(Coding::Gzip.encode(&plain).into(), None);
        assert_eq!((unsaid.bytes, unsaid.codings), (plain, vec![Coding::Gzip]));
    }

    #[test]
    fn what_is_no_gzip_is_let_be() {
        let payload = Payload::decode(Bytes::from_static(b"{}"), Some("gzip"));
        assert_eq!((&payload.bytes[..], payload.codings.len()), (&b"{}"[..], 0));
    }

    #[test]
    fn a_bomb_stays_closed() {
        let bomb = Coding::Gzip.encode(&vec![0; (MAX_SIZE + 1) as usize]);
        assert!(
            Payload::decode(bomb.into(), Some("gzip"))
                .codings
                .is_empty()
        );
    }
}
