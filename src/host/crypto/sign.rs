//! Signatures.

use crate::host::bytes::CountedBytes;
use deno_core::op2;
use openssl::bn::{BigNum, BigNumContext};
use openssl::ecdsa::EcdsaSig;
use openssl::hash::MessageDigest;
use openssl::md_ctx::MdCtx;
use openssl::pkey::{HasPublic, Id, PKeyRef};
use openssl::pkey_ctx::{PkeyCtx, PkeyCtxRef};
use openssl::rsa::Padding;
use openssl::sign::RsaPssSaltlen;
use serde::Deserialize;

use super::error::{CryptoError, Result};
use super::hash::{HashHandle, md, md_of};
use super::keys::{KeyHandle, bits};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignOptions {
    padding: Option<i32>,
    salt_length: Option<i32>,
    /// (EC)DSA signatures as two numbers of a fixed length (IEEE P1363) and not in DER.
    plain: bool,
}

impl SignOptions {
    fn apply<T, K>(&self, context: &mut PkeyCtxRef<T>, key: &PKeyRef<K>) -> Result<()> {
        let default = match key.id() {
            Id::RSA => Padding::PKCS1,
            Id::RSA_PSS => Padding::PKCS1_PSS,
            _ => return Ok(()),
        };
        let padding = self.padding.map_or(default, Padding::from_raw);
        context.set_rsa_padding(padding)?;
        if let Some(length) = self.salt_length
            && padding == Padding::PKCS1_PSS
        {
            context.set_rsa_pss_saltlen(RsaPssSaltlen::custom(length))?;
        }
        Ok(())
    }
}

/// Signs `data` in one step; without a digest, the key's kind says which.
#[op2]
pub fn op_crypto_sign(
    #[string] digest: Option<String>,
    #[buffer] data: &[u8],
    #[cppgc] key: &KeyHandle,
    #[serde] options: SignOptions,
) -> Result<CountedBytes> {
    let key = key.private()?;
    let digest = digest.as_deref().map(md).transpose()?;
    let mut context = MdCtx::new()?;
    options.apply(context.digest_sign_init(digest, key)?, key)?;
    let mut signature = Vec::new();
    context.digest_sign_to_vec(data, &mut signature)?;
    Ok(encoded(signature, key, &options)?.into())
}

#[op2]
pub fn op_crypto_verify(
    #[string] digest: Option<String>,
    #[buffer] data: &[u8],
    #[cppgc] key: &KeyHandle,
    #[buffer] signature: &[u8],
    #[serde] options: SignOptions,
) -> Result<bool> {
    let key = key.public()?;
    let digest = digest.as_deref().map(md).transpose()?;
    let mut context = MdCtx::new()?;
    options.apply(context.digest_verify_init(digest, &key)?, &key)?;
    let Some(signature) = decoded(signature, &key, &options)? else {
        return Ok(false);
    };
    // Node doesn't tell a signature that is malformed from one that is wrong.
    Ok(context.digest_verify(data, &signature).unwrap_or(false))
}

/// Signs what a running hash has seen, and ends it.
#[op2]
pub fn op_crypto_sign_hash(
    #[cppgc] hash: &HashHandle,
    #[cppgc] key: &KeyHandle,
    #[serde] options: SignOptions,
) -> Result<CountedBytes> {
    let key = key.private()?;
    let (digest, bytes) = hash.take_for_signature(key)?;
    let mut context = PkeyCtx::new(key)?;
    context.sign_init()?;
    configure(&mut context, key, digest, &options)?;
    let mut signature = Vec::new();
    context.sign_to_vec(&bytes, &mut signature)?;
    Ok(encoded(signature, key, &options)?.into())
}

#[op2]
pub fn op_crypto_verify_hash(
    #[cppgc] hash: &HashHandle,
    #[cppgc] key: &KeyHandle,
    #[buffer] signature: &[u8],
    #[serde] options: SignOptions,
) -> Result<bool> {
    let key = key.public()?;
    let (digest, bytes) = hash.take_for_signature(&key)?;
    let mut context = PkeyCtx::new(&key)?;
    context.verify_init()?;
    configure(&mut context, &key, digest, &options)?;
    let signature = decoded(signature, &key, &options)?.ok_or_else(malformed)?;
    Ok(context.verify(&bytes, &signature).unwrap_or(false))
}

fn configure<T>(
    context: &mut PkeyCtxRef<T>,
    key: &PKeyRef<T>,
    digest: MessageDigest,
    options: &SignOptions,
) -> Result<()> {
    options.apply(context, key)?;
    context.set_signature_md(md_of(digest)?)?;
    Ok(())
}

/// The length of each of the two numbers of a signature.
fn number_length<T: HasPublic>(key: &PKeyRef<T>) -> Result<Option<usize>> {
    let bits = match key.id() {
        Id::EC => {
            let mut order = BigNum::new()?;
            key.ec_key()?
                .group()
                .order(&mut order, &mut *BigNumContext::new()?)?;
            bits(&order)
        }
        Id::DSA => bits(key.dsa()?.q()),
        _ => return Ok(None),
    };
    Ok(Some(bits.div_ceil(8) as usize))
}

fn encoded<T: HasPublic>(
    signature: Vec<u8>,
    key: &PKeyRef<T>,
    options: &SignOptions,
) -> Result<Vec<u8>> {
    match number_length(key)? {
        Some(length) if options.plain => {
            let pair = EcdsaSig::from_der(&signature)?;
            let length = i32::try_from(length).map_err(|_| malformed())?;
            let mut plain = pair.r().to_vec_padded(length)?;
            plain.extend(pair.s().to_vec_padded(length)?);
            Ok(plain)
        }
        _ => Ok(signature),
    }
}

/// None where it can't be a signature by this key.
fn decoded<T: HasPublic>(
    signature: &[u8],
    key: &PKeyRef<T>,
    options: &SignOptions,
) -> Result<Option<Vec<u8>>> {
    match number_length(key)? {
        Some(length) if options.plain => {
            if signature.len() != 2 * length {
                return Ok(None);
            }
            let (r, s) = signature.split_at(length);
            let (r, s) = (BigNum::from_slice(r)?, BigNum::from_slice(s)?);
            Ok(Some(EcdsaSig::from_private_components(r, s)?.to_der()?))
        }
        _ => Ok(Some(signature.to_vec())),
    }
}

fn malformed() -> CryptoError {
    CryptoError::coded(
        "Error",
        "ERR_CRYPTO_OPERATION_FAILED",
        "Malformed signature",
    )
}
