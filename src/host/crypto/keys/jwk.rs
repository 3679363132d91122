//! Keys as JSON Web Keys (RFC 7517, 7518, 8037). Their numbers are base64url.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use deno_core::op2;
use openssl::bn::{BigNum, BigNumContext, BigNumRef};
use openssl::ec::{EcGroup, EcKey};
use openssl::nid::Nid;
use openssl::pkey::{HasPublic, Id, PKey, PKeyRef, Private};
use openssl::rsa::{Rsa, RsaPrivateKeyBuilder};
use serde::{Deserialize, Serialize};

use super::key_handle::{KeyHandle, Material, bits, curve_name};
use crate::host::crypto::error::{CryptoError, Result};

/// The members that Node reads and writes, in the order in which it writes them.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Jwk {
    #[serde(skip_serializing_if = "Option::is_none")]
    crv: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kty: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    e: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    d: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    q: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dp: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dq: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    qi: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    x: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<String>,
}

/// JWK's name of each elliptic curve that it has.
const CURVES: &[(&str, Nid)] = &[
    ("P-256", Nid::X9_62_PRIME256V1),
    ("secp256k1", Nid::SECP256K1),
    ("P-384", Nid::SECP384R1),
    ("P-521", Nid::SECP521R1),
];
const OCTET_PAIRS: &[(&str, Id)] = &[
    ("Ed25519", Id::ED25519),
    ("Ed448", Id::ED448),
    ("X25519", Id::X25519),
    ("X448", Id::X448),
];

#[op2]
#[cppgc]
pub fn op_crypto_key_from_jwk(#[serde] jwk: Jwk, private: bool) -> Result<KeyHandle> {
    let material = match jwk.kty.as_deref() {
        Some("RSA") => from_rsa(&jwk, private),
        Some("EC") => from_ec(&jwk, private),
        _ => from_pair(&jwk, private),
    };
    Ok(KeyHandle(material?))
}

#[op2]
#[serde]
pub fn op_crypto_key_to_jwk(#[cppgc] key: &KeyHandle) -> Result<Jwk> {
    match &key.0 {
        Material::Public(key) => to_public(key),
        Material::Private(key) => to_private(key),
    }
}

fn invalid(what: &str) -> CryptoError {
    CryptoError::coded(
        "TypeError",
        "ERR_CRYPTO_INVALID_JWK",
        format!("Invalid JWK {what} key"),
    )
}

fn unsupported() -> CryptoError {
    CryptoError::coded(
        "Error",
        "ERR_CRYPTO_JWK_UNSUPPORTED_KEY_TYPE",
        "Unsupported JWK Key Type.",
    )
}

fn unsupported_curve(name: &str) -> CryptoError {
    CryptoError::coded(
        "Error",
        "ERR_CRYPTO_JWK_UNSUPPORTED_CURVE",
        format!("Unsupported JWK EC curve: {name}."),
    )
}

/// Node's decoder takes the plain alphabet and padding too.
fn decoded(member: Option<&String>) -> Option<Vec<u8>> {
    let text = member?
        .trim_end_matches('=')
        .replace('+', "-")
        .replace('/', "_");
    BASE64_URL_SAFE_NO_PAD.decode(text).ok()
}

fn number(member: Option<&String>, what: &str) -> Result<BigNum> {
    let bytes = decoded(member).ok_or_else(|| invalid(what))?;
    Ok(BigNum::from_slice(&bytes)?)
}

fn text(number: &BigNumRef) -> Option<String> {
    Some(BASE64_URL_SAFE_NO_PAD.encode(number.to_vec()))
}

fn from_rsa(jwk: &Jwk, private: bool) -> Result<Material> {
    let part = |member: &Option<String>| number(member.as_ref(), "RSA");
    let (n, e) = (part(&jwk.n)?, part(&jwk.e)?);
    if !private {
        let rsa = Rsa::from_public_components(n, e)?;
        return Ok(Material::Public(PKey::from_rsa(rsa)?));
    }
    let rsa = RsaPrivateKeyBuilder::new(n, e, part(&jwk.d)?)?
        .set_factors(part(&jwk.p)?, part(&jwk.q)?)?
        .set_crt_params(part(&jwk.dp)?, part(&jwk.dq)?, part(&jwk.qi)?)?
        .build();
    Ok(Material::Private(PKey::from_rsa(rsa)?))
}

