//! A cipher at work.

use openssl::cipher::Cipher;
use openssl::cipher_ctx::{CipherCtx, CipherCtxFlags};

use super::error::{
    UNSUPPORTED_STATE, invalid_iv, invalid_message_length, invalid_state, invalid_tag,
    invalid_tag_length,
};
use super::kind::{CipherKind, Mode};
use crate::host::crypto::error::{CryptoError, Result};

const DEFAULT_TAG_LENGTH: usize = 16;

/// The longest block that a cipher has.
const MAX_BLOCK: usize = 32;

/// A cipher at work.
pub struct Work {
    pub context: CipherCtx,
    mode: Mode,
    pub authenticated: bool,
    pub encrypts: bool,
    tag_length: Option<usize>,
    /// What the user gave to check the text by, until OpenSSL has it.
    tag: Option<Vec<u8>>,
    pub tag_given: bool,
    /// CCM finds out about a wrong tag at once, and Node tells at the end.
    forged: bool,
    max_message: usize,
}

impl Work {
    /// `name` is the one that the user gave.
    pub fn new(
        name: &str,
        kind: &CipherKind,
        encrypts: bool,
        key: &[u8],
        iv: Option<&[u8]>,
        tag_length: Option<usize>,
    ) -> Result<Work> {
        let wanted = kind.cipher.iv_length();
        match iv {
            None if wanted != 0 => return Err(invalid_iv()),
            Some(iv) if !kind.authenticated && iv.len() != wanted => return Err(invalid_iv()),
            Some(iv) if kind.mode == Mode::Stream && iv.len() > wanted => return Err(invalid_iv()),
            _ => {}
        }
        let mut work = Work {
            context: CipherCtx::new()?,
            mode: kind.mode,
            authenticated: kind.authenticated,
            encrypts,
            tag_length,
            tag: None,
            tag_given: false,
            forged: false,
            max_message: usize::MAX,
        };
        if kind.mode == Mode::Wrap {
            work.context.set_flags(CipherCtxFlags::FLAG_WRAP_ALLOW);
        }
        work.start(Some(&kind.cipher), None, None)?;
        if kind.authenticated {
            work.prepare_tag(name, iv.map_or(0, <[u8]>::len))?;
        }
        if key.len() != kind.cipher.key_length() {
            return Err(CryptoError::coded(
                "RangeError",
                "ERR_CRYPTO_INVALID_KEYLEN",
                "Invalid key length",
            ));
        }
        work.start(None, Some(key), iv)?;
        Ok(work)
    }

    fn start(
        &mut self,
        cipher: Option<&Cipher>,
        key: Option<&[u8]>,
        iv: Option<&[u8]>,
    ) -> Result<()> {
        let cipher = cipher.map(|cipher| &**cipher);
        if self.encrypts {
            self.context.encrypt_init(cipher, key, iv)?;
        } else {
            self.context.decrypt_init(cipher, key, iv)?;
        }
        Ok(())
    }

    /// Tells OpenSSL the lengths of IV and tag, which must come before the key.
    fn prepare_tag(&mut self, name: &str, iv_length: usize) -> Result<()> {
        self.context
            .set_iv_length(iv_length)
            .map_err(|_| invalid_iv())?;
        if self.mode == Mode::Gcm {
            return match self.tag_length {
                Some(length) if !is_gcm_tag_length(length) => Err(invalid_tag_length(length)),
                _ => Ok(()),
            };
        }
        if self.tag_length.is_none() && matches!(self.mode, Mode::Ccm | Mode::Ocb) {
            return Err(invalid_tag(format!("authTagLength required for {name}")));
        }
        let length = self.tag_length.unwrap_or(DEFAULT_TAG_LENGTH);
        if self.mode == Mode::Ccm {
            // The longer the IV, the fewer bytes are left to count the text's.
            self.max_message = match iv_length {
                13 => (1 << 16) - 1,
                12 => (1 << 24) - 1,
                _ => i32::MAX as usize,
            };
        }
        self.context
            .set_tag_length(length)
            .map_err(|_| invalid_tag_length(length))?;
        self.tag_length = Some(length);
        Ok(())
    }

    /// OpenSSL must have the tag before the text.
    fn pass_tag(&mut self) -> Result<()> {
        if let Some(tag) = self.tag.take() {
            self.context.set_tag(&tag)?;
        }
        Ok(())
    }

    pub fn associate(&mut self, data: &[u8], text_length: Option<usize>) -> Result<()> {
        if self.mode == Mode::Ccm {
            let Some(length) = text_length else {
                return Err(CryptoError::coded(
                    "TypeError",
                    "ERR_MISSING_ARGS",
                    "options.plaintextLength required for CCM mode with AAD",
                ));
            };
            if length > self.max_message {
                return Err(invalid_message_length());
            }
            self.pass_tag().map_err(|_| invalid_state("setAAD"))?;
            self.context.set_data_len(length)?;
        }
        self.context
            .cipher_update(data, None)
            .map_err(|_| invalid_state("setAAD"))?;
        Ok(())
    }

    pub fn expect_tag(&mut self, tag: &[u8]) -> Result<()> {
        let fits = match self.mode {
            Mode::Gcm => {
                self.tag_length.is_none_or(|length| length == tag.len())
                    && is_gcm_tag_length(tag.len())
            }
            _ => self.tag_length == Some(tag.len()),
        };
        if !fits {
            return Err(invalid_tag_length(tag.len()));
        }
        self.tag_length = Some(tag.len());
        self.tag = Some(tag.to_vec());
        self.tag_given = true;
        Ok(())
    }

    pub fn update(&mut self, data: &[u8], text: &mut [u8]) -> Result<u32> {
        if text.len() < data.len() + MAX_BLOCK {
            return Err(CryptoError::new("no room for the text"));
        }
        if data.len() > self.max_message.min(i32::MAX as usize) {
            return Err(invalid_message_length());
        }
        if !self.encrypts && self.authenticated {
            self.pass_tag()?;
        }
        match self.context.cipher_update(data, Some(text)) {
            Ok(length) => Ok(u32::try_from(length).unwrap_or_default()),
            Err(_) if self.mode == Mode::Ccm && !self.encrypts => {
                self.forged = true;
                Ok(0)
            }
            Err(stack) => Err(CryptoError::openssl_or(stack, UNSUPPORTED_STATE)),
        }
    }

    /// The rest of the text, and the tag of what was encrypted.
    pub fn finish(&mut self) -> Result<(Vec<u8>, Option<Vec<u8>>)> {
        let failure = if self.authenticated {
            "Unsupported state or unable to authenticate data"
        } else {
            "Unsupported state"
        };
        if !self.encrypts && self.authenticated {
            self.pass_tag().map_err(|_| CryptoError::new(failure))?;
        }
        if !self.encrypts && self.mode == Mode::Ccm {
            return if self.forged || !self.tag_given {
                Err(CryptoError::new(failure))
            } else {
                Ok((Vec::new(), None))
            };
        }
        let mut text = Vec::new();
        self.context
            .cipher_final_vec(&mut text)
            .map_err(|stack| CryptoError::openssl_or(stack, failure))?;
        let mut tag = None;
        if self.encrypts && self.authenticated {
            let mut bytes = vec![0; self.tag_length.unwrap_or(DEFAULT_TAG_LENGTH)];
            self.context.tag(&mut bytes)?;
            tag = Some(bytes);
        }
        Ok((text, tag))
    }
}

/// NIST SP 800-38D, section 5.2.1.2.
fn is_gcm_tag_length(length: usize) -> bool {
    matches!(length, 4 | 8 | 12..=16)
}
