//! SPKAC: a public key and a challenge, signed by the private key, as browsers made it for <keygen>.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use deno_core::op2;
use openssl::asn1::Asn1Object;
use openssl::md_ctx::MdCtx;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Public};

use super::der::{BITS, OBJECT, SEQUENCE, element, part};
use super::error::{Result, forget_errors};
use super::hash::{md_of, message_digest};
use crate::host::bytes::CountedBytes;

/// The algorithms that such certificates are signed by.
const SIGNATURES: [Nid; 10] = [
    Nid::MD5WITHRSAENCRYPTION,
    Nid::SHA1WITHRSAENCRYPTION,
    Nid::SHA224WITHRSAENCRYPTION,
    Nid::SHA256WITHRSAENCRYPTION,
    Nid::SHA384WITHRSAENCRYPTION,
    Nid::SHA512WITHRSAENCRYPTION,
    Nid::DSAWITHSHA1,
    Nid::ECDSA_WITH_SHA1,
    Nid::ECDSA_WITH_SHA256,
    Nid::ECDSA_WITH_SHA384,
];

struct Spkac {
    /// What is signed, with its tag.
    signed: Vec<u8>,
    key: PKey<Public>,
    challenge: Vec<u8>,
    algorithm: Option<Nid>,
    signature: Vec<u8>,
}

impl Spkac {
    /// Of the text in base64; none where it is something else.
    fn read(text: &[u8]) -> Option<Spkac> {
        let der = BASE64_STANDARD.decode(text.trim_ascii()).ok()?;
        let (SEQUENCE, whole, _) = part(&der)? else {
            return None;
        };
        let (SEQUENCE, inner, rest) = part(whole)? else {
            return None;
        };
        let (SEQUENCE, key, after_key) = part(inner)? else {
            return None;
        };
        let (_, challenge, _) = part(after_key)?;
        let (SEQUENCE, algorithm, rest) = part(rest)? else {
            return None;
        };
        let (OBJECT, name, _) = part(algorithm)? else {
            return None;
        };
        // The first byte tells how many bits of the last one are not used.
        let (BITS, [0, signature @ ..], _) = part(rest)? else {
            return None;
        };
        let is = |nid: &Nid| object(*nid).is_some_and(|object| object.as_slice() == name);
        Some(Spkac {
            signed: element(SEQUENCE, inner),
            key: PKey::public_key_from_der(&element(SEQUENCE, key)).ok()?,
            challenge: challenge.to_vec(),
            algorithm: SIGNATURES.into_iter().find(is),
            signature: signature.to_vec(),
        })
    }

    fn is_true(&self) -> Result<bool> {
        let Some(algorithms) = self.algorithm.and_then(|nid| nid.signature_algorithms()) else {
            return Ok(false);
        };
        let digest = md_of(message_digest(algorithms.digest.short_name()?)?)?;
        let mut context = MdCtx::new()?;
        context.digest_verify_init(Some(digest), &self.key)?;
        Ok(context
            .digest_verify(&self.signed, &self.signature)
            .unwrap_or(false))
    }
}

fn object(nid: Nid) -> Option<Asn1Object> {
    Asn1Object::from_str(nid.short_name().ok()?).ok()
}

fn read(text: &[u8]) -> Option<Spkac> {
    let spkac = Spkac::read(text);
    forget_errors();
    spkac
}

#[op2(fast)]
pub fn op_crypto_spkac_verify(#[buffer] text: &[u8]) -> bool {
    let good = read(text).is_some_and(|spkac| spkac.is_true().unwrap_or(false));
    forget_errors();
    good
}

/// The challenge; none where the text is no such certificate.
#[op2]
pub fn op_crypto_spkac_challenge(#[buffer] text: &[u8]) -> Option<CountedBytes> {
    Some(read(text)?.challenge.into())
}

/// The public key in PEM; none where the text is no such certificate.
#[op2]
pub fn op_crypto_spkac_key(#[buffer] text: &[u8]) -> Option<CountedBytes> {
    Some(read(text)?.key.public_key_to_pem().ok()?.into())
}
