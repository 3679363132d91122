//! RSA with public and private keys.

use crate::host::bytes::CountedBytes;
use deno_core::op2;
use openssl::error::ErrorStack;
use openssl::pkey::{PKeyRef, Private};
use openssl::pkey_ctx::{PkeyCtx, PkeyCtxRef};
use openssl::rsa::Padding;
use serde::Deserialize;

use super::error::{CryptoError, Result};
use super::hash::md;
use super::keys::{KeyHandle, Material};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RsaOptions {
    padding: i32,
    oaep_hash: Option<String>,
}

/// What OpenSSL does between a text and the other one: it first tells how long the other may be.
type Step<T> = fn(&mut PkeyCtxRef<T>, &[u8], Option<&mut [u8]>) -> Result<usize, ErrorStack>;

fn run<T>(
    key: &PKeyRef<T>,
    start: fn(&mut PkeyCtxRef<T>) -> Result<(), ErrorStack>,
    step: Step<T>,
    data: &[u8],
    options: &RsaOptions,
    label: &[u8],
) -> Result<CountedBytes> {
    let mut context = PkeyCtx::new(key)?;
    start(&mut context)?;
    context.set_rsa_padding(Padding::from_raw(options.padding))?;
    if options.padding == Padding::PKCS1_OAEP.as_raw() {
        if let Some(digest) = &options.oaep_hash {
            context.set_rsa_oaep_md(md(digest)?)?;
        }
        if !label.is_empty() {
            context.set_rsa_oaep_label(label)?;
        }
    }
    let mut out = vec![0; step(&mut context, data, None)?];
    let length = step(&mut context, data, Some(&mut out))?;
    out.truncate(length);
    Ok(out.into())
}

/// JavaScript takes any key here, and leaves it to OpenSSL to refuse it.
fn private(key: &KeyHandle) -> Result<&PKeyRef<Private>> {
    match &key.0 {
        Material::Private(key) => Ok(key),
        Material::Public(_) => Err(CryptoError::missing_private_key()),
    }
}

#[op2]
pub fn op_crypto_public_encrypt(
    #[cppgc] key: &KeyHandle,
    #[buffer] data: &[u8],
    #[serde] options: RsaOptions,
    #[buffer] label: &[u8],
) -> Result<CountedBytes> {
    run(
        &*key.public()?,
        PkeyCtxRef::encrypt_init,
        PkeyCtxRef::encrypt,
        data,
        &options,
        label,
    )
}

#[op2]
pub fn op_crypto_private_decrypt(
    #[cppgc] key: &KeyHandle,
    #[buffer] data: &[u8],
    #[serde] options: RsaOptions,
    #[buffer] label: &[u8],
) -> Result<CountedBytes> {
    run(
        private(key)?,
        PkeyCtxRef::decrypt_init,
        PkeyCtxRef::decrypt,
        data,
        &options,
        label,
    )
}

#[op2]
pub fn op_crypto_private_encrypt(
    #[cppgc] key: &KeyHandle,
    #[buffer] data: &[u8],
    #[serde] options: RsaOptions,
    #[buffer] label: &[u8],
) -> Result<CountedBytes> {
    run(
        private(key)?,
        PkeyCtxRef::sign_init,
        PkeyCtxRef::sign,
        data,
        &options,
        label,
    )
}

#[op2]
pub fn op_crypto_public_decrypt(
    #[cppgc] key: &KeyHandle,
    #[buffer] data: &[u8],
    #[serde] options: RsaOptions,
    #[buffer] label: &[u8],
) -> Result<CountedBytes> {
    run(
        &*key.public()?,
        PkeyCtxRef::verify_recover_init,
        PkeyCtxRef::verify_recover,
        data,
        &options,
        label,
    )
}
