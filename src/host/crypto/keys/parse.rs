//! Keys out of PEM and DER, in the order in which Node tries the forms.

use std::cell::Cell;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use deno_core::op2;
use openssl::error::ErrorStack;
use openssl::pkey::{Id, PKey, Private, Public};
use openssl::rsa::Rsa;
use openssl::x509::X509;

use super::key_handle::{KeyHandle, Material, public_of};
use crate::host::crypto::error::{CryptoError, Result};

/// `form` is `pem`, or the type of a DER encoding: `pkcs1`, `pkcs8`, `sec1`.
#[op2]
#[cppgc]
pub fn op_crypto_key_parse_private(
    #[buffer] data: &[u8],
    #[string] form: &str,
    #[buffer] passphrase: Option<&[u8]>,
) -> Result<KeyHandle> {
    Ok(KeyHandle(Material::Private(private_key(
        data, form, passphrase,
    )?)))
}

/// A public key, or the public half of a private key or certificate; `form` can be `spki` too.
#[op2]
#[cppgc]
pub fn op_crypto_key_parse_public(
    #[buffer] data: &[u8],
    #[string] form: &str,
    #[buffer] passphrase: Option<&[u8]>,
) -> Result<KeyHandle> {
    Ok(KeyHandle(Material::Public(public_key(
        data, form, passphrase,
    )?)))
}

const UNREADABLE_PRIVATE: &str = "Failed to read private key";
const UNREADABLE: &str = "Failed to read asymmetric key";

fn private_key(data: &[u8], form: &str, passphrase: Option<&[u8]>) -> Result<PKey<Private>> {
    match form {
        "pem" => {
            let pass = Passphrase::new(passphrase, form);
            let key = PKey::private_key_from_pem_callback(data, |buffer| pass.fill(buffer));
            pass.check(key)
        }
        "pkcs8" if is_encrypted_pkcs8(data) => {
            let pass = Passphrase::new(passphrase, form);
            let key = PKey::private_key_from_pkcs8_callback(data, |buffer| pass.fill(buffer));
            pass.check(key)
        }
        "pkcs8" => unless_unreadable(PKey::private_key_from_pkcs8(data)),
        _ => {
            let id = if form == "pkcs1" { Id::RSA } else { Id::EC };
            let key = unless_unreadable(PKey::private_key_from_der(data))?;
            if key.id() == id {
                Ok(key)
            } else {
                Err(CryptoError::new(UNREADABLE_PRIVATE))
            }
        }
    }
}

fn unless_unreadable<T>(key: Result<T, ErrorStack>) -> Result<T> {
    key.map_err(|stack| CryptoError::openssl_or(stack, UNREADABLE_PRIVATE))
}

fn public_key(data: &[u8], form: &str, passphrase: Option<&[u8]>) -> Result<PKey<Public>> {
    match form {
        "pem" => match public_pem(data) {
            Some(key) => key,
            None => public_of(&*private_key(data, form, passphrase)?),
        },
        "spki" => PKey::public_key_from_der(data)
            .map_err(|stack| CryptoError::openssl_or(stack, UNREADABLE)),
        "pkcs1" if !is_rsa_private_key(data) => Rsa::public_key_from_der_pkcs1(data)
            .and_then(PKey::from_rsa)
            .map_err(|stack| CryptoError::openssl_or(stack, UNREADABLE)),
        _ => public_of(&*private_key(data, form, passphrase)?),
    }
}

/// None where the PEM holds neither a public key nor a certificate.
fn public_pem(data: &[u8]) -> Option<Result<PKey<Public>>> {
    let unreadable = |stack: ErrorStack| CryptoError::openssl_or(stack, UNREADABLE);
    if has_label(data, "PUBLIC KEY") {
        return Some(PKey::public_key_from_pem(data).map_err(|stack| {
            // Of DER, OpenSSL tells what is wrong with it.
            match body(data, "PUBLIC KEY").map(|der| PKey::public_key_from_der(&der)) {
                Some(Err(better)) => unreadable(better),
                _ => unreadable(stack),
            }
        }));
    }
    if has_label(data, "RSA PUBLIC KEY") {
        return Some(
            Rsa::public_key_from_pem_pkcs1(data)
                .and_then(PKey::from_rsa)
                .map_err(unreadable),
        );
    }
    if has_label(data, "CERTIFICATE") {
        return Some(
            X509::from_pem(data)
                .and_then(|certificate| certificate.public_key())
                .map_err(unreadable),
        );
    }
    None
}

/// The DER in a PEM.
fn body(data: &[u8], label: &str) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(data).ok()?;
    let (_, rest) = text.split_once(&format!("-----BEGIN {label}-----"))?;
    let (body, _) = rest.split_once("-----END")?;
    let body: String = body.split_ascii_whitespace().collect();
    BASE64_STANDARD.decode(body).ok()
}

fn has_label(data: &[u8], label: &str) -> bool {
    let mark = format!("-----BEGIN {label}-----");
    data.windows(mark.len()).any(|part| part == mark.as_bytes())
}

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;

/// What is in a DER SEQUENCE.
fn inside(der: &[u8]) -> &[u8] {
    let header = match der {
        [SEQUENCE, length, ..] if *length < 0x80 => 2,
        [SEQUENCE, length, ..] => 2 + usize::from(*length & 0x7f),
        _ => return &[],
    };
    der.get(header..).unwrap_or_default()
}

/// An EncryptedPrivateKeyInfo is a SEQUENCE that begins with another one, where a PrivateKeyInfo
/// begins with its version.
fn is_encrypted_pkcs8(der: &[u8]) -> bool {
    inside(der).first() == Some(&SEQUENCE)
}

/// An RSAPrivateKey begins with its version, where an RSAPublicKey begins with its modulus.
fn is_rsa_private_key(der: &[u8]) -> bool {
    matches!(inside(der), [INTEGER, 1, 0 | 1, ..])
}

/// A passphrase for OpenSSL to ask for, which tells afterwards whether it was missed.
struct Passphrase<'a> {
    bytes: Option<&'a [u8]>,
    form: &'a str,
    missed: Cell<bool>,
}

impl<'a> Passphrase<'a> {
    fn new(bytes: Option<&'a [u8]>, form: &'a str) -> Passphrase<'a> {
        Passphrase {
            bytes,
            form,
            missed: Cell::new(false),
        }
    }

    fn fill(&self, buffer: &mut [u8]) -> Result<usize, ErrorStack> {
        let fitting = self
            .bytes
            .and_then(|bytes| Some((bytes, buffer.get_mut(..bytes.len())?)));
        let Some((bytes, place)) = fitting else {
            self.missed.set(true);
            return Err(ErrorStack::get());
        };
        place.copy_from_slice(bytes);
        Ok(bytes.len())
    }

    fn check<T>(&self, key: Result<T, ErrorStack>) -> Result<T> {
        if !self.missed.get() {
            return unless_unreadable(key);
        }
        match self.form {
            // OpenSSL would have asked the user.
            "pem" => Err(CryptoError::interrupted()),
            _ => Err(CryptoError::coded(
                "TypeError",
                "ERR_MISSING_PASSPHRASE",
                "Passphrase required for encrypted key",
            )),
        }
    }
}
