//! Hashes, HMAC and random bytes for js/node/crypto.js, by RustCrypto.

use std::cell::RefCell;

use deno_core::GarbageCollected;
use deno_core::convert::Uint8Array;
use deno_core::op2;
use deno_core::v8;
use deno_error::JsErrorBox;
use hmac::Hmac;
use hmac::KeyInit;
use hmac::Mac;
use sha2::Digest;
use subtle::ConstantTimeEq;

deno_core::extension!(
    segfn_crypto,
    ops = [
        op_crypto_hash_text,
        op_crypto_hash,
        op_crypto_hmac,
        op_crypto_hash_new,
        op_crypto_hmac_new,
        op_crypto_update,
        op_crypto_digest,
        op_crypto_copy,
        op_crypto_random,
        op_crypto_equal
    ]
);

/// The digest of `text` in UTF-8.
#[op2]
fn op_crypto_hash_text(
    #[string] algorithm: &str,
    #[string] text: &str,
) -> Result<Uint8Array, JsErrorBox> {
    hash(algorithm, text.as_bytes())
}

#[op2]
fn op_crypto_hash(
    #[string] algorithm: &str,
    #[buffer] data: &[u8],
) -> Result<Uint8Array, JsErrorBox> {
    hash(algorithm, data)
}

#[op2]
fn op_crypto_hmac(
    #[string] algorithm: &str,
    #[buffer] key: &[u8],
    #[buffer] data: &[u8],
) -> Result<Uint8Array, JsErrorBox> {
    let mut state = new_state(algorithm, Some(key))?;
    state.update(data);
    Ok(state.finish().into())
}

fn hash(algorithm: &str, data: &[u8]) -> Result<Uint8Array, JsErrorBox> {
    let mut state = new_state(algorithm, None)?;
    state.update(data);
    Ok(state.finish().into())
}

/// A hash or HMAC in the making. JavaScript knows its algorithm only by name.
trait State {
    fn update(&mut self, data: &[u8]);
    fn finish(self: Box<Self>) -> Vec<u8>;
    fn copy(&self) -> Box<dyn State>;
}

#[derive(Clone)]
struct Hash<D>(D);

impl<D: Digest + Clone + 'static> State for Hash<D> {
    fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }

    fn finish(self: Box<Self>) -> Vec<u8> {
        self.0.finalize().to_vec()
    }

    fn copy(&self) -> Box<dyn State> {
        Box::new(self.clone())
    }
}

#[derive(Clone)]
struct Keyed<M>(M);

impl<M: Mac + Clone + 'static> State for Keyed<M> {
    fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }

    fn finish(self: Box<Self>) -> Vec<u8> {
        self.0.finalize().into_bytes().to_vec()
    }

    fn copy(&self) -> Box<dyn State> {
        Box::new(self.clone())
    }
}

/// Makes the state for an algorithm under OpenSSL's plain name; with a key, of its HMAC.
fn new_state(algorithm: &str, key: Option<&[u8]>) -> Result<Box<dyn State>, JsErrorBox> {
    macro_rules! state {
        ($digest:ty) => {
            match key {
                None => Box::new(Hash(<$digest>::new())) as Box<dyn State>,
                Some(key) => Box::new(Keyed(
                    <Hmac<$digest> as KeyInit>::new_from_slice(key)
                        .map_err(|error| JsErrorBox::generic(error.to_string()))?,
                )),
            }
        };
    }
    Ok(match algorithm {
        "md5" => state!(md5::Md5),
        "sha1" => state!(sha1::Sha1),
        "sha224" => state!(sha2::Sha224),
        "sha256" => state!(sha2::Sha256),
        "sha384" => state!(sha2::Sha384),
        "sha512" => state!(sha2::Sha512),
        "sha512-224" => state!(sha2::Sha512_224),
        "sha512-256" => state!(sha2::Sha512_256),
        _ => return Err(JsErrorBox::generic("Digest method not supported")),
    })
}

/// A state that JavaScript holds; empty once the digest was taken.
struct Running(RefCell<Option<Box<dyn State>>>);

// SAFETY: it holds nothing that V8 would have to trace.
unsafe impl GarbageCollected for Running {
    fn trace(&self, _visitor: &mut v8::cppgc::Visitor) {}

    fn get_name(&self) -> &'static std::ffi::CStr {
        c"SegfnHash"
    }
}

fn finalized() -> JsErrorBox {
    JsErrorBox::generic("Digest already called")
}

#[op2]
#[cppgc]
fn op_crypto_hash_new(#[string] algorithm: &str) -> Result<Running, JsErrorBox> {
    Ok(Running(RefCell::new(Some(new_state(algorithm, None)?))))
}

#[op2]
#[cppgc]
fn op_crypto_hmac_new(
    #[string] algorithm: &str,
    #[buffer] key: &[u8],
) -> Result<Running, JsErrorBox> {
    Ok(Running(RefCell::new(Some(new_state(
        algorithm,
        Some(key),
    )?))))
}

#[op2(fast)]
fn op_crypto_update(#[cppgc] running: &Running, #[buffer] data: &[u8]) -> Result<(), JsErrorBox> {
    running
        .0
        .borrow_mut()
        .as_mut()
        .ok_or_else(finalized)?
        .update(data);
    Ok(())
}

#[op2]
fn op_crypto_digest(#[cppgc] running: &Running) -> Result<Uint8Array, JsErrorBox> {
    Ok(running
        .0
        .borrow_mut()
        .take()
        .ok_or_else(finalized)?
        .finish()
        .into())
}

#[op2]
#[cppgc]
fn op_crypto_copy(#[cppgc] running: &Running) -> Result<Running, JsErrorBox> {
    let copy = running.0.borrow().as_ref().ok_or_else(finalized)?.copy();
    Ok(Running(RefCell::new(Some(copy))))
}

/// Fills `bytes` with random ones of the operating system's.
#[op2(fast)]
fn op_crypto_random(#[buffer] bytes: &mut [u8]) -> Result<(), JsErrorBox> {
    getrandom::fill(bytes).map_err(|error| JsErrorBox::generic(error.to_string()))
}

/// Compares without telling by time where the bytes differ. Both must have the same length.
#[op2(fast)]
fn op_crypto_equal(#[buffer] a: &[u8], #[buffer] b: &[u8]) -> bool {
    a.ct_eq(b).into()
}
