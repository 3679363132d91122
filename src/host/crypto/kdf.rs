//! Keys derived from passwords and other keys.

use std::cell::RefCell;
use std::rc::Rc;

use deno_core::{JsBuffer, OpState, op2};
use openssl::kdf::HkdfMode;
use openssl::{kdf, pkcs5};
use serde::Deserialize;

use super::background;
use super::error::{CryptoError, Result};
use super::hash::{md, message_digest};

/// More memory than this, scrypt can't have, whatever `maxmem` says.
const MAX_SCRYPT_MEMORY: u64 = 1 << 30;

/// A derivation whose numbers JavaScript has checked.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Derivation {
    Pbkdf2 {
        digest: String,
        iterations: u32,
    },
    /// JavaScript's numbers may be larger than serde's integers.
    Scrypt {
        n: u64,
        r: u64,
        p: u64,
        maxmem: f64,
    },
    Hkdf {
        digest: String,
    },
}

/// Fills `derived`. It is JavaScript's memory, because that is counted.
#[op2]
pub fn op_crypto_derive_sync(
    state: &mut OpState,
    #[serde] derivation: Derivation,
    #[buffer] key: &[u8],
    #[buffer] salt: &[u8],
    #[buffer] info: &[u8],
    #[buffer] derived: &mut [u8],
) -> Result<()> {
    let (key, salt, info) = (key.to_vec(), salt.to_vec(), info.to_vec());
    let length = derived.len();
    let work = move || derive(derivation, &key, &salt, &info, length);
    derived.copy_from_slice(&background::wait(state, work)??);
    Ok(())
}

#[op2]
pub async fn op_crypto_derive(
    state: Rc<RefCell<OpState>>,
    #[serde] derivation: Derivation,
    #[buffer(copy)] key: Vec<u8>,
    #[buffer(copy)] salt: Vec<u8>,
    #[buffer(copy)] info: Vec<u8>,
    #[buffer] mut derived: JsBuffer,
) -> Result<()> {
    let length = derived.len();
    let work = move || derive(derivation, &key, &salt, &info, length);
    derived.copy_from_slice(&background::start(&state, work).await??);
    Ok(())
}

/// Whether scrypt takes these numbers; Node finds out before it begins.
#[op2]
pub fn op_crypto_scrypt_check(#[serde] derivation: Derivation) -> Result<()> {
    let Derivation::Scrypt { n, r, p, maxmem } = derivation else {
        return Ok(());
    };
    // RFC 7914, section 6: the memory that OpenSSL counts.
    let memory = 128_u64
        .checked_mul(r)
        .and_then(|block| block.checked_mul(n.checked_add(p)?.checked_add(2)?));
    let refused = |why: &str| {
        CryptoError::coded(
            "RangeError",
            "ERR_CRYPTO_INVALID_SCRYPT_PARAMS",
            format!("Invalid scrypt params{why}"),
        )
    };
    if n < 2 || !n.is_power_of_two() || r == 0 || p == 0 {
        return Err(refused(""));
    }
    let possible = p <= ((1 << 30) - 1) / r && (r >= 4 || n < 1 << (16 * r));
    match memory {
        Some(memory) if possible && memory <= bound(maxmem) => Ok(()),
        // OpenSSL's text for it.
        _ => Err(refused(
            ": error:030000AC:digital envelope routines::memory limit exceeded",
        )),
    }
}

/// The memory that scrypt may have, in bytes.
fn bound(maxmem: f64) -> u64 {
    (maxmem as u64).min(MAX_SCRYPT_MEMORY)
}

fn derive(
    derivation: Derivation,
    key: &[u8],
    salt: &[u8],
    info: &[u8],
    length: usize,
) -> Result<Vec<u8>> {
    let mut derived = vec![0; length];
    if derived.is_empty() {
        return Ok(derived);
    }
    match derivation {
        Derivation::Pbkdf2 { digest, iterations } => {
            let digest = message_digest(&digest)?;
            pkcs5::pbkdf2_hmac(key, salt, iterations as usize, digest, &mut derived)?;
        }
        Derivation::Scrypt { n, r, p, maxmem } => {
            pkcs5::scrypt(key, salt, n, r, p, bound(maxmem), &mut derived)?;
        }
        Derivation::Hkdf { digest } => {
            let digest = md(&digest)?;
            let mode = HkdfMode::ExtractAndExpand;
            kdf::hkdf(
                digest,
                key,
                Some(salt),
                Some(info),
                mode,
                None,
                &mut derived,
            )?;
        }
    }
    Ok(derived)
}
