//! The key by which pseudonyms are chosen, and where it is kept: never in a repository.

use std::env;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::pseudonyms::key_error::KeyError;
use crate::random::{Random, Use};
use crate::text::hex;
use crate::user_files;

/// Holds the key itself, for machines that have no folder of a user's.
const VARIABLE: &str = "SEGFN_PSEUDONYM_KEY";

/// Its name in the user's folder of data.
const FILE: &str = "segfn/pseudonym.key";

/// 32 bytes by which pseudonyms are chosen. Who has it can find out whom they stand for.
#[derive(Clone)]
pub struct PseudonymKey([u8; 32]);

/// A key, and the file that was made for it.
pub struct OpenedKey {
    pub key: PseudonymKey,
    /// Where the key is now, if there was none before.
    pub made: Option<PathBuf>,
}

impl PseudonymKey {
    /// The key of the variable `SEGFN_PSEUDONYM_KEY`, or else of the file in the user's folder of data, which
    /// is made if it isn't there.
    ///
    /// # Errors
    /// What is there is no key, others can read it, or the file can't be read or written.
    pub fn open() -> Result<OpenedKey, KeyError> {
        if let Some(text) = env::var_os(VARIABLE).filter(|text| !text.is_empty()) {
            let key = text.to_str().and_then(PseudonymKey::parse);
            let key = key.ok_or(KeyError::Variable { variable: VARIABLE })?;
            return Ok(OpenedKey { key, made: None });
        }
        let path = user_files::data_folder()
            .ok_or(KeyError::NoFolder)?
            .join(FILE);
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                refuse_open(&path)?;
                let key = PseudonymKey::parse(&text).ok_or(KeyError::File(path))?;
                Ok(OpenedKey { key, made: None })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => PseudonymKey::make(path),
            Err(source) => Err(KeyError::Read { path, source }),
        }
    }

    fn make(path: PathBuf) -> Result<OpenedKey, KeyError> {
        let mut bytes = [0; 32];
        let filled = Random::default().fill(Use::Crypto, &mut bytes);
        let text = format!("{}\n", hex(&bytes));
        match filled.and_then(|()| user_files::create(&path, text.as_bytes())) {
            Ok(()) => Ok(OpenedKey {
                key: PseudonymKey(bytes),
                made: Some(path),
            }),
            // Another segfn was faster.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => PseudonymKey::open(),
            Err(source) => Err(KeyError::Write { path, source }),
        }
    }

    fn parse(text: &str) -> Option<PseudonymKey> {
        let text = text.trim();
        let digits: Option<Vec<u8>> = text
            .chars()
            .map(|char| char.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
            .collect();
        let digits = digits.filter(|digits| digits.len() == 64)?;
        let mut key = [0; 32];
        for (byte, pair) in key.iter_mut().zip(digits.chunks(2)) {
            *byte = pair[0] << 4 | pair[1];
        }
        Some(PseudonymKey(key))
    }

    /// A number that `text` has under this key, and under the name of a use.
    pub(super) fn number(&self, purpose: &str, text: &[u8]) -> u64 {
        // A key of any length will do.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            return 0;
        };
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(text);
        let digest = mac.finalize().into_bytes();
        let mut first = [0; 8];
        first.copy_from_slice(&digest[..8]);
        u64::from_be_bytes(first)
    }
}

/// Without the key, which must not be shown.
impl fmt::Debug for PseudonymKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PseudonymKey")
    }
}

fn refuse_open(path: &Path) -> Result<(), KeyError> {
    match user_files::is_open_to_others(path) {
        Ok(false) => Ok(()),
        Ok(true) => Err(KeyError::Open(path.to_owned())),
        Err(source) => Err(KeyError::Read {
            path: path.to_owned(),
            source,
        }),
    }
}

#[cfg(test)]
impl PseudonymKey {
    /// A key for tests.
    pub(super) fn of(byte: u8) -> PseudonymKey {
        PseudonymKey([byte; 32])
    }
}
