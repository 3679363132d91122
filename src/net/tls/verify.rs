//! Whether a server's certificate is to be trusted, with Node's codes for what is wrong with it.

use std::ffi::c_int;

use openssl::error::ErrorStack;
use openssl::ssl::SslRef;
use openssl::stack::{Stack, StackRef};
use openssl::x509::store::{X509Store, X509StoreBuilder};
use openssl::x509::verify::X509VerifyParam;
use openssl::x509::{X509, X509PurposeId, X509StoreContext, X509VerifyResult};
use openssl_sys as ffi;

use super::roots::Roots;

/// As OpenSSL 3.0 has it, which is Node 20's: what is weaker than 80 bits is refused.
pub(super) const SECURITY_LEVEL: u32 = 1;

/// Who is trusted.
pub(super) enum Trusted {
    Roots(&'static Roots),
    /// What a function names.
    Given(X509Store),
}

/// What is wrong with a certificate.
pub(super) struct CertificateRefusal {
    pub code: &'static str,
    pub message: String,
}

impl Trusted {
    /// Nobody else is trusted than `certificates`.
    pub fn given(certificates: Vec<X509>) -> Result<Trusted, ErrorStack> {
        Ok(Trusted::Given(store(certificates)?))
    }

    /// Checks the certificates of a handshake that itself trusted nobody, and gives the server's own.
    /// Whose it is remains to be checked.
    ///
    /// The handshake went on after each fault, as Node has it, and its verdict is the last of them.
    /// It is told where no path leads to a trusted certificate; else it is the first fault of the path.
    pub fn check(&self, ssl: &SslRef) -> Result<X509, CertificateRefusal> {
        let Some(own) = ssl.peer_certificate() else {
            return Err(CertificateRefusal {
                code: "UNABLE_TO_GET_ISSUER_CERT",
                message: "unable to get issuer certificate".to_owned(),
            });
        };
        let none = Stack::new()?;
        let chain = ssl.peer_cert_chain().unwrap_or(&none);
        let verdict = match self {
            Trusted::Given(store) => verify(store, &own, chain)?,
            Trusted::Roots(roots) => verify(&store(candidates(roots, &own, chain)?)?, &own, chain)?,
        };
        match verdict {
            X509VerifyResult::OK => Ok(own),
            _ if is_untrusted(verdict) => Err(ssl.verify_result().into()),
            _ => Err(verdict.into()),
        }
    }
}

/// The roots that the chain may lead to.
fn candidates(roots: &Roots, own: &X509, chain: &StackRef<X509>) -> Result<Vec<X509>, ErrorStack> {
    let mut found = Vec::new();
    let mut asked: Vec<Vec<u8>> = Vec::new();
    let mut ask = vec![own.issuer_name().to_der()?];
    for certificate in chain {
        ask.push(certificate.issuer_name().to_der()?);
    }
    while let Some(name) = ask.pop() {
        if asked.contains(&name) {
            continue;
        }
        for root in roots.of_issuer(&name) {
            // It may itself be one that another has signed.
            ask.push(root.issuer_name().to_der()?);
            found.push(root);
        }
        asked.push(name);
    }
    Ok(found)
}

fn store(certificates: Vec<X509>) -> Result<X509Store, ErrorStack> {
    let mut store = X509StoreBuilder::new()?;
    for certificate in certificates {
        store.add_cert(certificate)?;
    }
    let mut param = X509VerifyParam::new()?;
    param.set_purpose(X509PurposeId::SSL_SERVER)?;
    param.set_auth_level(SECURITY_LEVEL.try_into().unwrap_or_default());
    store.set_param(&param)?;
    Ok(store.build())
}

fn verify(
    store: &X509Store,
    own: &X509,
    chain: &StackRef<X509>,
) -> Result<X509VerifyResult, ErrorStack> {
    X509StoreContext::new()?.init(store, own, chain, |context| {
        context.verify_cert()?;
        Ok(context.error())
    })
}

/// Whether no path leads to a trusted certificate.
fn is_untrusted(verdict: X509VerifyResult) -> bool {
    matches!(
        verdict.as_raw(),
        ffi::X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT
            | ffi::X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY
            | ffi::X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE
            | ffi::X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT
            | ffi::X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN
    )
}

impl From<X509VerifyResult> for CertificateRefusal {
    fn from(verdict: X509VerifyResult) -> CertificateRefusal {
        CertificateRefusal {
            code: code(verdict),
            message: verdict.error_string().to_owned(),
        }
    }
}

/// It could not be checked at all.
impl From<ErrorStack> for CertificateRefusal {
    fn from(stack: ErrorStack) -> CertificateRefusal {
        CertificateRefusal {
            code: OTHER_CODE,
            message: stack.to_string(),
        }
    }
}

/// OpenSSL's verdicts and Node's codes for them.
const CODES: [(c_int, &str); 28] = [
    (
        ffi::X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
        "UNABLE_TO_GET_ISSUER_CERT",
    ),
    (ffi::X509_V_ERR_UNABLE_TO_GET_CRL, "UNABLE_TO_GET_CRL"),
    (
        ffi::X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE,
        "UNABLE_TO_DECRYPT_CERT_SIGNATURE",
    ),
    (
        ffi::X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE,
        "UNABLE_TO_DECRYPT_CRL_SIGNATURE",
    ),
    (
        ffi::X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY,
        "UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY",
    ),
    (
        ffi::X509_V_ERR_CERT_SIGNATURE_FAILURE,
        "CERT_SIGNATURE_FAILURE",
    ),
    (
        ffi::X509_V_ERR_CRL_SIGNATURE_FAILURE,
        "CRL_SIGNATURE_FAILURE",
    ),
    (ffi::X509_V_ERR_CERT_NOT_YET_VALID, "CERT_NOT_YET_VALID"),
    (ffi::X509_V_ERR_CERT_HAS_EXPIRED, "CERT_HAS_EXPIRED"),
    (ffi::X509_V_ERR_CRL_NOT_YET_VALID, "CRL_NOT_YET_VALID"),
    (ffi::X509_V_ERR_CRL_HAS_EXPIRED, "CRL_HAS_EXPIRED"),
    (
        ffi::X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD,
        "ERROR_IN_CERT_NOT_BEFORE_FIELD",
    ),
    (
        ffi::X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD,
        "ERROR_IN_CERT_NOT_AFTER_FIELD",
    ),
    (
        ffi::X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD,
        "ERROR_IN_CRL_LAST_UPDATE_FIELD",
    ),
    (
        ffi::X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD,
        "ERROR_IN_CRL_NEXT_UPDATE_FIELD",
    ),
    (ffi::X509_V_ERR_OUT_OF_MEM, "OUT_OF_MEM"),
    (
        ffi::X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
        "DEPTH_ZERO_SELF_SIGNED_CERT",
    ),
    (
        ffi::X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
        "SELF_SIGNED_CERT_IN_CHAIN",
    ),
    (
        ffi::X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
        "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    ),
    (
        ffi::X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
        "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    ),
    (ffi::X509_V_ERR_CERT_CHAIN_TOO_LONG, "CERT_CHAIN_TOO_LONG"),
    (ffi::X509_V_ERR_CERT_REVOKED, "CERT_REVOKED"),
    (ffi::X509_V_ERR_INVALID_CA, "INVALID_CA"),
    (ffi::X509_V_ERR_PATH_LENGTH_EXCEEDED, "PATH_LENGTH_EXCEEDED"),
    (ffi::X509_V_ERR_INVALID_PURPOSE, "INVALID_PURPOSE"),
    (ffi::X509_V_ERR_CERT_UNTRUSTED, "CERT_UNTRUSTED"),
    (ffi::X509_V_ERR_CERT_REJECTED, "CERT_REJECTED"),
    (ffi::X509_V_ERR_HOSTNAME_MISMATCH, "HOSTNAME_MISMATCH"),
];

/// Node's code for a verdict that it has none for.
const OTHER_CODE: &str = "UNSPECIFIED";

fn code(verdict: X509VerifyResult) -> &'static str {
    let known = CODES.iter().find(|(number, _)| *number == verdict.as_raw());
    known.map_or(OTHER_CODE, |(_, code)| code)
}

/// The codes that Node has for what is wrong with a certificate.
pub(in crate::net) fn certificate_codes() -> impl Iterator<Item = &'static str> {
    CODES.iter().map(|(_, code)| *code)
}

/// What OpenSSL says where Node has this code.
pub(in crate::net) fn certificate_text(code: &str) -> Option<String> {
    let (number, _) = CODES.iter().find(|(_, known)| *known == code)?;
    // SAFETY: it is one of OpenSSL's own verdicts.
    let verdict = unsafe { X509VerifyResult::from_raw(*number) };
    Some(verdict.error_string().to_owned())
}
