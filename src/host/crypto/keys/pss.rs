//! RSA-PSS keys that are good for one hash and salt length only. OpenSSL's bindings can neither ask for such a
//! key nor for what it is restricted to, so this is written into the key's DER, and read from it (RFC 4055).

use openssl::asn1::Asn1Object;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{HasPublic, PKey, PKeyRef, Private};
use serde::Deserialize;

use crate::host::crypto::der::{INTEGER, NULL, OBJECT, OCTETS, SEQUENCE, element, part};
use crate::host::crypto::error::Result;

/// What a key is to be restricted to, as far as it was said.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Wish {
    hash: Option<String>,
    mgf1_hash: Option<String>,
    /// In bytes.
    salt_length: Option<u32>,
}

/// What a key is restricted to: OpenSSL's names of the hashes, and a length in bytes.
pub struct Restrictions {
    pub hash: &'static str,
    pub mgf1_hash: &'static str,
    pub salt_length: u32,
}

const RSASSA_PSS: Nid = Nid::RSASSAPSS;
/// What is not written is this.
const USUAL: Nid = Nid::SHA1;
const USUAL_SALT: u32 = 20;
/// The hashes that OpenSSL takes; for any other it takes the usual one.
const HASHES: [Nid; 7] = [
    Nid::SHA1,
    Nid::SHA224,
    Nid::SHA256,
    Nid::SHA384,
    Nid::SHA512,
    Nid::from_raw(1094), // SHA-512/224
    Nid::from_raw(1095), // SHA-512/256
];

/// The explicit tags of hash, mask and salt length.
const FIELD: u8 = 0xa0;

/// `key`, which is an RSA key of any kind, as one for RSA-PSS with these restrictions.
pub fn restrict(key: &PKey<Private>, wish: &Wish) -> Result<PKey<Private>> {
    let digest = |name: &Option<String>| name.as_deref().and_then(MessageDigest::from_name);
    let known = |digest: Option<MessageDigest>| {
        let nid = digest.map_or(USUAL, |digest| digest.type_());
        if HASHES.contains(&nid) { nid } else { USUAL }
    };
    let hash = digest(&wish.hash);
    let mgf1 = digest(&wish.mgf1_hash).or(hash);
    let usual_salt = hash.map_or(USUAL_SALT, |hash| {
        u32::try_from(hash.size()).unwrap_or(USUAL_SALT)
    });
    let salt = wish.salt_length.unwrap_or(usual_salt);

    let mut parameters = Vec::new();
    if known(hash) != USUAL {
        parameters.extend(element(FIELD, &algorithm(known(hash), NULL)?));
    }
    if known(mgf1) != USUAL {
        let mask = algorithm(Nid::MGF1, &algorithm(known(mgf1), NULL)?)?;
        parameters.extend(element(FIELD + 1, &mask));
    }
    if salt != USUAL_SALT {
        parameters.extend(element(FIELD + 2, &element(INTEGER, &positive(salt))));
    }
    let algorithm = algorithm(RSASSA_PSS, &element(SEQUENCE, &parameters))?;
    let secret = element(OCTETS, &key.rsa()?.private_key_to_der()?);
    let whole = element(
        SEQUENCE,
        &[element(INTEGER, &[0]), algorithm, secret].concat(),
    );
    Ok(PKey::private_key_from_pkcs8(&whole)?)
}

/// What `key` is restricted to, if it is.
pub fn restrictions<T: HasPublic>(key: &PKeyRef<T>) -> Result<Option<Restrictions>> {
    let der = key.public_key_to_der()?;
    Ok(read(&der))
}

fn read(der: &[u8]) -> Option<Restrictions> {
    let (_, info, _) = part(der)?;
    let (_, algorithm, _) = part(info)?;
    let (_, _, after_name) = part(algorithm)?;
    let (SEQUENCE, mut fields, _) = part(after_name)? else {
        return None;
    };
    let (mut hash, mut mgf1, mut salt_length) = (USUAL, USUAL, USUAL_SALT);
    while let Some((tag, field, rest)) = part(fields) {
        let (_, content, _) = part(field)?;
        match tag.checked_sub(FIELD) {
            Some(0) => hash = hash_of(content)?,
            // Behind the name of the mask's function stands its hash.
            Some(1) => mgf1 = hash_of(part(part(content)?.2)?.1)?,
            Some(2) => {
                salt_length = content.iter().try_fold(0u32, |sum, byte| {
                    sum.checked_mul(256)?.checked_add((*byte).into())
                })?
            }
            _ => {}
        }
        fields = rest;
    }
    Some(Restrictions {
        hash: name_of(hash)?,
        mgf1_hash: name_of(mgf1)?,
        salt_length,
    })
}

/// The hash that the contents of an algorithm's sequence name.
fn hash_of(algorithm: &[u8]) -> Option<Nid> {
    let (OBJECT, name, _) = part(algorithm)? else {
        return None;
    };
    let is = |nid: &Nid| object(*nid).is_ok_and(|object| object.as_slice() == name);
    HASHES.into_iter().find(is)
}

fn name_of(nid: Nid) -> Option<&'static str> {
    nid.long_name().ok()
}

fn object(nid: Nid) -> Result<Asn1Object> {
    Ok(Asn1Object::from_str(nid.short_name()?)?)
}

fn algorithm(nid: Nid, parameters: &[u8]) -> Result<Vec<u8>> {
    let name = element(OBJECT, object(nid)?.as_slice());
    Ok(element(SEQUENCE, &[&name, parameters].concat()))
}

/// The shortest big-endian form, whose first bit is 0.
fn positive(number: u32) -> Vec<u8> {
    let bytes = number.to_be_bytes();
    let start = bytes.iter().position(|&byte| byte != 0).unwrap_or(3);
    let sign = if bytes[start] >= 0x80 { &[0][..] } else { &[] };
    [sign, &bytes[start..]].concat()
}
