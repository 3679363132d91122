//! Random values: every one that JavaScript sees, but for new key pairs and primes, is made here.

use deno_core::op2;
use subtle::ConstantTimeEq;

use super::error::CryptoError;
use super::error::Result;

/// Fills `bytes` with random ones of the operating system's.
#[op2(fast)]
pub fn op_crypto_random(#[buffer] bytes: &mut [u8]) -> Result<()> {
    getrandom::fill(bytes).map_err(|error| CryptoError::new(error.to_string()))
}

/// Compares without telling by time where the bytes differ. Both must have the same length.
#[op2(fast)]
pub fn op_crypto_equal(#[buffer] a: &[u8], #[buffer] b: &[u8]) -> bool {
    a.ct_eq(b).into()
}
