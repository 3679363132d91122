//! The handle, and what all kinds of keys have.

use deno_core::{GarbageCollected, op2, v8};
use openssl::bn::BigNumRef;
use openssl::ec::{EcGroupRef, EcKey};
use openssl::pkey::{HasPublic, Id, PKey, PKeyRef, Private, Public};
use serde::Serialize;

use super::pss;
use crate::host::crypto::error::{CryptoError, Result, forget_errors};

/// An asymmetric key: those of bytes alone stay in JavaScript, whose memory is counted. OpenSSL
/// counts references, so that a clone is cheap.
#[derive(Clone)]
pub enum Material {
    Public(PKey<Public>),
    Private(PKey<Private>),
}

pub struct KeyHandle(pub Material);

// SAFETY: it holds nothing that V8 would have to trace.
unsafe impl GarbageCollected for KeyHandle {
    fn trace(&self, _visitor: &mut v8::cppgc::Visitor) {}

    fn get_name(&self) -> &'static std::ffi::CStr {
        c"SegfnKey"
    }
}

impl KeyHandle {
    pub fn private(&self) -> Result<&PKey<Private>> {
        match &self.0 {
            Material::Private(key) => Ok(key),
            Material::Public(_) => Err(unfit()),
        }
    }

    /// The key's public half.
    pub fn public(&self) -> Result<PKey<Public>> {
        match &self.0 {
            Material::Public(key) => Ok(key.clone()),
            Material::Private(key) => public_of(key),
        }
    }
}

/// JavaScript checks the type of a key before it comes here.
fn unfit() -> CryptoError {
    CryptoError::coded(
        "TypeError",
        "ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE",
        "Invalid key object type",
    )
}

pub fn public_of(key: &PKeyRef<Private>) -> Result<PKey<Public>> {
    if let Ok(key) = key.ec_key() {
        // Some curves have no name that could be written.
        let public = EcKey::from_public_key(key.group(), key.public_key())?;
        return Ok(PKey::from_ec_key(public)?);
    }
    forget_errors();
    Ok(PKey::public_key_from_der(&key.public_key_to_der()?)?)
}

/// Node's `asymmetricKeyType`; none for kinds that it has no name for.
pub fn kind_of<T>(key: &PKeyRef<T>) -> Option<&'static str> {
    Some(match key.id() {
        Id::RSA => "rsa",
        Id::RSA_PSS => "rsa-pss",
        Id::DSA => "dsa",
        Id::DH | Id::DHX => "dh",
        Id::EC | Id::SM2 => "ec",
        Id::X25519 => "x25519",
        Id::X448 => "x448",
        Id::ED25519 => "ed25519",
        Id::ED448 => "ed448",
        _ => return None,
    })
}

/// OpenSSL's short name of a curve, which is the one that Node shows.
pub fn curve_name(group: &EcGroupRef) -> Option<&'static str> {
    group.curve_name()?.short_name().ok()
}

#[op2]
#[string]
pub fn op_crypto_key_kind(#[cppgc] key: &KeyHandle) -> Option<String> {
    let kind = match &key.0 {
        Material::Public(key) => kind_of(key),
        Material::Private(key) => kind_of(key),
    };
    kind.map(str::to_string)
}

#[op2]
#[cppgc]
pub fn op_crypto_key_public(#[cppgc] key: &KeyHandle) -> Result<KeyHandle> {
    Ok(KeyHandle(Material::Public(key.public()?)))
}

#[op2(fast)]
pub fn op_crypto_key_equals(#[cppgc] one: &KeyHandle, #[cppgc] other: &KeyHandle) -> bool {
    let equal = match (&one.0, &other.0) {
        (Material::Public(one), Material::Public(other)) => one.public_eq(other),
        (Material::Private(one), Material::Private(other)) => one.public_eq(other),
        _ => false,
    };
    forget_errors();
    equal
}

/// Node's `asymmetricKeyDetails`; the exponent is the hexadecimal text of a BigInt.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Details {
    #[serde(skip_serializing_if = "Option::is_none")]
    modulus_length: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    public_exponent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    divisor_length: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    named_curve: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hash_algorithm: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mgf1_hash_algorithm: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    salt_length: Option<u32>,
}

#[op2]
#[serde]
pub fn op_crypto_key_details(#[cppgc] key: &KeyHandle) -> Result<Details> {
    match &key.0 {
        Material::Public(key) => details_of(key),
        Material::Private(key) => details_of(key),
    }
}

fn details_of<T: HasPublic>(key: &PKeyRef<T>) -> Result<Details> {
    let mut details = Details::default();
    match key.id() {
        Id::RSA | Id::RSA_PSS => {
            let rsa = key.rsa()?;
            details.modulus_length = Some(bits(rsa.n()));
            details.public_exponent = Some(rsa.e().to_hex_str()?.to_string());
            if key.id() == Id::RSA_PSS
                && let Some(pss) = pss::restrictions(key)?
            {
                details.hash_algorithm = Some(pss.hash);
                details.mgf1_hash_algorithm = Some(pss.mgf1_hash);
                details.salt_length = Some(pss.salt_length);
            }
        }
        Id::DSA => {
            let dsa = key.dsa()?;
            details.modulus_length = Some(bits(dsa.p()));
            details.divisor_length = Some(bits(dsa.q()));
        }
        Id::EC | Id::SM2 => details.named_curve = curve_name(key.ec_key()?.group()),
        _ => {}
    }
    Ok(details)
}

pub fn bits(number: &BigNumRef) -> u32 {
    number.num_bits().unsigned_abs()
}

/// Ed25519 and Ed448 sign the text itself and not its hash.
pub fn signs_hashes<T>(key: &PKeyRef<T>) -> bool {
    !matches!(key.id(), Id::ED25519 | Id::ED448)
}
