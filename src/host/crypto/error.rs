//! Errors as Node's crypto throws them.

use std::borrow::Cow;

use deno_error::AdditionalProperties;
use deno_error::JsErrorClass;
use deno_error::PropertyValue;
use openssl::error::Error;
use openssl::error::ErrorStack;

pub type Result<T, E = CryptoError> = std::result::Result<T, E>;

/// An error on its way to JavaScript, with Node's properties.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct CryptoError {
    class: &'static str,
    message: Cow<'static, str>,
    properties: Vec<(&'static str, Cow<'static, str>)>,
}

impl CryptoError {
    pub fn new(message: impl Into<Cow<'static, str>>) -> CryptoError {
        CryptoError {
            class: "Error",
            message: message.into(),
            properties: Vec::new(),
        }
    }

    /// An error of JavaScript class `class` with Node's `code`.
    pub fn coded(
        class: &'static str,
        code: &'static str,
        message: impl Into<Cow<'static, str>>,
    ) -> CryptoError {
        CryptoError {
            class,
            message: message.into(),
            properties: vec![("code", code.into())],
        }
    }

    /// OpenSSL's word for a passphrase that it asks for and doesn't get.
    pub fn interrupted() -> CryptoError {
        const LIBRARY: &str = "common libcrypto routines";
        const REASON: &str = "interrupted or cancelled";
        CryptoError {
            class: "Error",
            message: format!("error:07880109:{LIBRARY}::{REASON}").into(),
            properties: vec![
                ("library", LIBRARY.into()),
                ("reason", REASON.into()),
                ("code", "ERR_OSSL_CRYPTO_INTERRUPTED_OR_CANCELLED".into()),
            ],
        }
    }

    /// The same without its properties: Node tells so of what failed while it made keys.
    pub fn bare(self) -> CryptoError {
        CryptoError {
            properties: Vec::new(),
            ..self
        }
    }

    /// What OpenSSL says, or `message` where it says nothing.
    pub fn openssl_or(stack: &ErrorStack, message: &'static str) -> CryptoError {
        match stack.errors().first() {
            Some(first) => decorated(first),
            None => CryptoError::new(message),
        }
    }
}

/// Empties OpenSSL's list of errors after a call that tells of them by its result alone: the next
/// failure would be told as this one.
pub fn forget_errors() {
    drop(ErrorStack::get());
}

impl From<ErrorStack> for CryptoError {
    fn from(stack: ErrorStack) -> CryptoError {
        CryptoError::openssl_or(&stack, "error:00000000:lib(0)::reason(0)")
    }
}

/// Node tells of the first error of the stack.
fn decorated(error: &Error) -> CryptoError {
    let mut properties = Vec::new();
    let library: Cow<'static, str> = match error.library() {
        Some(library) => {
            properties.push(("library", library.into()));
            library.into()
        }
        None => format!("lib({})", error.library_code()).into(),
    };
    let reason: Cow<'static, str> = match error.reason() {
        Some(reason) => {
            properties.push(("reason", reason.into()));
            properties.push(("code", code_of(error.library_code(), reason).into()));
            reason.into()
        }
        None => format!("reason({})", error.reason_code()).into(),
    };
    CryptoError {
        class: "Error",
        message: format!("error:{:08X}:{library}::{reason}", error.code()).into(),
        properties,
    }
}

/// Node makes a code of the library's short name and the reason's text. It doesn't know the
/// libraries that came with OpenSSL 3, so that theirs have no name in it.
fn code_of(library: i32, reason: &str) -> String {
    let library = match library {
        2 => "SYS_",
        3 => "BN_",
        4 => "RSA_",
        5 => "DH_",
        6 => "EVP_",
        7 => "BUF_",
        8 => "OBJ_",
        9 => "PEM_",
        10 => "DSA_",
        11 => "X509_",
        13 => "ASN1_",
        14 => "CONF_",
        15 => "CRYPTO_",
        16 => "EC_",
        32 => "BIO_",
        33 => "PKCS7_",
        34 => "X509V3_",
        35 => "PKCS12_",
        36 => "RAND_",
        37 => "DSO_",
        39 => "OCSP_",
        44 => "OSSL_STORE_",
        46 => "CMS_",
        47 => "TS_",
        50 => "CT_",
        51 => "ASYNC_",
        52 => "KDF_",
        53 => "SM2_",
        _ => "",
    };
    let reason = reason.replace(' ', "_").to_ascii_uppercase();
    format!("ERR_OSSL_{library}{reason}")
}

impl JsErrorClass for CryptoError {
    fn get_class(&self) -> Cow<'static, str> {
        self.class.into()
    }

    fn get_message(&self) -> Cow<'static, str> {
        self.message.clone()
    }

    fn get_additional_properties(&self) -> AdditionalProperties {
        Box::new(
            self.properties
                .clone()
                .into_iter()
                .map(|(name, value)| (name.into(), PropertyValue::String(value))),
        )
    }

    fn get_ref(&self) -> &(dyn std::error::Error + Send + Sync + 'static) {
        self
    }
}
