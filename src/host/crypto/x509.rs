//! Certificates.

use std::fmt::Write;
use std::net::IpAddr;

use crate::host::bytes::CountedBytes;
use deno_core::{GarbageCollected, op2, v8};
use openssl::hash::MessageDigest;
use openssl::x509::{
    AccessDescriptionRef, GeneralNameRef, X509, X509ExtendedKeyUsage, X509NameRef, X509Ref,
    X509VerifyResult,
};
use serde::Serialize;

use super::error::{Result, forget_errors};
use super::keys::{KeyHandle, Material};

pub struct Certificate(X509);

// SAFETY: it holds nothing that V8 would have to trace.
unsafe impl GarbageCollected for Certificate {
    fn trace(&self, _visitor: &mut v8::cppgc::Visitor) {}

    fn get_name(&self) -> &'static std::ffi::CStr {
        c"SegfnCertificate"
    }
}

/// PEM or DER.
#[op2]
#[cppgc]
pub fn op_crypto_x509(#[buffer] data: &[u8]) -> Result<Certificate> {
    if let Ok(certificate) = X509::from_der(data) {
        return Ok(Certificate(certificate));
    }
    Ok(Certificate(X509::from_pem(data)?))
}

/// What a certificate says, in the forms in which Node shows it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Facts {
    subject: Vec<(String, String)>,
    issuer: Vec<(String, String)>,
    alt_names: Vec<AltName>,
    /// How, and where: such as `OCSP - URI` and `http://…`.
    info_access: Vec<(String, String)>,
    valid_from: String,
    valid_to: String,
    fingerprint: String,
    fingerprint256: String,
    fingerprint512: String,
    serial_number: String,
    key_usage: Option<Vec<String>>,
    ca: bool,
}

#[derive(Serialize)]
struct AltName {
    kind: &'static str,
    value: String,
}

#[op2]
#[serde]
pub fn op_crypto_x509_facts(#[cppgc] certificate: &Certificate) -> Result<Facts> {
    let certificate = &certificate.0;
    let print = |digest| -> Result<String> { Ok(colons(&certificate.digest(digest)?)) };
    Ok(Facts {
        subject: entries(certificate.subject_name())?,
        issuer: entries(certificate.issuer_name())?,
        alt_names: certificate
            .subject_alt_names()
            .iter()
            .flatten()
            .filter_map(alt_name)
            .collect(),
        info_access: certificate
            .authority_info()
            .iter()
            .flatten()
            .filter_map(access)
            .collect(),
        valid_from: certificate.not_before().to_string(),
        valid_to: certificate.not_after().to_string(),
        fingerprint: print(MessageDigest::sha1())?,
        fingerprint256: print(MessageDigest::sha256())?,
        fingerprint512: print(MessageDigest::sha512())?,
        serial_number: certificate
            .serial_number()
            .to_bn()?
            .to_hex_str()?
            .to_string(),
        key_usage: certificate
            .extended_key_usage()
            .map(|usage| purposes(usage).map(str::to_string).collect()),
        ca: is_authority(certificate)?,
    })
}

/// The purposes by their numbers, as Node shows them.
fn purposes(usage: X509ExtendedKeyUsage) -> impl Iterator<Item = &'static str> {
    [
        (X509ExtendedKeyUsage::SSL_SERVER, "1.3.6.1.5.5.7.3.1"),
        (X509ExtendedKeyUsage::SSL_CLIENT, "1.3.6.1.5.5.7.3.2"),
        (X509ExtendedKeyUsage::CODE_SIGN, "1.3.6.1.5.5.7.3.3"),
        (X509ExtendedKeyUsage::SMIME, "1.3.6.1.5.5.7.3.4"),
        (X509ExtendedKeyUsage::TIMESTAMP, "1.3.6.1.5.5.7.3.8"),
        (X509ExtendedKeyUsage::OCSP_SIGN, "1.3.6.1.5.5.7.3.9"),
        (X509ExtendedKeyUsage::ANYEKU, "2.5.29.37.0"),
    ]
    .into_iter()
    .filter(move |(purpose, _)| usage.contains(*purpose))
    .map(|(_, number)| number)
}

/// The bindings have no call for it, but OpenSSL prints it.
fn is_authority(certificate: &X509Ref) -> Result<bool> {
    let text = certificate.to_text()?;
    let mark = b"CA:TRUE";
    Ok(text.windows(mark.len()).any(|part| part == mark))
}

fn colons(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 3);
    for (number, byte) in bytes.iter().enumerate() {
        let colon = if number == 0 { "" } else { ":" };
        // Writing to a String can't fail.
        let _ = write!(text, "{colon}{byte:02X}");
    }
    text
}

fn entries(name: &X509NameRef) -> Result<Vec<(String, String)>> {
    name.entries()
        .map(|entry| {
            let key = entry.object().nid().short_name()?.to_string();
            Ok((key, entry.data().to_string()?))
        })
        .collect()
}

fn access(access: &AccessDescriptionRef) -> Option<(String, String)> {
    let method = access.method().nid().long_name().ok()?;
    let AltName { kind, value } = alt_name(access.location())?;
    Some((format!("{method} - {kind}"), value))
}

fn alt_name(name: &GeneralNameRef) -> Option<AltName> {
    let of = |kind, value: &str| {
        Some(AltName {
            kind,
            value: value.to_string(),
        })
    };
    if let Some(value) = name.dnsname() {
        return of("DNS", value);
    }
    if let Some(value) = name.email() {
        return of("email", value);
    }
    if let Some(value) = name.uri() {
        return of("URI", value);
    }
    let bytes = name.ipaddress()?;
    let address: IpAddr = match bytes.len() {
        4 => <[u8; 4]>::try_from(bytes).ok()?.into(),
        _ => <[u8; 16]>::try_from(bytes).ok()?.into(),
    };
    of("IP Address", &address.to_string())
}

#[op2]
pub fn op_crypto_x509_raw(#[cppgc] certificate: &Certificate) -> Result<CountedBytes> {
    Ok(certificate.0.to_der()?.into())
}

#[op2]
pub fn op_crypto_x509_pem(#[cppgc] certificate: &Certificate) -> Result<CountedBytes> {
    Ok(certificate.0.to_pem()?.into())
}

#[op2]
#[cppgc]
pub fn op_crypto_x509_key(#[cppgc] certificate: &Certificate) -> Result<KeyHandle> {
    Ok(KeyHandle(Material::Public(certificate.0.public_key()?)))
}

#[op2(fast)]
pub fn op_crypto_x509_issued(
    #[cppgc] certificate: &Certificate,
    #[cppgc] issuer: &Certificate,
) -> bool {
    let issued = issuer.0.issued(&certificate.0) == X509VerifyResult::OK;
    forget_errors();
    issued
}

#[op2(fast)]
pub fn op_crypto_x509_verify(
    #[cppgc] certificate: &Certificate,
    #[cppgc] key: &KeyHandle,
) -> Result<bool> {
    Ok(certificate.0.verify(&*key.public()?).unwrap_or(false))
}

#[op2(fast)]
pub fn op_crypto_x509_matches(
    #[cppgc] certificate: &Certificate,
    #[cppgc] key: &KeyHandle,
) -> Result<bool> {
    let own = certificate.0.public_key()?;
    let matches = own.public_eq(key.private()?);
    forget_errors();
    Ok(matches)
}
