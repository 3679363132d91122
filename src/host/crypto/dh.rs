//! Agreement on a secret: Diffie-Hellman over primes and over elliptic curves.

use std::cmp::Ordering;

use crate::host::bytes::CountedBytes;
use deno_core::{OpState, op2};
use openssl::asn1::Asn1Object;
use openssl::bn::{BigNum, BigNumContext, BigNumRef};
use openssl::dh::Dh;
use openssl::ec::{EcGroup, EcGroupRef, EcKey, EcPoint, PointConversionForm};
use openssl::nid::Nid;
use openssl::pkey::{Id, PKey};
use openssl::pkey_ctx::PkeyCtx;

use super::error::{CryptoError, Result, forget_errors};
use super::keys::{KeyHandle, Material};
use super::{background, random};

/// The prime of one of the groups that RFC 2409 and RFC 3526 publish, by Node's name.
pub fn group_prime(name: &str) -> Result<BigNum> {
    Ok(match name {
        "modp1" => BigNum::get_rfc2409_prime_768(),
        "modp2" => BigNum::get_rfc2409_prime_1024(),
        "modp5" => BigNum::get_rfc3526_prime_1536(),
        "modp14" => BigNum::get_rfc3526_prime_2048(),
        "modp15" => BigNum::get_rfc3526_prime_3072(),
        "modp16" => BigNum::get_rfc3526_prime_4096(),
        "modp17" => BigNum::get_rfc3526_prime_6144(),
        "modp18" => BigNum::get_rfc3526_prime_8192(),
        _ => {
            return Err(CryptoError::coded(
                "Error",
                "ERR_CRYPTO_UNKNOWN_DH_GROUP",
                "Unknown DH group",
            ));
        }
    }?)
}

/// A curve by OpenSSL's short name, or also by NIST's, as for new keys.
pub fn curve(name: &str, nist: bool) -> Result<Nid> {
    let nid = match name {
        "P-192" if nist => Some(Nid::X9_62_PRIME192V1),
        "P-224" if nist => Some(Nid::SECP224R1),
        "P-256" if nist => Some(Nid::X9_62_PRIME256V1),
        "P-384" if nist => Some(Nid::SECP384R1),
        "P-521" if nist => Some(Nid::SECP521R1),
        _ if name.contains('\0') => None,
        _ => Asn1Object::from_str(name)
            .ok()
            .map(|object| object.nid())
            .filter(|nid| nid.short_name().is_ok_and(|short| short == name)),
    };
    nid.filter(|nid| EcGroup::from_curve_name(*nid).is_ok())
        .ok_or_else(|| {
            CryptoError::coded(
                "TypeError",
                "ERR_CRYPTO_INVALID_CURVE",
                "Invalid EC curve name",
            )
        })
}

#[op2]
pub fn op_crypto_dh_group(#[string] name: &str) -> Result<CountedBytes> {
    Ok(group_prime(name)?.to_vec().into())
}

/// A new prime for Diffie-Hellman of so many bits.
#[op2]
pub fn op_crypto_dh_prime(state: &mut OpState, bits: u32, generator: u32) -> Result<CountedBytes> {
    let made = background::wait(state, move || Dh::generate_params(bits, generator))??;
    Ok(made.prime_p().to_vec().into())
}

/// The public key that belongs to a private one.
#[op2]
pub fn op_crypto_dh_public(
    #[buffer] prime: &[u8],
    #[buffer] generator: &[u8],
    #[buffer] private: &[u8],
) -> Result<CountedBytes> {
    let (p, g) = (BigNum::from_slice(prime)?, BigNum::from_slice(generator)?);
    let mut private = BigNum::from_slice(private)?;
    private.set_const_time();
    let mut public = BigNum::new()?;
    public.mod_exp(&g, &private, &p, &mut *BigNumContext::new()?)?;
    Ok(public.to_vec().into())
}

/// A new private key.
#[op2]
pub fn op_crypto_dh_generate(#[buffer] prime: &[u8]) -> Result<CountedBytes> {
    Ok(random::exponent(&*BigNum::from_slice(prime)?)?
        .to_vec()
        .into())
}

