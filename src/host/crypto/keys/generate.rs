//! New key pairs.

use std::cell::RefCell;
use std::rc::Rc;

use deno_core::{OpState, op2};
use openssl::bn::{BigNum, BigNumContext};
use openssl::dh::Dh;
use openssl::dsa::Dsa;
use openssl::ec::{Asn1Flag, EcGroup, EcKey, EcPoint};
use openssl::pkey::{Id, PKey, Private};
use openssl::pkey_ctx::PkeyCtx;
use serde::Deserialize;

use super::key_handle::{KeyHandle, Material};
use super::pss;
use super::pss::Wish;
use crate::host::crypto::dh::{curve, group_prime};
use crate::host::crypto::error::{CryptoError, Result};
use crate::host::crypto::{background, random};

/// What js/internal/crypto/keygen.js has checked.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum KeyPairSpec {
    #[serde(rename_all = "camelCase")]
    Rsa {
        modulus_length: u32,
        public_exponent: u32,
    },
    #[serde(rename_all = "camelCase")]
    RsaPss {
        modulus_length: u32,
        public_exponent: u32,
        restrict: Option<Wish>,
    },
    #[serde(rename_all = "camelCase")]
    Dsa {
        modulus_length: u32,
        divisor_length: Option<u32>,
    },
    #[serde(rename_all = "camelCase")]
    Ec {
        named_curve: String,
        explicit: bool,
    },
    Ed25519,
    Ed448,
    X25519,
    X448,
    #[serde(rename_all = "camelCase")]
    Dh {
        group: Option<String>,
        prime: Option<Vec<u8>>,
        prime_length: Option<u32>,
        generator: u32,
    },
}

#[op2]
#[cppgc]
pub fn op_crypto_generate_pair_sync(
    state: &mut OpState,
    #[serde] spec: KeyPairSpec,
) -> Result<KeyHandle> {
    let key = background::wait(state, move || generate(spec))?.map_err(CryptoError::bare)?;
    Ok(KeyHandle(Material::Private(key)))
}

#[op2]
#[cppgc]
pub async fn op_crypto_generate_pair(
    state: Rc<RefCell<OpState>>,
    #[serde] spec: KeyPairSpec,
) -> Result<KeyHandle> {
    let key = background::start(&state, move || generate(spec))
        .await?
        .map_err(CryptoError::bare)?;
    Ok(KeyHandle(Material::Private(key)))
}

fn generate(spec: KeyPairSpec) -> Result<PKey<Private>> {
    Ok(match spec {
        KeyPairSpec::Rsa {
            modulus_length,
            public_exponent,
        } => rsa(Id::RSA, modulus_length, public_exponent)?,
        KeyPairSpec::RsaPss {
            modulus_length,
            public_exponent,
            restrict,
        } => match restrict {
            Some(wish) => pss::restrict(&rsa(Id::RSA, modulus_length, public_exponent)?, &wish)?,
            None => rsa(Id::RSA_PSS, modulus_length, public_exponent)?,
        },
        KeyPairSpec::Dsa {
            modulus_length,
            divisor_length,
        } => dsa(modulus_length, divisor_length)?,
        KeyPairSpec::Ec {
            named_curve,
            explicit,
        } => {
            let mut group = EcGroup::from_curve_name(curve(&named_curve, true)?)?;
            group.set_asn1_flag(if explicit {
                Asn1Flag::EXPLICIT_CURVE
            } else {
                Asn1Flag::NAMED_CURVE
            });
            let private = random::scalar(&group)?;
            let mut public = EcPoint::new(&group)?;
            public.mul_generator2(&group, &private, &mut *BigNumContext::new()?)?;
            PKey::from_ec_key(EcKey::from_private_components(&group, &private, &public)?)?
        }
        KeyPairSpec::Ed25519 => octets::<32>(Id::ED25519)?,
        KeyPairSpec::Ed448 => octets::<57>(Id::ED448)?,
        KeyPairSpec::X25519 => octets::<32>(Id::X25519)?,
        KeyPairSpec::X448 => octets::<56>(Id::X448)?,
        KeyPairSpec::Dh {
            group,
            prime,
            prime_length,
            generator,
        } => {
            let parameters = match (group, prime, prime_length) {
                (Some(name), ..) => Dh::from_pqg(group_prime(&name)?, None, BigNum::from_u32(2)?)?,
                (_, Some(prime), _) => Dh::from_pqg(
                    BigNum::from_slice(&prime)?,
                    None,
                    BigNum::from_u32(generator)?,
                )?,
                (_, _, length) => Dh::generate_params(length.unwrap_or_default(), generator)?,
            };
            let private = random::exponent(parameters.prime_p())?;
            PKey::from_dh(parameters.set_private_key(private)?)?
        }
    })
}

/// A key that is any bytes.
fn octets<const LENGTH: usize>(id: Id) -> Result<PKey<Private>> {
    let mut bytes = [0; LENGTH];
    random::fill(&mut bytes)?;
    Ok(PKey::private_key_from_raw_bytes(&bytes, id)?)
}

fn rsa(id: Id, modulus_length: u32, public_exponent: u32) -> Result<PKey<Private>> {
    let mut context = PkeyCtx::new_id(id)?;
    context.keygen_init()?;
    context.set_rsa_keygen_bits(modulus_length)?;
    context.set_rsa_keygen_pubexp(&*BigNum::from_u32(public_exponent)?)?;
    Ok(context.keygen()?)
}

/// OpenSSL's bindings can only ask for the lengths that go together in FIPS 186-2 and 186-3, or for
/// none.
fn dsa(modulus_length: u32, divisor_length: Option<u32>) -> Result<PKey<Private>> {
    let usual = if modulus_length < 2048 { 160 } else { 256 };
    if let Some(length) = divisor_length {
        if length != usual {
            return Err(CryptoError::new(format!(
                "segfn can only make DSA keys whose divisor has {usual} bits with this modulus"
            )));
        }
        return Ok(PKey::from_dsa(Dsa::generate(modulus_length)?)?);
    }
    let mut context = PkeyCtx::new_id(Id::DSA)?;
    context.paramgen_init()?;
    context.set_dsa_paramgen_bits(modulus_length)?;
    let parameters = context.paramgen()?;
    let mut context = PkeyCtx::new(&parameters)?;
    context.keygen_init()?;
    Ok(context.keygen()?)
}