fn from_ec(jwk: &Jwk, private: bool) -> Result<Material> {
    let name = jwk.crv.as_deref().unwrap_or_default();
    let (_, nid) = CURVES
        .iter()
        .find(|(curve, _)| *curve == name)
        .ok_or_else(|| {
            CryptoError::coded(
                "Error",
                "ERR_CRYPTO_INVALID_CURVE",
                format!("Invalid EC curve name: {name}"),
            )
        })?;
    let group = EcGroup::from_curve_name(*nid)?;
    let x = number(jwk.x.as_ref(), "EC")?;
    let y = number(jwk.y.as_ref(), "EC")?;
    let public =
        EcKey::from_public_key_affine_coordinates(&group, &x, &y).map_err(|_| invalid("EC"))?;
    if !private {
        return Ok(Material::Public(PKey::from_ec_key(public)?));
    }
    let d = number(jwk.d.as_ref(), "EC")?;
    let key = EcKey::from_private_components(&group, &d, public.public_key())
        .map_err(|_| invalid("EC"))?;
    Ok(Material::Private(PKey::from_ec_key(key)?))
}

fn from_pair(jwk: &Jwk, private: bool) -> Result<Material> {
    let name = jwk.crv.as_deref().unwrap_or_default();
    let (_, id) = OCTET_PAIRS
        .iter()
        .find(|(curve, _)| *curve == name)
        .ok_or_else(unsupported)?;
    let bytes = |member: &Option<String>| decoded(member.as_ref()).ok_or_else(invalid_data);
    if private {
        let key = PKey::private_key_from_raw_bytes(&bytes(&jwk.d)?, *id);
        return Ok(Material::Private(key.map_err(|_| invalid_data())?));
    }
    let key = PKey::public_key_from_raw_bytes(&bytes(&jwk.x)?, *id);
    Ok(Material::Public(key.map_err(|_| invalid_data())?))
}

fn invalid_data() -> CryptoError {
    CryptoError::coded("TypeError", "ERR_CRYPTO_INVALID_JWK", "Invalid JWK data")
}

fn to_public<T: HasPublic>(key: &PKeyRef<T>) -> Result<Jwk> {
    match key.id() {
        Id::RSA => {
            let rsa = key.rsa()?;
            Ok(Jwk {
                kty: Some("RSA".into()),
                n: text(rsa.n()),
                e: text(rsa.e()),
                ..Jwk::default()
            })
        }
        Id::EC => {
            let ec = key.ec_key()?;
            let group = ec.group();
            let (mut x, mut y) = (BigNum::new()?, BigNum::new()?);
            let mut context = BigNumContext::new()?;
            ec.public_key()
                .affine_coordinates(group, &mut x, &mut y, &mut context)?;
            let size = group.degree().div_ceil(8);
            let name = CURVES
                .iter()
                .find(|(_, nid)| Some(*nid) == group.curve_name())
                .map(|(name, _)| (*name).to_string());
            let Some(name) = name else {
                return Err(unsupported_curve(curve_name(group).unwrap_or("")));
            };
            Ok(Jwk {
                kty: Some("EC".into()),
                crv: Some(name),
                x: padded(&x, size)?,
                y: padded(&y, size)?,
                ..Jwk::default()
            })
        }
        id => {
            let (name, _) = OCTET_PAIRS
                .iter()
                .find(|(_, pair)| *pair == id)
                .ok_or_else(unsupported)?;
            Ok(Jwk {
                kty: Some("OKP".into()),
                crv: Some((*name).into()),
                x: Some(BASE64_URL_SAFE_NO_PAD.encode(key.raw_public_key()?)),
                ..Jwk::default()
            })
        }
    }
}

fn to_private(key: &PKeyRef<Private>) -> Result<Jwk> {
    let mut jwk = to_public(key)?;
    match key.id() {
        Id::RSA => {
            let rsa = key.rsa()?;
            jwk.d = text(rsa.d());
            jwk.p = rsa.p().and_then(text);
            jwk.q = rsa.q().and_then(text);
            jwk.dp = rsa.dmp1().and_then(text);
            jwk.dq = rsa.dmq1().and_then(text);
            jwk.qi = rsa.iqmp().and_then(text);
        }
        Id::EC => {
            let ec = key.ec_key()?;
            let mut order = BigNum::new()?;
            let mut context = BigNumContext::new()?;
            ec.group().order(&mut order, &mut context)?;
            jwk.d = padded(ec.private_key(), bits(&order).div_ceil(8))?;
        }
        _ => jwk.d = Some(BASE64_URL_SAFE_NO_PAD.encode(key.raw_private_key()?)),
    }
    Ok(jwk)
}

/// A coordinate, which has the length of the curve's field also when it is a small number.
fn padded(number: &BigNumRef, size: u32) -> Result<Option<String>> {
    let bytes = number.to_vec_padded(i32::try_from(size).unwrap_or(i32::MAX))?;
    Ok(Some(BASE64_URL_SAFE_NO_PAD.encode(bytes)))
}
