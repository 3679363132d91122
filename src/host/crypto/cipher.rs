//! Symmetric ciphers, in the states that Node's Cipheriv and Decipheriv have.

use std::cell::RefCell;

use deno_core::GarbageCollected;
use deno_core::convert::Uint8Array;
use deno_core::op2;
use deno_core::v8;
use openssl::cipher::Cipher;
use openssl::cipher_ctx::CipherCtx;
use openssl::cipher_ctx::CipherCtxFlags;
use openssl::nid::Nid;
use openssl::symm;
use serde::Serialize;

use super::error::CryptoError;
use super::error::Result;

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Mode {
    Cbc,
    Ccm,
    Cfb,
    Ctr,
    Ecb,
    Gcm,
    Ocb,
    Ofb,
    Stream,
    Wrap,
    Xts,
}

/// A cipher by any of its names, and the mode that its main name tells.
struct Kind {
    cipher: Cipher,
    /// OpenSSL's short one, which Node shows.
    name: String,
    mode: Mode,
    /// Encrypts and authenticates at once.
    authenticated: bool,
}

fn find(name: &str) -> Option<Kind> {
    if name.contains('\0') {
        return None;
    }
    let cipher = Cipher::fetch(None, name, None).ok()?;
    let lower = cipher.nid().long_name().ok()?.to_ascii_lowercase();
    let mode = match lower.as_str() {
        "chacha20" | "chacha20-poly1305" => Mode::Stream,
        "des-ede" | "des-ede3" => Mode::Ecb,
        _ if lower.contains("-wrap") || lower.ends_with("3deswrap") => Mode::Wrap,
        _ => lower.split('-').skip(1).find_map(|part| {
            Some(match part {
                "cbc" => Mode::Cbc,
                "ccm" => Mode::Ccm,
                "cfb" | "cfb1" | "cfb8" => Mode::Cfb,
                "ctr" => Mode::Ctr,
                "ecb" => Mode::Ecb,
                "gcm" => Mode::Gcm,
                "ocb" => Mode::Ocb,
                "ofb" => Mode::Ofb,
                "xts" => Mode::Xts,
                _ => return None,
            })
        })?,
    };
    let authenticated =
        matches!(mode, Mode::Ccm | Mode::Gcm | Mode::Ocb) || lower == "chacha20-poly1305";
    Some(Kind {
        name: cipher.nid().short_name().ok()?.to_ascii_lowercase(),
        cipher,
        mode,
        authenticated,
    })
}

/// The cipher that encrypts an exported key.
pub fn for_keys(name: &str) -> Option<symm::Cipher> {
    symm::Cipher::from_nid(find(name)?.cipher.nid())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Info {
    mode: Mode,
    name: String,
    nid: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    block_size: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iv_length: Option<usize>,
    key_length: usize,
}

/// What Node's getCipherInfo gives; nothing where the wanted lengths don't fit.
#[op2]
#[serde]
pub fn op_crypto_cipher_info(
    #[string] name: &str,
    key_length: i32,
    iv_length: i32,
) -> Option<Info> {
    // A number is one of OpenSSL's.
    let kind = match name.parse() {
        Ok(number) => find(Nid::from_raw(number).long_name().ok()?)?,
        Err(_) => find(name)?,
    };
    let given = |length: i32| usize::try_from(length).ok();
    if given(key_length).is_some_and(|length| length != kind.cipher.key_length()) {
        return None;
    }
    let mut ivs = kind.cipher.iv_length();
    if let Some(length) = given(iv_length) {
        let mut context = CipherCtx::new().ok()?;
        context.encrypt_init(Some(&kind.cipher), None, None).ok()?;
        let fits = match kind.mode {
            Mode::Ccm => (7..=13).contains(&length),
            _ if kind.authenticated => context.set_iv_length(length).is_ok(),
            _ => length == ivs,
        };
        if !fits {
            return None;
        }
        ivs = length;
    }
    Some(Info {
        mode: kind.mode,
        name: kind.name,
        nid: kind.cipher.nid().as_raw(),
        block_size: (kind.mode != Mode::Stream).then(|| kind.cipher.block_size()),
        iv_length: (ivs != 0).then_some(ivs),
        key_length: kind.cipher.key_length(),
    })
}

/// A cipher at work.
struct Work {
    context: CipherCtx,
    mode: Mode,
    authenticated: bool,
    encrypts: bool,
    tag_length: Option<usize>,
    /// What the user gave to check the text by, until OpenSSL has it.
    tag: Option<Vec<u8>>,
    tag_given: bool,
    /// CCM finds out about a wrong tag at once, and Node tells at the end.
    forged: bool,
    max_message: usize,
}

enum State {
    Working(Box<Work>),
    /// With the tag of what was encrypted.
    Finished(Option<Vec<u8>>),
}

pub struct Running(RefCell<State>);

// SAFETY: it holds nothing that V8 would have to trace.
unsafe impl GarbageCollected for Running {
    fn trace(&self, _visitor: &mut v8::cppgc::Visitor) {}

    fn get_name(&self) -> &'static std::ffi::CStr {
        c"SegfnCipher"
    }
}

/// `tag_length` is negative where the user gave none.
#[op2]
#[cppgc]
pub fn op_crypto_cipher_new(
    #[string] name: &str,
    encrypts: bool,
    #[buffer] key: &[u8],
    #[buffer] iv: Option<&[u8]>,
    tag_length: i32,
) -> Result<Running> {
    let kind = find(name).ok_or_else(|| {
        CryptoError::coded("Error", "ERR_CRYPTO_UNKNOWN_CIPHER", "Unknown cipher")
    })?;
    let tag_length = usize::try_from(tag_length).ok();
    if tag_length.is_none() && matches!(kind.mode, Mode::Ccm | Mode::Ocb) {
        return Err(invalid_tag(format!("authTagLength required for {name}")));
    }
    let work = Work::new(&kind, encrypts, key, iv, tag_length)?;
    Ok(Running(RefCell::new(State::Working(Box::new(work)))))
}

