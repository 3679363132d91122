//! Keys into PEM and DER.

use crate::host::bytes::CountedBytes;
use deno_core::op2;
use openssl::pkey::{Id, PKeyRef, Private, Public};
use openssl::symm::Cipher;

use super::key_handle::KeyHandle;
use crate::host::crypto::cipher;
use crate::host::crypto::error::{CryptoError, Result};

/// `form` is `spki` or `pkcs1`.
#[op2]
pub fn op_crypto_key_export_public(
    #[cppgc] key: &KeyHandle,
    #[string] form: &str,
    pem: bool,
) -> Result<CountedBytes> {
    let written = public_key(&*key.public()?, form, pem);
    Ok(written.map_err(CryptoError::of_provider)?.into())
}

fn public_key(key: &PKeyRef<Public>, form: &str, pem: bool) -> Result<Vec<u8>> {
    Ok(match (form, pem) {
        ("pkcs1", _) if key.id() != Id::RSA => {
            return Err(incompatible("pkcs1", "can only be used for RSA keys"));
        }
        ("pkcs1", true) => key.rsa()?.public_key_to_pem_pkcs1()?,
        ("pkcs1", false) => key.rsa()?.public_key_to_der_pkcs1()?,
        (_, true) => key.public_key_to_pem()?,
        (_, false) => key.public_key_to_der()?,
    })
}

/// `form` is `pkcs1`, `pkcs8` or `sec1`; with a cipher, the key is encrypted by the passphrase.
#[op2]
pub fn op_crypto_key_export_private(
    #[cppgc] key: &KeyHandle,
    #[string] form: &str,
    pem: bool,
    #[string] cipher: Option<String>,
    #[buffer] passphrase: &[u8],
) -> Result<CountedBytes> {
    let cipher = match cipher {
        Some(name) => Some(cipher::for_keys(&name).ok_or_else(unknown_cipher)?),
        None => None,
    };
    let written = private_key(key.private()?, form, pem, cipher, passphrase);
    Ok(match form {
        "pkcs8" => written.map_err(CryptoError::of_provider)?.into(),
        _ => written?.into(),
    })
}

fn private_key(
    key: &PKeyRef<Private>,
    form: &str,
    pem: bool,
    cipher: Option<Cipher>,
    passphrase: &[u8],
) -> Result<Vec<u8>> {
    Ok(match (form, pem, cipher) {
        ("pkcs1", ..) if key.id() != Id::RSA => {
            return Err(incompatible("pkcs1", "can only be used for RSA keys"));
        }
        ("sec1", ..) if key.id() != Id::EC => {
            return Err(incompatible("sec1", "can only be used for EC keys"));
        }
        ("pkcs1", true, None) => key.rsa()?.private_key_to_pem()?,
        ("pkcs1", true, Some(cipher)) => key
            .rsa()?
            .private_key_to_pem_passphrase(cipher, passphrase)?,
        ("pkcs1", false, _) => key.rsa()?.private_key_to_der()?,
        ("sec1", true, None) => key.ec_key()?.private_key_to_pem()?,
        ("sec1", true, Some(cipher)) => key
            .ec_key()?
            .private_key_to_pem_passphrase(cipher, passphrase)?,
        ("sec1", false, _) => key.ec_key()?.private_key_to_der()?,
        (_, true, None) => key.private_key_to_pem_pkcs8()?,
        (_, true, Some(cipher)) => key.private_key_to_pem_pkcs8_passphrase(cipher, passphrase)?,
        (_, false, None) => key.private_key_to_pkcs8()?,
        (_, false, Some(cipher)) => key.private_key_to_pkcs8_passphrase(cipher, passphrase)?,
    })
}

fn incompatible(form: &str, why: &str) -> CryptoError {
    CryptoError::coded(
        "Error",
        "ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS",
        format!("The selected key encoding {form} {why}."),
    )
}

fn unknown_cipher() -> CryptoError {
    CryptoError::coded("Error", "ERR_CRYPTO_UNKNOWN_CIPHER", "Unknown cipher")
}
