//! OpenSSL's verdict on a certificate, with the code that Node gives it.

use openssl::x509::X509VerifyResult;
use openssl_sys as ffi;

/// The code and the text of what is wrong with a certificate.
pub(super) type Refusal = (&'static str, String);

/// Ok where OpenSSL found nothing wrong.
pub(super) fn of(verdict: X509VerifyResult) -> Result<(), Refusal> {
    match verdict {
        X509VerifyResult::OK => Ok(()),
        wrong => Err((code(wrong), wrong.error_string().to_owned())),
    }
}

/// The server sent no certificate.
pub(super) fn no_certificate() -> Refusal {
    let code = "UNABLE_TO_GET_ISSUER_CERT";
    (code, "unable to get issuer certificate".to_owned())
}

fn code(verdict: X509VerifyResult) -> &'static str {
    match verdict.as_raw() {
        ffi::X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT => "UNABLE_TO_GET_ISSUER_CERT",
        ffi::X509_V_ERR_UNABLE_TO_GET_CRL => "UNABLE_TO_GET_CRL",
        ffi::X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE => "UNABLE_TO_DECRYPT_CERT_SIGNATURE",
        ffi::X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE => "UNABLE_TO_DECRYPT_CRL_SIGNATURE",
        ffi::X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY => "UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY",
        ffi::X509_V_ERR_CERT_SIGNATURE_FAILURE => "CERT_SIGNATURE_FAILURE",
        ffi::X509_V_ERR_CRL_SIGNATURE_FAILURE => "CRL_SIGNATURE_FAILURE",
        ffi::X509_V_ERR_CERT_NOT_YET_VALID => "CERT_NOT_YET_VALID",
        ffi::X509_V_ERR_CERT_HAS_EXPIRED => "CERT_HAS_EXPIRED",
        ffi::X509_V_ERR_CRL_NOT_YET_VALID => "CRL_NOT_YET_VALID",
        ffi::X509_V_ERR_CRL_HAS_EXPIRED => "CRL_HAS_EXPIRED",
        ffi::X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD => "ERROR_IN_CERT_NOT_BEFORE_FIELD",
        ffi::X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD => "ERROR_IN_CERT_NOT_AFTER_FIELD",
        ffi::X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD => "ERROR_IN_CRL_LAST_UPDATE_FIELD",
        ffi::X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD => "ERROR_IN_CRL_NEXT_UPDATE_FIELD",
        ffi::X509_V_ERR_OUT_OF_MEM => "OUT_OF_MEM",
        ffi::X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT => "DEPTH_ZERO_SELF_SIGNED_CERT",
        ffi::X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN => "SELF_SIGNED_CERT_IN_CHAIN",
        ffi::X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY => "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
        ffi::X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE => "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
        ffi::X509_V_ERR_CERT_CHAIN_TOO_LONG => "CERT_CHAIN_TOO_LONG",
        ffi::X509_V_ERR_CERT_REVOKED => "CERT_REVOKED",
        ffi::X509_V_ERR_INVALID_CA => "INVALID_CA",
        ffi::X509_V_ERR_PATH_LENGTH_EXCEEDED => "PATH_LENGTH_EXCEEDED",
        ffi::X509_V_ERR_INVALID_PURPOSE => "INVALID_PURPOSE",
        ffi::X509_V_ERR_CERT_UNTRUSTED => "CERT_UNTRUSTED",
        ffi::X509_V_ERR_CERT_REJECTED => "CERT_REJECTED",
        ffi::X509_V_ERR_HOSTNAME_MISMATCH => "HOSTNAME_MISMATCH",
        _ => "UNSPECIFIED",
    }
}
