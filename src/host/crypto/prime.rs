//! Prime numbers.

use std::cell::RefCell;
use std::rc::Rc;

use crate::host::bytes::CountedBytes;
use deno_core::{OpState, op2};
use openssl::bn::{BigNum, BigNumContext, BigNumRef};

use super::background;
use super::error::{CryptoError, Result};

/// `add` and `rem` ask for a prime p with p % add = rem.
fn generate(size: i32, safe: bool, add: Option<Vec<u8>>, rem: Option<Vec<u8>>) -> Result<Vec<u8>> {
    let number = |bytes: Option<Vec<u8>>| bytes.map(|bytes| BigNum::from_slice(&bytes)).transpose();
    let (add, rem) = (number(add)?, number(rem)?);
    if let Some(add) = &add {
        check_remainder(size, add, rem.as_deref())?;
    }
    let mut prime = BigNum::new()?;
    prime.generate_prime(size, safe, add.as_deref(), rem.as_deref())?;
    Ok(prime.to_vec_padded((size + 7) / 8)?)
}

fn check_remainder(size: i32, add: &BigNumRef, rem: Option<&BigNumRef>) -> Result<()> {
    let refused =
        |what: &'static str| Err(CryptoError::coded("RangeError", "ERR_OUT_OF_RANGE", what));
    if add.num_bits() > size {
        return refused("invalid options.add");
    }
    match rem {
        Some(rem) if add.ucmp(rem) != std::cmp::Ordering::Greater => refused("invalid options.rem"),
        _ => Ok(()),
    }
}

fn check(candidate: &[u8], checks: i32) -> Result<bool> {
    let candidate = BigNum::from_slice(candidate)?;
    Ok(candidate.is_prime(checks, &mut *BigNumContext::new()?)?)
}

#[op2]
pub fn op_crypto_prime_sync(
    state: &mut OpState,
    size: i32,
    safe: bool,
    #[buffer(copy)] add: Option<Vec<u8>>,
    #[buffer(copy)] rem: Option<Vec<u8>>,
) -> Result<CountedBytes> {
    Ok(background::wait(state, move || generate(size, safe, add, rem))??.into())
}

#[op2]
pub async fn op_crypto_prime(
    state: Rc<RefCell<OpState>>,
    size: i32,
    safe: bool,
    #[buffer(copy)] add: Option<Vec<u8>>,
    #[buffer(copy)] rem: Option<Vec<u8>>,
) -> Result<CountedBytes> {
    let prime = background::start(&state, move || generate(size, safe, add, rem)).await?;
    Ok(prime?.into())
}

#[op2(fast)]
pub fn op_crypto_prime_check_sync(
    state: &mut OpState,
    #[buffer(copy)] candidate: Vec<u8>,
    checks: i32,
) -> Result<bool> {
    background::wait(state, move || check(&candidate, checks))?
}

#[op2]
pub async fn op_crypto_prime_check(
    state: Rc<RefCell<OpState>>,
    #[buffer(copy)] candidate: Vec<u8>,
    checks: i32,
) -> Result<bool> {
    background::start(&state, move || check(&candidate, checks)).await?
}
