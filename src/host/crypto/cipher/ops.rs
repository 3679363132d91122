//! The operations of Cipheriv and Decipheriv.

use std::cell::RefCell;

use crate::host::budget::Reserved;
use crate::host::bytes::CountedBytes;
use deno_core::{GarbageCollected, op2, v8};

use super::error::{UNSUPPORTED_STATE, invalid_state};
use super::kind::CipherKind;
use super::work::Work;
use crate::host::crypto::error::{CryptoError, Result};

enum State {
    Working(Box<Work>),
    /// With the tag of what was encrypted.
    Finished(Option<Vec<u8>>),
}

/// A cipher that JavaScript holds.
pub struct CipherHandle {
    state: RefCell<State>,
    _reserved: Reserved,
}

/// About what OpenSSL holds for a cipher, in bytes.
const CIPHER: usize = 2048;

// SAFETY: it holds nothing that V8 would have to trace.
unsafe impl GarbageCollected for CipherHandle {
    fn trace(&self, _visitor: &mut v8::cppgc::Visitor) {}

    fn get_name(&self) -> &'static std::ffi::CStr {
        c"SegfnCipher"
    }
}

/// `tag_length` is negative where the user gave none.
#[op2]
#[cppgc]
pub fn op_crypto_cipher_new(
    scope: &mut v8::PinScope<'_, '_>,
    #[string] name: &str,
    encrypts: bool,
    #[buffer] key: &[u8],
    #[buffer] iv: Option<&[u8]>,
    tag_length: i32,
) -> Result<CipherHandle> {
    let kind = CipherKind::find(name).ok_or_else(|| {
        CryptoError::coded("Error", "ERR_CRYPTO_UNKNOWN_CIPHER", "Unknown cipher")
    })?;
    let tag_length = usize::try_from(tag_length).ok();
    let work = Work::new(name, &kind, encrypts, key, iv, tag_length)?;
    Ok(CipherHandle {
        state: RefCell::new(State::Working(Box::new(work))),
        _reserved: Reserved::new(scope, CIPHER)
            .map_err(|error| CryptoError::new(error.to_string()))?,
    })
}

/// Writes into `text`, which has room for a block more than `data`, and tells how much. It is
/// JavaScript's memory, because that is counted.
#[op2(fast)]
#[smi]
pub fn op_crypto_cipher_update(
    #[cppgc] cipher: &CipherHandle,
    #[buffer] data: &[u8],
    #[buffer] text: &mut [u8],
) -> Result<u32> {
    match &mut *cipher.state.borrow_mut() {
        State::Working(work) => work.update(data, text),
        State::Finished(_) => Err(CryptoError::new(UNSUPPORTED_STATE)),
    }
}

#[op2]
pub fn op_crypto_cipher_final(#[cppgc] cipher: &CipherHandle) -> Result<CountedBytes> {
    let state = cipher.state.replace(State::Finished(None));
    match state {
        State::Working(mut work) => {
            let (text, tag) = work.finish()?;
            cipher.state.replace(State::Finished(tag));
            Ok(text.into())
        }
        State::Finished(tag) => {
            cipher.state.replace(State::Finished(tag));
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
    #[cppgc] cipher: &CipherHandle,
    #[buffer] data: &[u8],
    text_length: i32,
) -> Result<()> {
    match &mut *cipher.state.borrow_mut() {
        State::Working(work) if work.authenticated => {
            work.associate(data, usize::try_from(text_length).ok())
        }
        _ => Err(invalid_state("setAAD")),
    }
}

#[op2]
pub fn op_crypto_cipher_tag(#[cppgc] cipher: &CipherHandle) -> Result<CountedBytes> {
    match &*cipher.state.borrow() {
        State::Finished(Some(tag)) => Ok(tag.clone().into()),
        _ => Err(invalid_state("getAuthTag")),
    }
}

#[op2(fast)]
pub fn op_crypto_cipher_set_tag(
    #[cppgc] cipher: &CipherHandle,
    #[buffer] tag: &[u8],
) -> Result<()> {
    match &mut *cipher.state.borrow_mut() {
        State::Working(work) if work.authenticated && !work.encrypts && !work.tag_given => {
            work.expect_tag(tag)
        }
        _ => Err(invalid_state("setAuthTag")),
    }
}

#[op2(fast)]
pub fn op_crypto_cipher_padding(#[cppgc] cipher: &CipherHandle, padding: bool) -> Result<()> {
    match &mut *cipher.state.borrow_mut() {
        State::Working(work) => {
            work.context.set_padding(padding);
            Ok(())
        }
        State::Finished(_) => Err(invalid_state("setAutoPadding")),
    }
}