#[op2]
pub fn op_crypto_dh_secret(
    #[buffer] prime: &[u8],
    #[buffer] private: &[u8],
    #[buffer] other: &[u8],
) -> Result<CountedBytes> {
    let p = BigNum::from_slice(prime)?;
    let mut private = BigNum::from_slice(private)?;
    private.set_const_time();
    let other = BigNum::from_slice(other)?;
    in_range(&other, &p)?;
    let mut secret = BigNum::new()?;
    secret.mod_exp(&other, &private, &p, &mut *BigNumContext::new()?)?;
    // Both sides must come to the same length also where the number is small.
    Ok(secret.to_vec_padded(p.num_bytes())?.into())
}

/// From 2 to p - 2: with the others the secret is no secret.
fn in_range(key: &BigNumRef, p: &BigNumRef) -> Result<()> {
    let refused = |why: &str| {
        CryptoError::coded(
            "RangeError",
            "ERR_CRYPTO_INVALID_KEYLEN",
            format!("Supplied key is too {why}"),
        )
    };
    if key.num_bits() <= 1 {
        return Err(refused("small"));
    }
    let mut limit = p.to_owned()?;
    limit.sub_word(1)?;
    if key.ucmp(&limit) != Ordering::Less {
        return Err(refused("large"));
    }
    Ok(())
}

/// What is wrong with the parameters, in OpenSSL's bits (`DH_CHECK_…`).
#[op2(fast)]
pub fn op_crypto_dh_check(#[buffer] prime: &[u8], #[buffer] generator: &[u8]) -> Result<u32> {
    const P_NOT_PRIME: u32 = 1;
    const P_NOT_SAFE_PRIME: u32 = 2;
    const NOT_SUITABLE_GENERATOR: u32 = 8;
    const MODULUS_TOO_SMALL: u32 = 0x80;
    const MODULUS_TOO_LARGE: u32 = 0x100;
    const ROUNDS: i32 = 64;
    let (p, g) = (BigNum::from_slice(prime)?, BigNum::from_slice(generator)?);
    let mut context = BigNumContext::new()?;
    let mut wrong = 0;
    if p.num_bits() < 512 {
        wrong |= MODULUS_TOO_SMALL;
    }
    if p.num_bits() > 32768 {
        return Ok(wrong | MODULUS_TOO_LARGE);
    }
    if g.num_bits() <= 1 || in_range(&g, &p).is_err() {
        wrong |= NOT_SUITABLE_GENERATOR;
    }
    if !p.is_prime(ROUNDS, &mut context)? {
        return Ok(wrong | P_NOT_PRIME);
    }
    let mut half = BigNum::new()?;
    half.rshift1(&p)?;
    if !half.is_prime(ROUNDS, &mut context)? {
        wrong |= P_NOT_SAFE_PRIME;
    }
    Ok(wrong)
}

/// The secret of two keys of one kind.
#[op2]
pub fn op_crypto_agree(
    #[cppgc] private: &KeyHandle,
    #[cppgc] public: &KeyHandle,
) -> Result<CountedBytes> {
    let mut context = PkeyCtx::new(private.private()?)?;
    context.derive_init()?;
    context.derive_set_peer(&*public.public()?)?;
    let mut secret = Vec::new();
    context.derive_to_vec(&mut secret)?;
    if matches!(private.private()?.id(), Id::DH | Id::DHX) {
        // Both sides must come to the same length also where the number is small.
        let length = private
            .private()?
            .dh()?
            .prime_p()
            .num_bytes()
            .unsigned_abs() as usize;
        let zeros = length.saturating_sub(secret.len());
        secret.splice(..0, std::iter::repeat_n(0, zeros));
    }
    Ok(secret.into())
}

/// Whether a key of an elliptic curve is sound: its point is on the curve, and the private number
/// belongs to it.
#[op2(fast)]
pub fn op_crypto_ec_holds(#[cppgc] key: &KeyHandle) -> Result<bool> {
    let sound = match &key.0 {
        Material::Private(key) => key.ec_key()?.check_key().is_ok(),
        Material::Public(key) => key.ec_key()?.check_key().is_ok(),
    };
    forget_errors();
    Ok(sound)
}

