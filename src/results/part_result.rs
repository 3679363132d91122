//! The result of one part, as it is written: gzipped JSON, by whose checksum a torn one is known.

use std::io::{self, Read, Write};

use flate2::read::GzDecoder;
use flate2::{Compression, GzBuilder};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::head::ResultHead;
use crate::secrets::Secrets;

/// The result of one part.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PartResult<S> {
    pub head: ResultHead,
    /// What came of its inputs.
    pub summary: S,
}

/// What is read before the rest.
#[derive(Deserialize)]
struct OnlyHead {
    head: ResultHead,
}

/// Why bytes are no result.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoResult {
    #[error("{0}")]
    Torn(#[from] io::Error),
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    #[error("it is none that this segfn can read")]
    Other,
}

impl<S: Serialize> PartResult<S> {
    /// The bytes, without `secrets`. The same result has the same ones.
    ///
    /// # Errors
    /// None that is known of: all of it has a JSON form, and is written to memory.
    pub fn to_bytes(&self, secrets: &Secrets) -> io::Result<Vec<u8>> {
        let mut json = serde_json::to_vec(self)?;
        json.push(b'\n');
        let json = secrets.redact_json(&json);
        // Neither a time nor the system's name is in it.
        let mut gzip = GzBuilder::new()
            .mtime(0)
            .write(Vec::new(), Compression::default());
        gzip.write_all(&json)?;
        gzip.finish()
    }
}

/// A result that has been unpacked, of which only the head is known.
pub(super) struct Unpacked {
    pub head: ResultHead,
    json: Vec<u8>,
}

impl Unpacked {
    pub fn new(bytes: &[u8]) -> Result<Unpacked, NoResult> {
        let mut json = Vec::new();
        GzDecoder::new(bytes).read_to_end(&mut json)?;
        let OnlyHead { head } = serde_json::from_slice(&json)?;
        match head.is_known() {
            true => Ok(Unpacked { head, json }),
            false => Err(NoResult::Other),
        }
    }

    pub fn summary<S: DeserializeOwned>(&self) -> Result<S, NoResult> {
        let result: PartResult<S> = serde_json::from_slice(&self.json)?;
        Ok(result.summary)
    }
}
