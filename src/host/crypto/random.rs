//! Random values: every value that JavaScript sees and private keys that are any number below a
//! limit come from the one source. OpenSSL makes primes, and what only hides a text or a
//! signature's key, by its own.

use std::cmp::Ordering;

use deno_core::op2;
use openssl::bn::{BigNum, BigNumContext, BigNumRef};
use openssl::ec::EcGroupRef;
use subtle::ConstantTimeEq;

use super::error::{CryptoError, Result};
use crate::random;
use crate::random::Use;

/// Fills `bytes` with random ones.
pub fn fill(bytes: &mut [u8]) -> Result<()> {
    random::fill(Use::Crypto, bytes).map_err(|error| CryptoError::new(error.to_string()))
}

/// A number from 1 to `limit` - 1, all equally likely.
pub fn below(limit: &BigNumRef) -> Result<BigNum> {
    let bits = limit.num_bits();
    let mut bytes = vec![0; limit.to_vec().len()];
    loop {
        fill(&mut bytes)?;
        let mut number = BigNum::from_slice(&bytes)?;
        if number.num_bits() > bits {
            number.mask_bits(bits)?;
        }
        number.set_const_time();
        if number.num_bits() > 0 && number.ucmp(limit) == Ordering::Less {
            return Ok(number);
        }
    }
}

/// A private key for a group of `prime`: from 1 to prime - 2.
pub fn exponent(prime: &BigNumRef) -> Result<BigNum> {
    let mut limit = prime.to_owned()?;
    limit.sub_word(1)?;
    if limit.num_bits() < 2 {
        return Err(CryptoError::new("the prime is too small"));
    }
    below(&limit)
}

/// A private key for a curve whose points have this order.
pub fn scalar(group: &EcGroupRef) -> Result<BigNum> {
    let mut order = BigNum::new()?;
    group.order(&mut order, &mut *BigNumContext::new()?)?;
    below(&order)
}

#[op2(fast)]
pub fn op_crypto_random(#[buffer] bytes: &mut [u8]) -> Result<()> {
    fill(bytes)
}

/// Compares without telling by time where the bytes differ. Both must have the same length.
#[op2(fast)]
pub fn op_crypto_equal(#[buffer] a: &[u8], #[buffer] b: &[u8]) -> bool {
    a.ct_eq(b).into()
}
