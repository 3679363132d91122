//! Hashes and HMAC. For short texts, OpenSSL needs longer to get ready than to hash: an algorithm
//! that is looked up once and for all still takes 2 to 3 times as long as RustCrypto's SHA-256 for 32
//! bytes, and an HMAC 17 times. So those that functions use most are RustCrypto's, and OpenSSL has the
//! others.

use std::cell::RefCell;

use crate::host::bytes::CountedBytes;
use deno_core::{GarbageCollected, op2, v8};
use hmac::{Hmac, KeyInit, Mac};
use openssl::hash::{Hasher, MessageDigest};
use openssl::md::{Md, MdRef};
use openssl::nid::Nid;
use openssl::pkey::{PKey, PKeyRef};
use openssl::sign::Signer;
use sha2::Digest;

use super::error::{CryptoError, Result, forget_errors};
use super::keys::signs_hashes;

fn find(name: &str) -> Option<MessageDigest> {
    let digest = MessageDigest::from_name(name);
    if digest.is_none() {
        forget_errors();
    }
    digest
}

/// An algorithm by any of its names.
pub fn message_digest(name: &str) -> Result<MessageDigest> {
    find(name).ok_or_else(|| {
        CryptoError::coded(
            "TypeError",
            "ERR_CRYPTO_INVALID_DIGEST",
            format!("Invalid digest: {name}"),
        )
    })
}

pub fn md(name: &str) -> Result<&'static MdRef> {
    md_of(message_digest(name)?)
}

pub fn md_of(digest: MessageDigest) -> Result<&'static MdRef> {
    Md::from_nid(digest.type_())
        .ok_or_else(|| CryptoError::new("the digest has no number in OpenSSL"))
}

/// The digest of `text` in UTF-8.
#[op2]
pub fn op_crypto_hash_text(
    #[string] algorithm: &str,
    #[string] text: &str,
) -> Result<CountedBytes> {
    hash(algorithm, text.as_bytes())
}

#[op2]
pub fn op_crypto_hash(#[string] algorithm: &str, #[buffer] data: &[u8]) -> Result<CountedBytes> {
    hash(algorithm, data)
}

#[op2]
pub fn op_crypto_hmac(
    #[string] algorithm: &str,
    #[buffer] key: &[u8],
    #[buffer] data: &[u8],
) -> Result<CountedBytes> {
    let mut state = new_state(algorithm, Some(key))?;
    state.update(data)?;
    Ok(state.finish(None)?.into())
}

fn hash(algorithm: &str, data: &[u8]) -> Result<CountedBytes> {
    let mut state = new_state(algorithm, None)?;
    state.update(data)?;
    Ok(state.finish(None)?.into())
}

/// The length of an algorithm's digest; negative where there is no such algorithm.
#[op2(fast)]
#[smi]
pub fn op_crypto_hash_size(#[string] algorithm: &str) -> i32 {
    find(algorithm)
        .and_then(|digest| i32::try_from(size_of(digest)).ok())
        .unwrap_or(-1)
}

/// SHAKE can have any length, and newer OpenSSLs ask for one where the one in Node doesn't.
fn size_of(digest: MessageDigest) -> usize {
    match digest.type_() {
        Nid::SHAKE128 => 16,
        Nid::SHAKE256 => 32,
        _ => digest.size(),
    }
}

/// A hash or HMAC in the making.
trait State {
    fn update(&mut self, data: &[u8]) -> Result<()>;
    /// The digest; of another length than the algorithm's, where it can have any.
    fn finish(self: Box<Self>, length: Option<usize>) -> Result<Vec<u8>>;
    fn copy(&self) -> Result<Box<dyn State>>;
}

fn fixed(length: Option<usize>, digest: &[u8]) -> Result<Vec<u8>> {
    if length.is_some_and(|length| length != digest.len()) {
        return Err(CryptoError::new("the digest has a fixed length"));
    }
    Ok(digest.to_vec())
}

#[derive(Clone)]
struct Hash<D>(D);

impl<D: Digest + Clone + 'static> State for Hash<D> {
    fn update(&mut self, data: &[u8]) -> Result<()> {
        self.0.update(data);
        Ok(())
    }

    fn finish(self: Box<Self>, length: Option<usize>) -> Result<Vec<u8>> {
        fixed(length, &self.0.finalize())
    }

    fn copy(&self) -> Result<Box<dyn State>> {
        Ok(Box::new(self.clone()))
    }
}

#[derive(Clone)]
struct Keyed<M>(M);

impl<M: Mac + Clone + 'static> State for Keyed<M> {
    fn update(&mut self, data: &[u8]) -> Result<()> {
        self.0.update(data);
        Ok(())
    }

    fn finish(self: Box<Self>, length: Option<usize>) -> Result<Vec<u8>> {
        fixed(length, &self.0.finalize().into_bytes())
    }

    fn copy(&self) -> Result<Box<dyn State>> {
        Ok(Box::new(self.clone()))
    }
}

struct OtherHash(Hasher, MessageDigest);

impl State for OtherHash {
    fn update(&mut self, data: &[u8]) -> Result<()> {
        Ok(self.0.update(data)?)
    }

    fn finish(mut self: Box<Self>, length: Option<usize>) -> Result<Vec<u8>> {
        if !matches!(self.1.type_(), Nid::SHAKE128 | Nid::SHAKE256) {
            return fixed(length, &self.0.finish()?);
        }
        let mut digest = vec![0; length.unwrap_or(size_of(self.1))];
        if !digest.is_empty() {
            self.0.finish_xof(&mut digest)?;
        }
        Ok(digest)
    }

