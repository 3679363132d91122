//! Bodies: they are kept decoded, and replayed as they were.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::coding::{Coding, GZIP};

/// A body that was compressed again and again is decoded this often at most.
const LAYERS: usize = 4;

/// A body, decoded so that people and rules can read it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Payload {
    pub bytes: Bytes,
    /// How it was encoded on its way, the outermost last.
    pub codings: Vec<Coding>,
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cassette::MAX_SIZE;

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
