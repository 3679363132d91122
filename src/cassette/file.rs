//! Reads and writes the files of cassettes.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::cassette::Cassette;
use super::error::CassetteError;
use super::har::{Har, HarRequest, Versions};
use super::limits::{MAX_SIZE, VERSION};
use super::recorded_exchange::Request;
use crate::text::decode;

impl Cassette {
    /// Reads a HAR file: one that segfn wrote, or one that a browser's developer tools saved.
    pub fn read(path: &Path) -> Result<Cassette, CassetteError> {
        let text = text_of(path)?;
        // First of all, so that a newer form's differences aren't taken for damage.
        if let Ok(versions) = serde_json::from_str::<Versions>(&text)
            && let Some(version) = versions.segfn()
            && version > VERSION
        {
            return Err(CassetteError::Newer {
                path: path.to_owned(),
                version,
            });
        }
        let har: Har = serde_json::from_str(&text).map_err(|error| {
            let place = crate::text::place_of(&text, &error);
            CassetteError::Json {
                path: path.to_owned(),
                line: place.line as usize,
                column: place.column as usize,
                problem: crate::text::problem_of(&text, &error),
                source: error,
            }
        })?;
        har.read().map_err(|(entry, source)| CassetteError::Entry {
            path: path.to_owned(),
            entry,
            source,
        })
    }

    /// Writes the file. It appears as a whole: whatever happens meanwhile, what was there before is
    /// either untouched or replaced.
    pub fn write(&self, path: &Path) -> Result<(), CassetteError> {
        crate::files::replace(path, &self.to_bytes()).map_err(|source| CassetteError::Write {
            path: path.to_owned(),
            source,
        })
    }

    /// The file's content.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Nothing in it can't be JSON, so this does not fail.
        let mut bytes = serde_json::to_vec_pretty(&Har::new(self)).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }
}

/// In the form of the file.
impl Serialize for Cassette {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Har::new(self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Cassette {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Cassette, D::Error> {
        let har = Har::deserialize(deserializer)?;
        har.read().map_err(|(_, source)| D::Error::custom(source))
    }
}

/// In the form of an entry's.
impl Serialize for Request {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        HarRequest::new(self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Request {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Request, D::Error> {
        let request = HarRequest::deserialize(deserializer)?;
        request.read(true).map_err(D::Error::custom)
    }
}

fn text_of(path: &Path) -> Result<String, CassetteError> {
    let failed = |source| CassetteError::Read {
        path: path.to_owned(),
        source,
    };
    // Opening a pipe would wait for its other end.
    let metadata = std::fs::metadata(path).map_err(failed)?;
    if !metadata.is_file() {
        return Err(CassetteError::NotAFile(path.to_owned()));
    }
    let too_large = |size| CassetteError::TooLarge {
        path: path.to_owned(),
        size,
    };
    // In JSON and base64, what was recorded takes more room than it had.
    let limit = MAX_SIZE * 2;
    if metadata.len() > limit {
        return Err(too_large(metadata.len()));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(failed)?;
    file.take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() as u64 > limit {
        return Err(too_large(bytes.len() as u64));
    }
    decode(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        CassetteError::NotUtf8 {
            path: path.to_owned(),
            line: valid.iter().filter(|byte| **byte == b'\n').count() + 1,
            source: error.utf8_error(),
        }
    })
}