    fn copy(&self) -> Result<Box<dyn State>> {
        Ok(Box::new(OtherHash(self.0.clone(), self.1)))
    }
}

struct OtherKeyed(Signer<'static>);

impl State for OtherKeyed {
    fn update(&mut self, data: &[u8]) -> Result<()> {
        Ok(self.0.update(data)?)
    }

    fn finish(self: Box<Self>, length: Option<usize>) -> Result<Vec<u8>> {
        fixed(length, &self.0.sign_to_vec()?)
    }

    fn copy(&self) -> Result<Box<dyn State>> {
        Err(CryptoError::new("Node's Hmac can't be copied"))
    }
}

/// Makes the state for an algorithm; with a key, of its HMAC.
fn new_state(algorithm: &str, key: Option<&[u8]>) -> Result<Box<dyn State>> {
    if let Some(state) = common(algorithm, key)? {
        return Ok(state);
    }
    let digest = message_digest(algorithm)?;
    let name = match digest.type_() {
        Nid::MD5 => "md5",
        Nid::SHA1 => "sha1",
        Nid::SHA224 => "sha224",
        Nid::SHA256 => "sha256",
        Nid::SHA384 => "sha384",
        Nid::SHA512 => "sha512",
        _ => "",
    };
    if let Some(state) = common(name, key)? {
        return Ok(state);
    }
    Ok(match key {
        None => Box::new(OtherHash(Hasher::new(digest)?, digest)),
        // HMAC fills a key up with zeros, and OpenSSL takes no empty one.
        Some([]) => keyed(digest, &[0])?,
        Some(key) => keyed(digest, key)?,
    })
}

fn keyed(digest: MessageDigest, key: &[u8]) -> Result<Box<dyn State>> {
    let key = PKey::hmac(key)?;
    Ok(Box::new(OtherKeyed(Signer::new(digest, &key)?)))
}

fn common(algorithm: &str, key: Option<&[u8]>) -> Result<Option<Box<dyn State>>> {
    macro_rules! state {
        ($digest:ty) => {
            match key {
                None => Box::new(Hash(<$digest>::new())) as Box<dyn State>,
                Some(key) => Box::new(Keyed(
                    <Hmac<$digest> as KeyInit>::new_from_slice(key)
                        .map_err(|error| CryptoError::new(error.to_string()))?,
                )),
            }
        };
    }
    Ok(Some(match algorithm {
        "md5" => state!(md5::Md5),
        "sha1" => state!(sha1::Sha1),
        "sha224" => state!(sha2::Sha224),
        "sha256" => state!(sha2::Sha256),
        "sha384" => state!(sha2::Sha384),
        "sha512" => state!(sha2::Sha512),
        _ => return Ok(None),
    }))
}

/// A state that JavaScript holds; empty once the digest was taken.
pub struct HashHandle {
    algorithm: String,
    state: RefCell<Option<Box<dyn State>>>,
}

// SAFETY: it holds nothing that V8 would have to trace.
unsafe impl GarbageCollected for HashHandle {
    fn trace(&self, _visitor: &mut v8::cppgc::Visitor) {}

    fn get_name(&self) -> &'static std::ffi::CStr {
        c"SegfnHash"
    }
}

impl HashHandle {
    fn new(algorithm: &str, key: Option<&[u8]>) -> Result<HashHandle> {
        Ok(HashHandle {
            algorithm: algorithm.to_string(),
            state: RefCell::new(Some(new_state(algorithm, key)?)),
        })
    }

    fn finish(&self, length: Option<usize>) -> Result<Vec<u8>> {
        let state = self.state.borrow_mut().take().ok_or_else(finalized)?;
        state.finish(length)
    }

    /// The algorithm and the digest, to be signed or verified by a key that does so.
    pub fn take_for_signature<T>(&self, key: &PKeyRef<T>) -> Result<(MessageDigest, Vec<u8>)> {
        if !signs_hashes(key) {
            return Err(CryptoError::coded(
                "Error",
                "ERR_CRYPTO_UNSUPPORTED_OPERATION",
                "Unsupported crypto operation",
            ));
        }
        Ok((message_digest(&self.algorithm)?, self.finish(None)?))
    }
}

fn finalized() -> CryptoError {
    CryptoError::coded(
        "Error",
        "ERR_CRYPTO_HASH_FINALIZED",
        "Digest already called",
    )
}

#[op2]
#[cppgc]
pub fn op_crypto_hash_new(#[string] algorithm: &str) -> Result<HashHandle> {
    HashHandle::new(algorithm, None)
}

#[op2]
#[cppgc]
pub fn op_crypto_hmac_new(#[string] algorithm: &str, #[buffer] key: &[u8]) -> Result<HashHandle> {
    HashHandle::new(algorithm, Some(key))
}

#[op2(fast)]
pub fn op_crypto_update(#[cppgc] hash: &HashHandle, #[buffer] data: &[u8]) -> Result<()> {
    hash.state
        .borrow_mut()
        .as_mut()
        .ok_or_else(finalized)?
        .update(data)
}

/// `length` is negative for the algorithm's own.
#[op2]
pub fn op_crypto_digest(#[cppgc] hash: &HashHandle, length: i32) -> Result<CountedBytes> {
    Ok(hash.finish(usize::try_from(length).ok())?.into())
}

#[op2]
#[cppgc]
pub fn op_crypto_copy(#[cppgc] hash: &HashHandle) -> Result<HashHandle> {
    let copy = hash.state.borrow().as_ref().ok_or_else(finalized)?.copy()?;
    Ok(HashHandle {
        algorithm: hash.algorithm.clone(),
        state: RefCell::new(Some(copy)),
    })
}