fn ec_group(name: &str) -> Result<EcGroup> {
    Ok(EcGroup::from_curve_name(curve(name, false)?)?)
}

fn point_form(form: &str) -> PointConversionForm {
    match form {
        "compressed" => PointConversionForm::COMPRESSED,
        "hybrid" => PointConversionForm::HYBRID,
        _ => PointConversionForm::UNCOMPRESSED,
    }
}

#[op2(fast)]
pub fn op_crypto_ec_check(#[string] name: &str, nist: bool) -> Result<()> {
    curve(name, nist).map(drop)
}

/// A new private key.
#[op2]
pub fn op_crypto_ec_generate(#[string] name: &str) -> Result<CountedBytes> {
    Ok(random::scalar(&*ec_group(name)?)?.to_vec().into())
}

/// The public key that belongs to a private one, uncompressed.
#[op2]
pub fn op_crypto_ec_public(#[string] name: &str, #[buffer] private: &[u8]) -> Result<CountedBytes> {
    let group = ec_group(name)?;
    let private = ec_private(&group, private)?;
    let mut context = BigNumContext::new()?;
    let mut point = EcPoint::new(&group)?;
    point.mul_generator2(&group, &private, &mut context)?;
    Ok(point
        .to_bytes(&group, PointConversionForm::UNCOMPRESSED, &mut context)?
        .into())
}

fn ec_private(group: &EcGroupRef, bytes: &[u8]) -> Result<BigNum> {
    let mut private = BigNum::from_slice(bytes)?;
    private.set_const_time();
    let mut order = BigNum::new()?;
    group.order(&mut order, &mut *BigNumContext::new()?)?;
    if private.num_bits() == 0 || private.ucmp(&order) != Ordering::Less {
        return Err(CryptoError::coded(
            "RangeError",
            "ERR_CRYPTO_INVALID_KEYTYPE",
            "Private key is not valid for specified curve.",
        ));
    }
    Ok(private)
}

/// A public key in another form of writing.
#[op2]
pub fn op_crypto_ec_convert(
    #[string] name: &str,
    #[buffer] public: &[u8],
    #[string] form: &str,
) -> Result<CountedBytes> {
    let group = ec_group(name)?;
    let mut context = BigNumContext::new()?;
    let point = EcPoint::from_bytes(&group, public, &mut context).map_err(|_| {
        CryptoError::coded(
            "Error",
            "ERR_CRYPTO_OPERATION_FAILED",
            "Failed to convert Buffer to EC_POINT",
        )
    })?;
    Ok(point
        .to_bytes(&group, point_form(form), &mut context)?
        .into())
}

#[op2]
pub fn op_crypto_ec_secret(
    #[string] name: &str,
    #[buffer] private: &[u8],
    #[buffer] other: &[u8],
) -> Result<CountedBytes> {
    let group = ec_group(name)?;
    let mut context = BigNumContext::new()?;
    let other = EcPoint::from_bytes(&group, other, &mut context)
        .and_then(|point| EcKey::from_public_key(&group, &point))
        .map_err(|_| {
            CryptoError::coded(
                "Error",
                "ERR_CRYPTO_ECDH_INVALID_PUBLIC_KEY",
                "Public key is not valid for specified curve",
            )
        })?;
    let private = ec_private(&group, private)?;
    let mut own = EcPoint::new(&group)?;
    own.mul_generator2(&group, &private, &mut context)?;
    let own = EcKey::from_private_components(&group, &private, &own)?;
    let (own, other) = (PKey::from_ec_key(own)?, PKey::from_ec_key(other)?);
    let mut derivation = PkeyCtx::new(&own)?;
    derivation.derive_init()?;
    derivation.derive_set_peer(&other)?;
    let mut secret = Vec::new();
    derivation.derive_to_vec(&mut secret)?;
    Ok(secret.into())
}
