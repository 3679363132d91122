//! A client's own certificate and key, as a request's options give them.

use openssl::error::ErrorStack;
use openssl::pkcs12::Pkcs12;
use openssl::pkey::{PKey, Private};
use openssl::ssl::SslContextBuilder;
use openssl::x509::X509;

use super::options::TlsOptions;
use crate::libcrypto::Told;

/// Gives a context's connections what `options` say of the client.
pub(super) fn use_client(
    builder: &mut SslContextBuilder,
    options: &TlsOptions,
) -> Result<(), Told> {
    if !options.cert.is_empty() {
        use_chain(builder, &options.cert)?;
    }
    if !options.key.is_empty() {
        let key = private_key(&options.key, options.passphrase.as_deref())?;
        builder.set_private_key(&*key)?;
    }
    if !options.pfx.is_empty() {
        use_pfx(builder, options)?;
    }
    Ok(())
}

fn use_pfx(builder: &mut SslContextBuilder, options: &TlsOptions) -> Result<(), Told> {
    let archive = Pkcs12::from_der(&options.pfx)?;
    let passphrase = options.passphrase.clone().unwrap_or_default();
    // OpenSSL takes no passphrase with a zero byte.
    let passphrase = String::from_utf8_lossy(&passphrase).replace('\0', "");
    let found = archive.parse2(&passphrase).map_err(|stack| {
        let wrong = Told::from(stack);
        match wrong.reason.as_deref() {
            Some("mac verify failure") => Told {
                message: "mac verify failure".to_owned(),
                code: None,
                ..wrong
            },
            _ => wrong,
        }
    })?;
    if let Some(certificate) = &found.cert {
        builder.set_certificate(certificate)?;
    }
    if let Some(key) = &found.pkey {
        builder.set_private_key(key)?;
    }
    for certificate in found.ca.into_iter().flatten() {
        builder.add_extra_chain_cert(certificate)?;
    }
    Ok(())
}

/// OpenSSL would ask for a missing passphrase on the terminal.
fn private_key(pem: &[u8], passphrase: Option<&[u8]>) -> Result<PKey<Private>, Told> {
    let mut asked = false;
    let key = PKey::private_key_from_pem_callback(pem, |place| {
        let Some(passphrase) = passphrase.filter(|passphrase| passphrase.len() <= place.len())
        else {
            asked = true;
            return Ok(0);
        };
        place[..passphrase.len()].copy_from_slice(passphrase);
        Ok(passphrase.len())
    });
    match asked {
        true => Err(Told::interrupted()),
        false => Ok(key?),
    }
}

fn use_chain(builder: &mut SslContextBuilder, pem: &[u8]) -> Result<(), ErrorStack> {
    // It fails where there is no certificate at all; the list of them is then empty.
    builder.set_certificate(&*X509::from_pem(pem)?)?;
    for certificate in X509::stack_from_pem(pem)?.into_iter().skip(1) {
        builder.add_extra_chain_cert(certificate)?;
    }
    Ok(())
}
