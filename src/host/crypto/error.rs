//! Errors as Node's crypto throws them.

use std::borrow::Cow;

use deno_error::{AdditionalProperties, JsErrorClass, PropertyValue};
use openssl::error::ErrorStack;

use crate::libcrypto::Told;

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
        Told::interrupted().into()
    }

    /// The same without its properties: Node tells so of what failed while it made keys.
    pub fn bare(self) -> CryptoError {
        CryptoError {
            properties: Vec::new(),
            ..self
        }
    }

    /// In Node's OpenSSL, keys are written by a provider, which has its own error for a curve without
    /// a name.
    pub fn of_provider(self) -> CryptoError {
        const LIBRARY: &str = "Provider routines";
        const REASON: &str = "missing OID";
        if !self
            .message
            .ends_with("elliptic curve routines::missing OID")
        {
            return self;
        }
        CryptoError {
            class: "Error",
            message: format!("error:1C8000D1:{LIBRARY}::{REASON}").into(),
            properties: vec![
                ("library", LIBRARY.into()),
                ("reason", REASON.into()),
                ("code", "ERR_OSSL_MISSING_OID".into()),
            ],
        }
    }

    /// RSA with a public key where it needs a private one.
    pub fn missing_private_key() -> CryptoError {
        const LIBRARY: &str = "rsa routines";
        const REASON: &str = "missing private key";
        CryptoError {
            class: "Error",
            message: format!("error:020000B3:{LIBRARY}::{REASON}").into(),
            properties: vec![
                ("library", LIBRARY.into()),
                ("reason", REASON.into()),
                ("code", "ERR_OSSL_RSA_MISSING_PRIVATE_KEY".into()),
            ],
        }
    }

    /// What OpenSSL says, or `message` where it says nothing.
    pub fn openssl_or(stack: ErrorStack, message: &'static str) -> CryptoError {
        match stack.errors().is_empty() {
            false => stack.into(),
            true => CryptoError::new(message),
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
        Told::from(stack).into()
    }
}

/// With its parts as properties.
impl From<Told> for CryptoError {
    fn from(told: Told) -> CryptoError {
        let properties = [
            ("library", told.library),
            ("reason", told.reason),
            ("code", told.code),
        ];
        CryptoError {
            class: "Error",
            message: told.message.into(),
            properties: properties
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?.into())))
                .collect(),
        }
    }
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