/// Writes into `text`, which has room for a block more than `data`, and tells how much. It is
/// JavaScript's memory, because that is counted.
#[op2(fast)]
#[smi]
pub fn op_crypto_cipher_update(
    #[cppgc] running: &Running,
    #[buffer] data: &[u8],
    #[buffer] text: &mut [u8],
) -> Result<u32> {
    match &mut *running.0.borrow_mut() {
        State::Working(work) => work.update(data, text),
        State::Finished(_) => Err(CryptoError::new(UNSUPPORTED_STATE)),
    }
}

#[op2]
pub fn op_crypto_cipher_final(#[cppgc] running: &Running) -> Result<Uint8Array> {
    let state = running.0.replace(State::Finished(None));
    match state {
        State::Working(mut work) => {
            let (text, tag) = work.finish()?;
            running.0.replace(State::Finished(tag));
            Ok(text.into())
        }
        State::Finished(tag) => {
            running.0.replace(State::Finished(tag));
            Err(CryptoError::coded(
                "Error",
                "ERR_CRYPTO_INVALID_STATE",
                "Invalid state",
            ))
        }
    }
}

/// `text_length` is negative where the user gave none.
#[op2(fast)]
pub fn op_crypto_cipher_aad(
    #[cppgc] running: &Running,
    #[buffer] data: &[u8],
    text_length: i32,
) -> Result<()> {
    match &mut *running.0.borrow_mut() {
        State::Working(work) if work.authenticated => {
            work.associate(data, usize::try_from(text_length).ok())
        }
        _ => Err(invalid_state("setAAD")),
    }
}

#[op2]
pub fn op_crypto_cipher_tag(#[cppgc] running: &Running) -> Result<Uint8Array> {
    match &*running.0.borrow() {
        State::Finished(Some(tag)) => Ok(tag.clone().into()),
        _ => Err(invalid_state("getAuthTag")),
    }
}

#[op2(fast)]
pub fn op_crypto_cipher_set_tag(#[cppgc] running: &Running, #[buffer] tag: &[u8]) -> Result<()> {
    match &mut *running.0.borrow_mut() {
        State::Working(work) if work.authenticated && !work.encrypts && !work.tag_given => {
            work.expect_tag(tag)
        }
        _ => Err(invalid_state("setAuthTag")),
    }
}

#[op2(fast)]
pub fn op_crypto_cipher_padding(#[cppgc] running: &Running, padding: bool) -> Result<()> {
    match &mut *running.0.borrow_mut() {
        State::Working(work) => {
            work.context.set_padding(padding);
            Ok(())
        }
        State::Finished(_) => Err(invalid_state("setAutoPadding")),
    }
}

fn invalid_state(operation: &str) -> CryptoError {
    CryptoError::coded(
        "Error",
        "ERR_CRYPTO_INVALID_STATE",
        format!("Invalid state for operation {operation}"),
    )
}

fn invalid_iv() -> CryptoError {
    CryptoError::coded(
        "TypeError",
        "ERR_CRYPTO_INVALID_IV",
        "Invalid initialization vector",
    )
}

fn invalid_tag(message: impl Into<String>) -> CryptoError {
    CryptoError::coded("TypeError", "ERR_CRYPTO_INVALID_AUTH_TAG", message.into())
}

fn invalid_tag_length(length: usize) -> CryptoError {
    invalid_tag(format!("Invalid authentication tag length: {length}"))
}

fn invalid_message_length() -> CryptoError {
    CryptoError::coded(
        "RangeError",
        "ERR_CRYPTO_INVALID_MESSAGELEN",
        "Invalid message length",
    )
}

/// NIST SP 800-38D, section 5.2.1.2.
fn is_gcm_tag_length(length: usize) -> bool {
    matches!(length, 4 | 8 | 12..=16)
}

const UNSUPPORTED_STATE: &str = "Trying to add data in unsupported state";
const DEFAULT_TAG_LENGTH: usize = 16;
/// The longest block that a cipher has.
const MAX_BLOCK: usize = 32;

impl Work {
    fn new(
        kind: &Kind,
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
            work.prepare_tag(iv.map_or(0, <[u8]>::len))?;
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
    fn prepare_tag(&mut self, iv_length: usize) -> Result<()> {
        self.context
            .set_iv_length(iv_length)
            .map_err(|_| invalid_iv())?;
        if self.mode == Mode::Gcm {
            return match self.tag_length {
                Some(length) if !is_gcm_tag_length(length) => Err(invalid_tag_length(length)),
                _ => Ok(()),
            };
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

    fn associate(&mut self, data: &[u8], text_length: Option<usize>) -> Result<()> {
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

    fn expect_tag(&mut self, tag: &[u8]) -> Result<()> {
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

    fn update(&mut self, data: &[u8], text: &mut [u8]) -> Result<u32> {
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
            Err(stack) => Err(CryptoError::openssl_or(&stack, UNSUPPORTED_STATE)),
        }
    }

    /// The rest of the text, and the tag of what was encrypted.
    fn finish(&mut self) -> Result<(Vec<u8>, Option<Vec<u8>>)> {
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
            .map_err(|stack| CryptoError::openssl_or(&stack, failure))?;
        let mut tag = None;
        if self.encrypts && self.authenticated {
            let mut bytes = vec![0; self.tag_length.unwrap_or(DEFAULT_TAG_LENGTH)];
            self.context.tag(&mut bytes)?;
            tag = Some(bytes);
        }
        Ok((text, tag))
    }
}
